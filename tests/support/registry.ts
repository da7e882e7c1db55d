/**
 * Clients of registries (npm, Go's module proxy, Debian's archive), bounded: one that stalls is ended and tried again. Go's
 * waits for ever for a connection that gives nothing any more, npm's five minutes three times.
 */
import { type ExecFileSyncOptionsWithStringEncoding, execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";

const TRIES = 2;

export interface BoundedOptions {
  cwd: string;
  env?: Readonly<Record<string, string>>;
  /** Seconds that one try may take. */
  seconds: number;
}

/**
 * `timeout` of coreutils ends the whole process group; ending a child alone leaves what it started. `setpriv` of util-linux sees to
 * it that it ends, too, where its parent is ended: the group is none of its parent's.
 */
const bounded = (seconds: number, argv: readonly string[]): [string, string[]] => [
  "setpriv",
  ["--pdeathsig", "TERM", "timeout", "--kill-after=10", String(seconds), ...argv],
];
const execOptions = ({ cwd, env = {} }: BoundedOptions) => ({
  cwd,
  env: { ...process.env, ...env },
  encoding: "utf8" as const,
  maxBuffer: 2 ** 28,
});

/** What `timeout` exits with after it ended the program; where it had to kill it, it is killed itself. */
const LATE = 124;

const wasLate = (error: unknown): boolean => {
  const { code, status, signal } = error as { code?: unknown; status?: unknown; signal?: unknown };
  return (status ?? code) === LATE || signal === "SIGKILL";
};

function failure(argv: readonly string[], error: unknown, tried: number, seconds: number): Error {
  const { stderr } = error as { stderr?: string };
  const how = wasLate(error) ? `wasn't done after ${seconds} s` : "failed";
  return new Error(`${argv.join(" ")} ${how}${tried > 1 ? `, ${tried} times` : ""}:\n${stderr || error}`);
}

/** Runs a command that may ask a registry. @throws with what it says once it has failed or stalled twice. */
export async function fetching(argv: readonly string[], options: BoundedOptions): Promise<void> {
  const [command, args] = bounded(options.seconds, argv);
  for (let tried = 1; ; tried++) {
    try {
      await promisify(execFile)(command, args, execOptions(options));
      return;
    } catch (error) {
      if (tried === TRIES) throw failure(argv, error, tried, options.seconds);
    }
  }
}

/** The same for callers that can't wait otherwise; only what stalled is tried again. */
export function fetchingSync(argv: readonly string[], options: BoundedOptions): void {
  const [command, args] = bounded(options.seconds, argv);
  const sync: ExecFileSyncOptionsWithStringEncoding = {
    ...execOptions(options),
    stdio: ["ignore", "pipe", "pipe"],
  };
  for (let tried = 1; ; tried++) {
    try {
      execFileSync(command, args, sync);
      return;
    } catch (error) {
      if (tried === TRIES || !wasLate(error)) throw failure(argv, error, tried, options.seconds);
    }
  }
}
