/**
 * Starts a program stopped before its first instruction: a shell waits on descriptor 3, then becomes the program by
 * exec, so that the process id is known (and probes can be in place) before the program runs.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import type { Writable } from "node:stream";

export interface Launched {
  readonly pid: number;
  /** Lets the program run. */
  release(): void;
  /** Ends the shell instead of running the program. */
  abandon(): void;
  kill(signal: NodeJS.Signals): void;
  /** Exit status, or the signal that ended it. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export class LaunchError extends Error {
  readonly code = "launch";
}

/**
 * Finds what execvp(3) would run: a name without a slash is looked up in PATH.
 * @returns an absolute path. @throws LaunchError that says what is wrong with it.
 */
export function resolveProgram(program: string, path: string | undefined = process.env.PATH): string {
  const candidates = program.includes("/")
    ? [resolve(program)]
    : (path ?? "").split(delimiter).map((dir) => join(resolve(dir || "."), program));
  let found: string | null = null;
  for (const file of candidates) {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) continue;
    if (stat.isDirectory()) {
      found ??= `${file} is a directory, not a program`;
      continue;
    }
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      found ??= `${file} is not executable (chmod +x it)`;
    }
  }
  throw new LaunchError(
    found ??
      (program.includes("/")
        ? `${program}: no such file`
        : `${program}: not found in PATH (write ./${program}?)`),
  );
}

/**
 * @param stdout where the program's standard output goes: ours, or our stderr when stdout carries events.
 */
export function launchStopped(file: string, args: readonly string[], stdout: "inherit" | "stderr"): Launched {
  const child: ChildProcess = spawn(
    "/bin/sh",
    ["-c", 'read -r go <&3 && exec "$0" "$@" 3<&-; exit 126', file, ...args],
    {
      stdio: ["inherit", stdout === "inherit" ? "inherit" : 2, "inherit", "pipe"],
    },
  );
  const gate = child.stdio[3] as Writable;
  gate.on("error", () => {}); // the shell was killed while it waited: `ended` tells
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done, fail) => {
    child.once("error", (error) => fail(new LaunchError(`/bin/sh could not be started: ${error.message}`)));
    child.once("exit", (code, signal) => done({ code, signal }));
  });
  ended.catch(() => {});
  if (child.pid === undefined) throw new LaunchError("/bin/sh could not be started");
  return {
    pid: child.pid,
    release: () => gate.end("go\n"),
    abandon: () => void child.kill("SIGKILL"),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}
