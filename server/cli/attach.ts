/** `errscope attach (--pid N … | --name GLOB | --exe PATH | --all-go)` */
import { resolve } from "node:path";
import type { Selector } from "../collector/index.ts";
import type { Command } from "./command.ts";
import { CommandFailure, usage } from "./failure.ts";
import { globToRegExp, type Parsed, parsePid } from "./options.ts";
import { Session } from "./session.ts";
import { traceFlags, traceOptions } from "./trace-flags.ts";

/** @throws CommandFailure (2) unless at least one is given. */
export function selectorsOf({ flags, positionals, rest }: Parsed): Selector[] {
  if (positionals.length > 0 || rest.length > 0) {
    throw usage(
      `attach: "${positionals[0] ?? rest[0]}" is no flag: write --pid N, --name GLOB, --exe PATH or --all-go`,
    );
  }
  const list = (name: string) => (flags[name] as string[] | undefined) ?? [];
  const selectors: Selector[] = [
    ...list("pid").map((text): Selector => ({ kind: "pid", pid: parsePid(text) })),
    ...list("name").map((text): Selector => ({ kind: "name", pattern: globToRegExp(text), text })),
    ...list("exe").map((text): Selector => ({ kind: "exe", path: resolve(text) })),
    ...(flags["all-go"] ? [{ kind: "all-go" } as const] : []),
  ];
  if (selectors.length === 0)
    throw usage("attach: say what to: --pid N, --name GLOB, --exe PATH or --all-go");
  return selectors;
}

export const attach: Command = {
  synopsis: "attach (--pid N … | --name GLOB | --exe PATH | --all-go) [flags]",
  summary: "trace what runs, and later processes that match",
  description: `Traces running Go programs without touching them. With --pid it ends when these processes have ended; with the
others it goes on and traces later processes that match, too. Processes in containers are named by
the pid on this host. Ctrl-C detaches every probe and ends with 0.`,
  flags: {
    pid: { value: "N", multiple: true, help: "this process (may be repeated)" },
    name: { value: "GLOB", multiple: true, help: "processes whose name or executable's name matches" },
    exe: {
      value: "PATH",
      multiple: true,
      help: "every process of this executable, by its path as the process has it",
    },
    "all-go": { help: "every Go process on this machine" },
    ...traceFlags,
  },
  run: async (parsed) => {
    const selectors = selectorsOf(parsed);
    const options = traceOptions(parsed);
    const session = await Session.start(options);
    try {
      session.stopOnSignals();
      const targets = await session.collector.attach(selectors, options.follow);
      const pids = selectors.flatMap((s) => (s.kind === "pid" ? [s.pid] : []));
      const refused = targets.filter((t) => pids.includes(t.pid) && t.state === "refused");
      const missing = pids.filter((pid) => !targets.some((t) => t.pid === pid));
      if (missing.length > 0) throw new CommandFailure(`there is no process ${missing.join(", ")}`);
      const onlyPids = pids.length === selectors.length;
      if (onlyPids && refused.length === pids.length) {
        throw new CommandFailure(
          `${refused[0]?.exe} (${refused[0]?.pid}) is not traced: ${refused[0]?.reason}`,
        );
      }
      if (targets.length === 0)
        process.stderr.write("errscope: nothing matches yet: waiting for processes that do\n");
      session.detachAfter(options.durationMs);
      await Promise.race([session.over, ...(onlyPids ? [session.collector.allEnded()] : [])]);
      return session.failed ? 1 : 0;
    } finally {
      await session.close();
    }
  },
};
