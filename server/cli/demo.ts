/** `errscope demo` */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "./command.ts";
import { CommandFailure } from "./failure.ts";
import { goToolchain } from "./go.ts";
import { Session } from "./session.ts";
import { traceFlags, traceOptions } from "./trace-flags.ts";

const source = fileURLToPath(new URL("../demo/", import.meta.url));
const folder = fileURLToPath(new URL("../../.build/demo/", import.meta.url));

export const demo: Command = {
  synopsis: "demo [flags]",
  summary: "build the bundled Go demo, trace it under load, open the dashboard",
  description: `Builds a small shop (HTTP API, file store, worker pool, an upstream that fails), runs it under its own load and traces
it. Nothing leaves this machine: the shop listens on loopback and writes to a temporary folder. Ctrl-C ends both.`,
  flags: { rate: { value: "N", help: "requests a second (12)" }, ...traceFlags },
  run: async (parsed) => {
    const options = traceOptions(parsed);
    const rate = (parsed.flags.rate as string | undefined) ?? "12";
    const program = build();
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

function build(): string {
  const go = goToolchain();
  if (!go)
    throw new CommandFailure("the demo needs a Go toolchain (1.22 or newer): npm run setup brings one");
  mkdirSync(folder, { recursive: true });
  const program = join(folder, "shop");
  const env = { ...process.env, GOFLAGS: "-mod=mod", GOWORK: "off" };
  const built = spawnSync(go, ["build", "-o", program, "."], { cwd: source, env, encoding: "utf8" });
  if (built.status !== 0)
    throw new CommandFailure(`the demo could not be built: ${built.stderr || built.error?.message}`);
  return program;
}
