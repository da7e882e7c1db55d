/**
 * `npm run stress -- [SECONDS]`: a program whose stacks move and whose collector never rests (GOGC=1, GODEBUG=gccheckmark=1),
 * traced for that long (600 unless told) with one processor and as long with two. Every event is checked against what the
 * error itself says; what was made against what the program counted. Exit status 1 if anything differs; records that were lost
 * are in the account, and told.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { ErrorEvent, ErrorValue, Event } from "../../server/events/index.ts";
import { buildGo, errscope } from "../support/index.ts";

const seconds = Number(process.argv[2] ?? 600);
const KINDS = /^(plain|small|fault|wrapped) (\d+\/\d+)/;

/** What is wrong with an event's error; null: nothing. */
function wrongIn(error: ErrorValue, label: string | null): string | null {
  const joined = error.type === "*errors.joinError";
  const own = KINDS.exec(error.message)?.[2] ?? null;
  if (!joined && own === null) return `a message of none: ${error.type} ${error.message.slice(0, 80)}`;
  if (label !== null && own !== label) return `${error.message.slice(0, 60)} under ${label}`;
  const causes = { "*errors.errorString": 0, "main.small": 0, "*errors.joinError": 2 }[error.type] ?? 1;
  if (error.causes.length !== causes) return `${error.causes.length} causes of ${error.message.slice(0, 60)}`;
  const [first] = error.causes;
  const below = own ?? (first ? (KINDS.exec(first.error.message)?.[2] ?? null) : null);
  for (const cause of error.causes) {
    const wrong = wrongIn(cause.error, below);
    if (wrong) return wrong;
  }
  return null;
}

interface Outcome {
  events: number;
  /** Records that the kernel had no room for, of all sites: a machine that is busy with other things. */
  lost: number;
  wrong: string[];
  account: string;
  counted: string;
  status: number | null;
}

async function trace(processors: number): Promise<Outcome> {
  const [command, ...args] = errscope(
    "run",
    "--json",
    "--",
    buildGo({ dir: "tests/go/stress", form: "stripped" }),
  );
  const child = spawn(command!, [...args, String(seconds)], {
    env: { ...process.env, GOGC: "1", GODEBUG: "gccheckmark=1", GOMAXPROCS: String(processors) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const outcome: Outcome = { events: 0, lost: 0, wrong: [], account: "", counted: "", status: null };
  const told = createInterface({ input: child.stderr });
  told.on("line", (line) => {
    if (line.startsWith("plain ")) outcome.counted = line;
    if (/ made = /.test(line)) outcome.account = line;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as Event;
    if (event.kind === "lost") outcome.lost += event.count;
    if (event.kind !== "error" || !event.site.function.startsWith("main.")) continue;
    outcome.events++;
    const wrong = wrongIn((event as ErrorEvent).error, null);
    if (wrong) outcome.wrong.push(wrong);
  }
  outcome.status = await new Promise((done) => child.once("close", done));
  return outcome;
}

/** What the program counted, and what errscope did: sites of other packages and initialisation make some more. */
function differs({ account, counted, events, status, wrong }: Outcome): string[] {
  const numbers = (text: string) => [...text.matchAll(/\d+/g)].map(Number);
  const program = numbers(counted).reduce((sum, one) => sum + one, 0);
  const [made = 0, shown = 0, sampled = 0, lost = 0] = numbers(account);
  return [
    ...(status === 0 ? [] : [`exit status ${status}`]),
    ...(events > 0 ? [] : ["no event was checked"]),
    ...wrong.slice(0, 20),
    ...(made === shown + sampled + lost ? [] : [`the account doesn't add up: ${account}`]),
    ...(made >= program && made <= program + OTHERS ? [] : [`${program} by the program, ${made} seen`]),
  ];
}
/** Errors that package initialisation and the runtime make, at most. */
const OTHERS = 100;

for (const processors of [1, 2]) {
  const outcome = await trace(processors);
  const differences = differs(outcome);
  console.log(
    `GOMAXPROCS=${processors}: ${outcome.counted}; ${outcome.account}; ${outcome.events} events checked, ${outcome.lost} records told to be lost`,
  );
  for (const text of differences) console.log(`  WRONG: ${text}`);
  if (differences.length > 0) process.exitCode = 1;
}
