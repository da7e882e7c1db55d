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
Ctrl-C goes to the program; errscope detaches and ends when the program has ended.`,
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
      const forward = (signal: NodeJS.Signals) => launched.kill(signal);
      const ignore = () => {};
      process.on("SIGINT", process.stdin.isTTY ? ignore : forward);
      process.on("SIGTERM", forward);
      process.on("SIGHUP", forward);
      session.detachAfter(options.durationMs);
      const { code, signal } = await launched.ended;
      await Promise.race([finished, session.over]);
      await session.close();
      return code ?? 128 + (signal ? constants.signals[signal] : 0);
    } finally {
      await session.close();
    }
  },
};
