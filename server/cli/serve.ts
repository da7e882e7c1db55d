/** `errscope serve` */
import type { Command } from "./command.ts";
import { usage } from "./failure.ts";
import { Session } from "./session.ts";
import { traceFlags, traceOptions } from "./trace-flags.ts";

export const serve: Command = {
  synopsis: "serve [flags]",
  summary: "the dashboard, nothing attached: it waits for Go processes with --all-go",
  description: `Serves the dashboard with nothing attached. With --all-go every Go process that runs, or starts later, is traced.`,
  flags: { "all-go": { help: "attach to every Go process, later ones too" }, ...traceFlags },
  run: async (parsed) => {
    if (parsed.positionals.length > 0 || parsed.rest.length > 0) throw usage("serve takes flags only");
    const options = traceOptions(parsed);
    const session = await Session.start(options);
    try {
      session.stopOnSignals();
      session.detachAfter(options.durationMs);
      if (parsed.flags["all-go"]) await session.collector.attach([{ kind: "all-go" }]);
      await session.over;
      return session.failed ? 1 : 0;
    } finally {
      await session.close();
    }
  },
};
