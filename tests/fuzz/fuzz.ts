/** Runs damaged executables through the reader in child processes that are watched. */
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface FuzzResult {
  /** Inputs by what came of them. */
  outcomes: Record<string, number>;
  /** Inputs that made the reader throw something else than a BinaryError, hang, or use too much memory. */
  faults: { seed: string; number: number; why: string }[];
}

/** Processor seconds without a word after which a child hangs: a hundred inputs take less than one. */
const HANGS_AFTER = 60;
const LOOK_EVERY_MS = 10_000;
const HEAP_MB = 512;

type Said = { at: number } | { failed: number; why: string } | { outcomes: Record<string, number> };

/** Inputs [from, to) of the executable at `seed`. An input that ends the child is a fault, and the next go on. */
export async function fuzz(seed: string, from: number, to: number): Promise<FuzzResult> {
  const result: FuzzResult = { outcomes: {}, faults: [] };
  for (let start = from; start < to; ) {
    const { reached, why } = await childRun(seed, start, to, result);
    if (why === null) return result;
    // it is one of a hundred: run alone, each tells
    const one = await findOne(seed, reached, Math.min(to, reached + 100), result);
    result.faults.push({ seed, number: one, why });
    start = one + 1;
  }
  return result;
}

async function findOne(seed: string, from: number, to: number, result: FuzzResult): Promise<number> {
  for (let number = from; number < to; number++) {
    const { why } = await childRun(seed, number, number + 1, result);
    if (why !== null) return number;
  }
  return to - 1;
}

/** `why`: how the child ended before it was done; null if it was done. */
function childRun(
  seed: string,
  from: number,
  to: number,
  result: FuzzResult,
): Promise<{ reached: number; why: string | null }> {
  return new Promise((done) => {
    const child = fork(join(import.meta.dirname, "child.ts"), [seed, String(from), String(to)], {
      execArgv: [`--max-old-space-size=${HEAP_MB}`],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let reached = from;
    let finished = false;
    let hangs = false;
    let stderr = "";
    let used = 0;
    const timer = setInterval(() => {
      hangs = cpuSeconds(child.pid) - used > HANGS_AFTER;
      if (hangs) child.kill("SIGKILL");
    }, LOOK_EVERY_MS);
    child.stderr?.on("data", (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-2000);
    });
    child.on("message", (said: Said) => {
      used = cpuSeconds(child.pid);
      if ("at" in said) reached = Math.max(from, said.at);
      else if ("failed" in said) result.faults.push({ seed, number: said.failed, why: said.why });
      else {
        finished = true;
        for (const [outcome, count] of Object.entries(said.outcomes))
          result.outcomes[outcome] = (result.outcomes[outcome] ?? 0) + count;
      }
    });
    child.on("close", () => {
      clearInterval(timer);
      const how = hangs ? `no word for ${HANGS_AFTER} s of a processor` : `the process ended: ${stderr}`;
      done({ reached, why: finished ? null : how });
    });
  });
}

/** What a process has used of processors; 0 when it is gone. A busy machine may let it wait for long. */
function cpuSeconds(pid = 0): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // utime and stime (proc_pid_stat(5)), after the name in brackets, in ticks of 10 ms
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
