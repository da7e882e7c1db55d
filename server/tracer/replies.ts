/** What the tracer answers, as plain values. */
import {
  type EsSiteCounters,
  esAttachReply,
  esBadSite,
  esConstant,
  esError,
  esFeature,
  esFeatureId,
  esFile,
  esMethod,
  esProcess,
  esReason,
  esSiteStats,
} from "./wire.gen.ts";

/** Identity of a file as the tracer told it (`struct es_file`), handed back as it is when its probes are placed. */
export type FileIdentity = Uint8Array;

/** What the tracer would tell of a file with this status (stat(2), times in ns). */
export function identityOf(status: {
  dev: bigint;
  ino: bigint;
  size: bigint;
  mtimeNs: bigint;
}): FileIdentity {
  const view = new DataView(new ArrayBuffer(esFile.size));
  view.setBigUint64(esFile.offset.dev, status.dev, true);
  view.setBigUint64(esFile.offset.ino, status.ino, true);
  view.setBigUint64(esFile.offset.size, status.size, true);
  view.setBigInt64(esFile.offset.mtime, status.mtimeNs, true);
  return new Uint8Array(view.buffer);
}

export interface ProcessInfo {
  pid: number;
  ppid: number;
  uid: number;
  /** Path of the executable; ends in " (deleted)" when it was replaced. */
  exe: string;
  /** comm, at most 15 bytes. */
  name: string;
  args: string[];
  /** Clock ticks since boot: proc(5) stat field 22. With the pid, names a process for ever. */
  start: number;
  file: FileIdentity;
}

export interface AttachResult {
  link: number;
  attached: number;
  /** Global indices of sites that the kernel refuses to probe, with errno. */
  bad: { site: number; errno: number }[];
  /** Sites left out because perf uprobes are capped. */
  skipped: number;
  method: "uprobe_multi, sleepable" | "uprobe_multi" | "perf uprobes, sleepable" | "perf uprobes";
}

export interface SiteCounters {
  site: number;
  counters: EsSiteCounters;
}

export interface Feature {
  name: string;
  ok: boolean;
  text: string;
}

/** The tracer refused or failed; `reason` is stable, the message says what to do. */
export class TracerError extends Error {
  readonly code: TracerErrorCode;
  constructor(code: TracerErrorCode, message: string) {
    super(message);
    this.name = "TracerError";
    this.code = code;
  }
}
export type TracerErrorCode =
  | "command"
  | "privilege"
  | "kernel"
  | "no_process"
  | "no_file"
  | "changed"
  | "full"
  | "unknown"
  | "system"
  | "not_built"
  | "ended"
  | "protocol";

const text = new TextDecoder();
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function nameOfValue(table: Readonly<Record<string, number>>, value: number): string | undefined {
  return Object.entries(table).find(([, v]) => v === value)?.[0];
}

export function readError(payload: Uint8Array): TracerError {
  const { reason } = esError.read(viewOf(payload), 0);
  const name = nameOfValue(esReason, reason)?.toLowerCase() ?? "system";
  return new TracerError(name as TracerErrorCode, text.decode(payload.subarray(esError.size)));
}

/** Inode number of a file. */
export function inodeOf(file: FileIdentity): bigint {
  return viewOf(file).getBigUint64(esFile.offset.ino, true);
}

export function readProcess(payload: Uint8Array): ProcessInfo {
  const head = esProcess.read(viewOf(payload), 0);
  let at: number = esProcess.size;
  const next = (length: number) => {
    const part = text.decode(payload.subarray(at, at + length));
    at += length;
    return part;
  };
  const exe = next(head.exeLen);
  const name = next(head.nameLen);
  const args = next(head.cmdLen).replace(/\0$/, "").split("\0");
  const fileAt = esProcess.offset.file;
  const file = payload.slice(fileAt, fileAt + esFile.size);
  return { pid: head.pid, ppid: head.ppid, uid: head.uid, exe, name, args, start: head.start, file };
}

const methods = {
  [esMethod.MULTI_SLEEPABLE]: "uprobe_multi, sleepable",
  [esMethod.MULTI]: "uprobe_multi",
  [esMethod.PERF_SLEEPABLE]: "perf uprobes, sleepable",
  [esMethod.PERF]: "perf uprobes",
} as const;

export function readAttach(payload: Uint8Array): AttachResult {
  const view = viewOf(payload);
  const head = esAttachReply.read(view, 0);
  const bad: AttachResult["bad"] = [];
  for (let i = 0; i < head.bad; i++) {
    const { site, code } = esBadSite.read(view, esAttachReply.size + i * esBadSite.size);
    bad.push({ site, errno: code });
  }
  const method = methods[head.method as keyof typeof methods];
  if (!method)
    throw new TracerError("protocol", `the tracer attached by a method ${head.method} unknown here`);
  return { link: head.link, attached: head.attached, bad, skipped: head.skipped, method };
}

export function readStats(payload: Uint8Array): SiteCounters[] {
  const view = viewOf(payload);
  const out: SiteCounters[] = [];
  for (let at = 0; at + esSiteStats.size <= payload.length; at += esSiteStats.size) {
    const { site, counters } = esSiteStats.read(view, at);
    out.push({ site, counters });
  }
  return out;
}

export function readFeature(payload: Uint8Array): Feature {
  const { id, ok } = esFeature.read(viewOf(payload), 0);
  const name = nameOfValue(esFeatureId, id)?.toLowerCase() ?? `feature ${id}`;
  return { name, ok: ok !== 0, text: text.decode(payload.subarray(esFeature.size)) };
}

export const wireVersion: number = esConstant.WIRE_VERSION;
