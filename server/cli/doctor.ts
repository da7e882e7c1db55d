/** `errscope doctor` */
import { existsSync } from "node:fs";
import { type Feature, Tracer } from "../tracer/index.ts";
import { examineClocks } from "./clocks.ts";
import type { Command } from "./command.ts";
import { uiFolder } from "./dashboard.ts";
import { sentenceOf } from "./failure.ts";
import { goToolchain } from "./go.ts";

export const doctor: Command = {
  synopsis: "doctor [--json]",
  summary: "what this machine can do, and how to get what is missing",
  description:
    "Checks the kernel, its BTF, privileges and each feature, and says how to get what is missing. Ends with 1 when errors can't be traced here.",
  flags: { json: { help: "as one JSON array" } },
  run: async ({ flags }) => {
    const { features, canTrace } = await examine();
    if (flags.json) process.stdout.write(`${JSON.stringify(features, null, 2)}\n`);
    else {
      for (const { name, ok, text } of features)
        process.stdout.write(`${ok ? "yes" : "no "}  ${name.padEnd(14)} ${text}\n`);
      process.stdout.write(
        canTrace ? "errors can be traced here\n" : "errors can't be traced here yet: see above\n",
      );
    }
    return canTrace ? 0 : 1;
  },
};

async function examine(): Promise<{ features: Feature[]; canTrace: boolean }> {
  const go = goToolchain();
  const own: Feature[] = [
    {
      name: "node",
      ok: Number(process.versions.node.split(".")[0]) >= 24,
      text: `${process.versions.node} (24 comes with npm ci)`,
    },
    {
      name: "dashboard",
      ok: existsSync(uiFolder),
      text: existsSync(uiFolder) ? "built" : "not built: npm run setup",
    },
    {
      name: "go",
      ok: go !== null,
      text: go?.version ?? "not found: only the demo needs it (npm run setup brings one)",
    },
  ];
  let tracer: Tracer;
  try {
    tracer = await Tracer.start({ record: () => {}, ended: () => {} });
  } catch (error) {
    return { features: [...own, { name: "tracer", ok: false, text: sentenceOf(error) }], canTrace: false };
  }
  try {
    const kernel = await tracer.features();
    const has = (name: string) => kernel.some((f) => f.name === name && f.ok);
    const canTrace =
      has("pids") &&
      has("bpf") &&
      has("btf") &&
      has("ringbuf") &&
      (has("uprobe_multi") || has("perf_uprobe"));
    const clocks = canTrace ? [await examineClocks(tracer)] : [];
    return { features: [...own, ...kernel, ...clocks], canTrace };
  } finally {
    await tracer.close();
  }
}
