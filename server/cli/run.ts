/** `errscope run -- PROG ARGS…` */
import { constants } from "node:os";
import { resolveProgram } from "../collector/index.ts";
import type { Command } from "./command.ts";
import { usage } from "./failure.ts";
import { Session } from "./session.ts";
import { traceFlags, traceOptions } from "./trace-flags.ts";

export const run: Command = {
  synopsis: "run [flags] -- PROG ARGS…",
  summary: "start a program, traced from its first instruction",
  description: `Starts PROG with ARGS, traced from its first instruction, and ends with its exit status (128 + N when signal N
ended it). With --json its standard output goes to standard error, so that the events have standard output alone.
Ctrl-C goes to the program; errscope detaches and ends when the program has ended. With --follow PROG may be no Go program: a
script, make, unshare; the Go programs that it starts are traced.`,
  flags: traceFlags,
  run: async (parsed) => {
    const [program, ...args] = parsed.rest;
    if (program === undefined || parsed.positionals.length > 0) {
      throw usage("run: write the program after --, for example: errscope run -- ./server -port 8080");
    }
    const options = traceOptions(parsed);
    const file = resolveProgram(program);
    const session = await Session.start(options);
    try {
      const { launched, finished } = await session.collector.run(
        file,
        args,
        options.json ? "stderr" : "inherit",
        options.follow,
      );
      // The terminal sends Ctrl-C to the program too; whoever signals us alone means the program.
      let isGone = false;
      const forward = (signal: NodeJS.Signals) => (isGone ? session.stop() : launched.kill(signal));
      process.on("SIGINT", (signal) => {
        if (isGone || !process.stdin.isTTY) forward(signal);
      });
      process.on("SIGTERM", forward);
      process.on("SIGHUP", forward);
      session.detachAfter(options.durationMs);
      const { code, signal } = await launched.ended;
      isGone = true;
      await Promise.race([finished, session.over]);
      await session.close();
      return code ?? 128 + (signal ? constants.signals[signal] : 0);
    } finally {
      await session.close();
    }
  },
};
