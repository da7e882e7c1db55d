/** `errscope ps` */
import { BinaryError } from "../binary/index.ts";
import { analyse, exePath, isCandidate, looksLikeGo } from "../collector/index.ts";
import { type ProcessInfo, Tracer } from "../tracer/index.ts";
import type { Command } from "./command.ts";
import { sentenceOf } from "./failure.ts";

interface Row {
  pid: number;
  name: string;
  exe: string;
  goVersion: string | null;
  module: string | null;
  stripped: boolean | null;
  sites: number | null;
  note: string | null;
}

export const ps: Command = {
  synopsis: "ps [--json]",
  summary: "Go processes on this machine",
  description:
    "Lists the Go processes of this machine: pid, name, Go version, main module, whether stripped, and sites.",
  flags: { json: { help: "as one JSON array" } },
  run: async ({ flags }) => {
    const tracer = await Tracer.start({ record: () => {}, ended: () => {} });
    try {
      const own = new Set([process.pid, tracer.pid ?? 0]);
      const rows: Row[] = [];
      const known = new Map<string, Row | null>();
      for (const info of await tracer.list()) {
        if (!isCandidate(info, own)) continue;
        const key = Buffer.from(info.file).toString("hex");
        if (!known.has(key)) known.set(key, await describe(tracer, info));
        const row = known.get(key);
        if (row) rows.push({ ...row, pid: info.pid, name: info.name });
      }
      process.stdout.write(flags.json ? `${JSON.stringify(rows, null, 2)}\n` : table(rows));
      return 0;
    } finally {
      await tracer.close();
    }
  },
};

/** Null for a process that is no Go program, or has ended meanwhile. */
async function describe(tracer: Tracer, info: ProcessInfo): Promise<Row | null> {
  const row = { pid: info.pid, name: info.name, exe: exePath(info) };
  const read = await tracer.readExe(info.pid).catch(() => null);
  if (!read || !looksLikeGo(read.bytes)) return null;
  try {
    const { binary, plan } = await analyse(read.bytes);
    const { goVersion, module, form } = binary;
    return {
      ...row,
      goVersion,
      module: module || null,
      stripped: form.stripped,
      sites: plan.sites.length,
      note: null,
    };
  } catch (error) {
    if (error instanceof BinaryError && error.code === "not-go") return null;
    return { ...row, goVersion: null, module: null, stripped: null, sites: null, note: sentenceOf(error) };
  }
}

function table(rows: readonly Row[]): string {
  const cells = [
    ["PID", "NAME", "GO", "STRIPPED", "SITES", "MODULE", "EXECUTABLE"],
    ...rows.map((r) => [
      String(r.pid),
      r.name,
      r.goVersion ?? "?",
      r.stripped === null ? "?" : r.stripped ? "yes" : "no",
      r.sites === null ? "?" : String(r.sites),
      r.module ?? "-",
      r.note ? `${r.exe} (${r.note})` : r.exe,
    ]),
  ];
  const widths = cells[0]?.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0))) ?? [];
  return `${cells
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")}\n`;
}
