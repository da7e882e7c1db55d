/** `errscope ps` */
import { BinaryError } from "../binary/index.ts";
import {
  analyse,
  exePath,
  isCandidate,
  looksLikeGo,
  readExecutable,
  whereabouts,
} from "../collector/index.ts";
import { shortId } from "../events/index.ts";
import { type ProcessInfo, Tracer } from "../tracer/index.ts";
import type { Command } from "./command.ts";
import { sentenceOf } from "./failure.ts";

interface Row {
  pid: number;
  /** As the process itself sees it. */
  nsPid: number | null;
  container: string | null;
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
    "Lists the Go processes of this machine: pid, also in its own pid namespace, container, name, Go version, main module, whether stripped, and sites.",
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
        if (row) rows.push({ ...row, ...identityOf(info) });
      }
      process.stdout.write(flags.json ? `${JSON.stringify(rows, null, 2)}\n` : table(rows));
      return 0;
    } finally {
      await tracer.close();
    }
  },
};

const identityOf = (info: ProcessInfo) => ({
  pid: info.pid,
  ...whereabouts(info.pid),
  name: info.name,
  exe: exePath(info),
});

/** Null for a process that is no Go program, or has ended meanwhile. */
async function describe(tracer: Tracer, info: ProcessInfo): Promise<Row | null> {
  const row = identityOf(info);
  const read = await readExecutable(`/proc/${info.pid}/exe`, () => tracer.readExe(info.pid)).catch(
    () => null,
  );
  if (!read) return null;
  try {
    if (!(await read.arrived) || !looksLikeGo(read.bytes)) return null;
    const { binary, plan } = await analyse(read.bytes, read);
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
  } finally {
    read.unread?.close();
  }
}

function table(rows: readonly Row[]): string {
  const cells = [
    ["PID", "NSPID", "CONTAINER", "NAME", "GO", "STRIPPED", "SITES", "MODULE", "EXECUTABLE"],
    ...rows.map((r) => [
      String(r.pid),
      r.nsPid === r.pid ? "-" : String(r.nsPid ?? "?"),
      r.container === null ? "-" : shortId(r.container),
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
