/**
 * `npm run bench:errors -- [N]`: a loop that makes N errors (400,000 unless told) in one thread and does nothing else, untraced,
 * under errscope, and under bpftrace scripts that read the same errors' texts and the program's stack: one prints each, one
 * counts them by text and stack. What an error takes of a processor in nanoseconds and the ratio to untraced, best of three, and
 * what was told of the errors. Exit status 1 if errscope's account isn't exact, or it is slower than a script.
 */
import { spawnSync } from "node:child_process";
import type { ErrorEvent, Event } from "../../server/events/index.ts";
import { buildGo, errscope } from "../support/index.ts";

const times = Number(process.argv[2] ?? 400_000);
const program = buildGo({ dir: "tests/go/load" });

interface Way {
  command: readonly string[];
  /** What was told of the errors that main.fail made, in words; null: it is wrong. */
  told: (stdout: string, stderr: string) => string | null;
}

/** made = shown + sampled + lost, and of what is made nothing is missing: the rest is told of other places. */
function account(stdout: string, stderr: string): string | null {
  const match = /(\d+) made = (\d+) shown \+ (\d+) sampled \+ (\d+) lost/.exec(stderr);
  const [made, shown, sampled, lost] = (match ?? []).slice(1).map(Number);
  const events = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Event);
  const errors = events.filter((event) => event.kind === "error" && event.made) as ErrorEvent[];
  const here = errors.filter(({ site }) => site.function === "main.fail").length;
  const elsewhere = errors.length - here;
  const exact = made! - elsewhere === times && made === shown! + sampled! + lost! && shown === errors.length;
  return exact ? `${here} shown + ${sampled} sampled + ${lost} lost = ${times}` : null;
}

function ways(): Record<string, Way> {
  const ours = (...flags: string[]): Way => ({
    command: errscope("run", "--json", "--init", ...flags, "--", program),
    told: account,
  });
  const found: Record<string, Way> = {
    untraced: { command: [program], told: () => "" },
    errscope: ours(),
    "errscope --no-kernel": ours("--no-kernel"),
  };
  if (spawnSync("bpftrace", ["--version"]).error) {
    console.log("bpftrace is not installed (apt-get install bpftrace): there is no peer to compare with");
    return found;
  }
  // At the function's start, since bpftrace as packaged can't probe elsewhere: its argument is in the first two registers.
  const text = 'str(reg("ax"), reg("bx"))';
  const script = (action: string) => [
    "sh",
    "-c",
    `exec bpftrace -q -e 'uprobe:${program}:main.fail { ${action} }' -c "$*"`,
    "sh",
    program,
  ];
  const printed = (stdout: string, stderr: string) => {
    const missing = [...`${stdout}\n${stderr}`.matchAll(/Lost (\d+) events/g)].reduce(
      (sum, m) => sum + Number(m[1]),
      0,
    );
    return `${stdout.match(/^error: /gm)?.length ?? 0} printed, ${missing} said to be lost`;
  };
  const counted = (stdout: string) =>
    `${[...stdout.matchAll(/^.*\]: (\d+)$/gm)].reduce((sum, m) => sum + Number(m[1]), 0)} counted`;
  return {
    ...found,
    "bpftrace, prints each": {
      command: script(`printf("error: %s%s\\n", ${text}, ustack());`),
      told: printed,
    },
    "bpftrace, counts": { command: script(`@[${text}, ustack()] = count();`), told: counted },
  };
}

/** Runs it three times: ns of a processor for one error, the best; and what was told in that run. */
function best(way: Way): { ns: number; told: string | null } | null {
  let found: { ns: number; told: string | null } | null = null;
  for (let i = 0; i < 3; i++) {
    const [command, ...args] = [...way.command, "errors", String(times)];
    const { stdout, stderr } = spawnSync(command!, args, { encoding: "utf8", maxBuffer: 1 << 30 });
    const ns = Number(/^cpu ns: (\d+)$/m.exec(`${stdout}\n${stderr}`)?.[1] ?? Number.NaN);
    if (Number.isNaN(ns)) console.error(stderr.slice(-500));
    else if (!found || ns < found.ns) found = { ns, told: way.told(stdout, stderr) };
  }
  return found;
}

const results = new Map<string, number>();
for (const [name, way] of Object.entries(ways())) {
  const result = best(way);
  const label = name.padEnd(22);
  if (!result) {
    console.log(`${label} could not be run here`);
    continue;
  }
  results.set(name, result.ns);
  const ratio = (result.ns / results.get("untraced")!).toFixed(1);
  console.log(
    `${label} ${String(result.ns).padStart(7)} ns  ${ratio.padStart(6)} x  ${result.told ?? "WRONG"}`,
  );
  if (result.told === null) process.exitCode = 1;
}
for (const [name, ns] of results)
  if (name.startsWith("bpftrace") && ns < results.get("errscope")!) {
    console.log(`errscope is slower than ${name}`);
    process.exitCode = 1;
  }
