/** Which processes are meant, and which of them are Go programs. */
import { basename } from "node:path";
import type { ProcessInfo } from "../tracer/index.ts";

export type Selector =
  | { kind: "pid"; pid: number }
  /** Glob over the name of the executable or of the process. */
  | { kind: "name"; pattern: RegExp; text: string }
  | { kind: "exe"; path: string }
  /** A process below one that is followed. */
  | { kind: "descendant"; pid: number }
  | { kind: "all-go" };

/** The file's path without the kernel's mark of a deleted or replaced one. */
export function exePath(process: Pick<ProcessInfo, "exe">): string {
  return process.exe.replace(/ \(deleted\)$/, "");
}

export function selects(selector: Selector, process: ProcessInfo): boolean {
  switch (selector.kind) {
    case "pid":
    case "descendant":
      return process.pid === selector.pid;
    case "name":
      return selector.pattern.test(basename(exePath(process))) || selector.pattern.test(process.name);
    case "exe":
      return exePath(process) === selector.path;
    case "all-go":
      return true;
  }
}

/** Kernel threads have no executable; we don't trace ourselves. */
export function isCandidate(process: ProcessInfo, own: ReadonlySet<number>): boolean {
  return process.exe !== "" && !own.has(process.pid);
}

const BUILD_INFO = Buffer.from("\xff Go buildinf:", "latin1");
/** The heads of pclntab, go1.16 to go1.27, with the two zero bytes that follow (debug/gosym/pclntab.go). */
const PCLNTAB = [0xf1, 0xf0, 0xfa].map((low) => Buffer.from([low, 0xff, 0xff, 0xff, 0, 0]));

/** A quick look, before any analysis: does the file carry Go's marks? */
export function looksLikeGo(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.includes(BUILD_INFO) || PCLNTAB.some((magic) => buffer.includes(magic));
}
