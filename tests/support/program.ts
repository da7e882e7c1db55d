/** Starts programs, collects what they print, waits for text, and makes sure that nothing outlives its test. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildDir, repoRoot } from "./go.ts";

export interface RunOptions {
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  /** Milliseconds after which the process is killed and the run rejected. */
  timeoutMs?: number;
}

export interface RunResult {
  /** Exit status, null when a signal ended it. */
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

const running = new Set<ChildProcess>();
const tempDirs = new Set<string>();
function cleanUp(): void {
  for (const child of running) child.kill("SIGKILL");
  for (const dir of tempDirs) rmSync(dir, { recursive: true, force: true });
}
process.on("exit", cleanUp);
// vitest ends the processes that ran tests so, which is no exit; and while tests run, process.exit throws
process.once("SIGTERM", () => {
  cleanUp();
  process.kill(process.pid, "SIGTERM");
});

/** A started program. Call `stop()` in the test's `finally` or `afterEach`. */
export class Program {
  readonly child: ChildProcess;
  readonly argv: readonly string[];
  stdout = "";
  stderr = "";
  readonly ended: Promise<RunResult>;
  private readonly listeners = new Set<() => void>();

  constructor(argv: readonly string[], options: RunOptions = {}) {
    this.argv = argv;
    const [command, ...args] = argv;
    this.child = spawn(command!, args, {
      cwd: options.cwd ?? repoRoot,
      env: { ...process.env, NO_COLOR: "1", ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(this.child);
    for (const name of ["stdout", "stderr"] as const) {
      this.child[name]!.setEncoding("utf8").on("data", (text: string) => {
        this[name] += text;
        for (const notify of this.listeners) notify();
      });
    }
    this.ended = new Promise((resolve, reject) => {
      this.child.on("error", (error) => {
        running.delete(this.child);
        reject(error);
      });
      this.child.on("close", (status, signal) => {
        running.delete(this.child);
        resolve({ status, signal, stdout: this.stdout, stderr: this.stderr });
        for (const notify of this.listeners) notify();
      });
    });
    // Whoever needs the failure awaits `ended`; nobody else should be ended by it.
    this.ended.catch(() => {});
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Resolves with the match once stdout or stderr matches; rejects with all output if the program ends before, or late. */
  async waitFor(pattern: RegExp, timeoutMs = 30_000): Promise<RegExpMatchArray> {
    return await new Promise((resolve, reject) => {
      const finish = (action: () => void) => {
        clearTimeout(timer);
        this.listeners.delete(look);
        action();
      };
      const fail = (why: string) => finish(() => reject(new Error(`${why}\n${this.transcript()}`)));
      const timer = setTimeout(() => fail(`no ${pattern} in ${timeoutMs} ms`), timeoutMs);
      const look = () => {
        const match = this.stdout.match(pattern) ?? this.stderr.match(pattern);
        if (match) finish(() => resolve(match));
        else if (!running.has(this.child)) fail(`ended before printing ${pattern}`);
      };
      this.listeners.add(look);
      this.ended.then(look, (error: Error) => fail(error.message));
      look();
    });
  }

  /** Asks it to end by `signal`, kills it if it hasn't within `graceMs`, and gives what it printed. */
  async stop(signal: NodeJS.Signals = "SIGTERM", graceMs = 10_000): Promise<RunResult> {
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill("SIGKILL"), graceMs);
    try {
      return await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  transcript(): string {
    return `$ ${this.argv.join(" ")}\n--- stdout\n${this.stdout}\n--- stderr\n${this.stderr}`;
  }
}

/** Programs of one test: `afterEach(() => programs.end())` sees to it that none outlives it. */
export class Programs {
  readonly #started: Program[] = [];

  start(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
    const program = new Program(argv, { env });
    this.#started.push(program);
    return program;
  }

  async end(): Promise<void> {
    await Promise.all(this.#started.splice(0).map((program) => program.stop("SIGKILL")));
  }
}

/** Runs a program to its end. @throws if it can't be started or outlives the time-out. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { timeoutMs = 60_000 } = options;
  const program = new Program(argv, options);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    program.child.kill("SIGKILL");
  }, timeoutMs);
  try {
    const result = await program.ended;
    if (late) throw new Error(`still running after ${timeoutMs} ms\n${program.transcript()}`);
    return result;
  } finally {
    clearTimeout(timer);
  }
}

/** The command line of errscope from this checkout, under the Node that package.json pins. */
export function errscope(...args: string[]): string[] {
  return [join(repoRoot, "node_modules/.bin/node"), join(repoRoot, "server/cli/main.ts"), ...args];
}

/** A TCP port on 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === "object") resolve(address.port);
        else reject(new Error("no port"));
      });
    });
  });
}

/** A new empty folder that is removed when this process ends. */
export function tempDir(name = "test"): string {
  const dir = mkdtempSync(join(tmpdir(), `errscope-${name}-`));
  tempDirs.add(dir);
  return dir;
}

/** Where a shell script waits for a test. `wait`: the script's command; `open`: lets it go on. */
export function gate(): { wait: string; open: () => void } {
  const file = join(tempDir("gate"), "gate");
  execFileSync("mkfifo", [file]);
  return { wait: `read -r go < "${file}"`, open: () => writeFileSync(file, "go\n") };
}

export { buildDir, repoRoot };
