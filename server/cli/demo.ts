/** `errscope demo` */
import type { Command } from "./command.ts";
import { buildBundled } from "./go.ts";
import { Session } from "./session.ts";
import { traceFlags, traceOptions } from "./trace-flags.ts";

export const demo: Command = {
  synopsis: "demo [flags]",
  summary: "build the bundled Go demo, trace it under load, open the dashboard",
  description: `Builds a small shop (HTTP API, file store, worker pool, an upstream that fails), runs it under its own load and traces
it. Nothing leaves this machine: the shop listens on loopback and writes to a temporary folder. Ctrl-C ends both.`,
  flags: { rate: { value: "N", help: "requests a second (12)" }, ...traceFlags },
  run: async (parsed) => {
    const options = traceOptions(parsed);
    const rate = (parsed.flags.rate as string | undefined) ?? "12";
    const program = buildBundled(".", "shop");
    const session = await Session.start(options);
    try {
      const { launched, finished } = await session.collector.run(
        program,
        ["-rate", rate],
        options.json ? "stderr" : "inherit",
      );
      session.stopOnSignals();
      session.detachAfter(options.durationMs);
      await Promise.race([finished, session.over]);
      launched.kill("SIGTERM");
      await launched.ended;
      return session.failed ? 1 : 0;
    } finally {
      await session.close();
    }
  },
};
