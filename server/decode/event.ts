/** One raw event to one event of the contract. All state is in the binding; nothing here does I/O. */
import type { ErrorMap, Site } from "../binary/index.ts";
import {
  type ErrorEvent,
  type ErrorValue,
  EVENT_VERSION,
  type Event,
  type GoroutineRef,
  type PanicEvent,
  type ProcessRef,
  type SiteOp,
} from "../events/index.ts";
import { rfc3339, type WallClock } from "./clock.ts";
import { decodeTree, TypeNames } from "./error-tree.ts";
import type { IdentityTable } from "./identity.ts";
import { CapturedObject, type ReadOnlyMemory } from "./object.ts";
import type { RawEvent } from "./raw-event.ts";
import { duringInit, panicFrame, Symbolizer, siteFrame, siteRef, stackNote } from "./stack.ts";
import { decodeText } from "./text.ts";
import type { UlidSource } from "./ulid.ts";

/** What is common to all events of one executable. */
export class Executable {
  readonly map: ErrorMap;
  readonly names: TypeNames;
  readonly symbols: Symbolizer;

  constructor(map: ErrorMap) {
    this.map = map;
    this.names = new TypeNames(map);
    this.symbols = new Symbolizer(map);
  }

  /** Memory of a process that is the file's own read-only data. */
  readOnly(bias: bigint): ReadOnlyMemory {
    const { image } = this.map.binary;
    return (address, length) => {
      const at = Number(address - bias);
      const segment = image.segments.find((s) => at >= s.address && at + length <= s.address + s.fileSize);
      const WRITABLE = 2; // PF_W
      return segment && (segment.flags & WRITABLE) === 0 ? image.bytes(at, length) : null;
    };
  }
}

/** One process, and what is remembered of it between events. */
export class ProcessState {
  readonly ref: ProcessRef;
  readonly identity: IdentityTable;
  /** Panics not yet recovered, by goroutine, newest last. */
  readonly panics = new Map<bigint, { id: string; type: bigint; data: bigint }[]>();

  constructor(ref: ProcessRef, identity: IdentityTable) {
    this.ref = ref;
    this.identity = identity;
  }
}

export interface Clocks {
  wall: WallClock;
  ulids: UlidSource;
}

/**
 * @param index of the site in the executable's plan.
 * @returns null where the words turned out to be none of the site's errors (another path through a shared instruction
 *   with nothing new), or nothing could be captured.
 */
export function decodeEvent(
  raw: RawEvent,
  index: number,
  executable: Executable,
  process: ProcessState,
  clocks: Clocks,
): Event | null {
  const site = executable.map.plan.sites[index];
  if (!site) return null;
  const wall = clocks.wall.wall(raw.mono) ?? 0n;
  const base = {
    v: EVENT_VERSION,
    id: clocks.ulids.next(Number(wall / 1_000_000n)),
    time: rfc3339(wall),
    mono: Number(raw.mono),
    process: process.ref,
  } as const;
  const stack = executable.symbols.stack(raw, originOf(site, raw));
  const note = stackNote(raw.stackEnd);
  const onThread = {
    thread: raw.thread,
    goroutine: goroutineOf(raw, executable),
    stack,
    ...(note ? { stackNote: note } : {}),
    ...(duringInit(stack) ? { init: true } : {}),
    sampled: 1 + raw.skipped,
  };
  const tree = (madeAt: number | null) =>
    decodeTree(raw, {
      names: executable.names,
      identity: process.identity,
      readOnly: executable.readOnly(raw.bias),
      madeAt,
    });
  if (site.op === "recover") {
    const panic = takePanic(process, raw);
    return { ...base, kind: "recover", ...onThread, site: siteRef(panicFrame(stack), "recover"), panic };
  }
  if (site.op === "panic") {
    const value = panicValue(raw, executable, () => tree(null)?.root ?? null);
    rememberPanic(process, raw, base.id);
    const event: PanicEvent = {
      ...base,
      kind: "panic",
      ...onThread,
      site: siteRef(panicFrame(stack), "panic"),
      value,
    };
    return event;
  }
  const decoded = tree(isConstruction(site, raw, executable) ? index : null);
  if (!decoded) return null;
  const event: ErrorEvent = {
    ...base,
    kind: "error",
    ...onThread,
    site: siteRef(siteFrame(stack), decoded.first ? opOf(site, raw, decoded.root, executable) : "return"),
    error: decoded.root,
    made: decoded.first,
  };
  return event;
}

/** Static address of the instruction that stands for the site. */
function originOf(site: Site, raw: RawEvent): number {
  const itab = Number(raw.word0 - raw.bias);
  const fitting = site.origins.filter((origin) => origin.itab === itab);
  const pcs = new Set((fitting.length > 0 ? fitting : site.origins).map((origin) => origin.pc));
  const [only] = pcs;
  return pcs.size === 1 && only !== undefined ? only : site.pc;
}

/** A hit here means that the value was made here, now: no other path leads here, and the value is not a global. */
function isConstruction(site: Site, raw: RawEvent, executable: Executable): boolean {
  if (site.shared) return false;
  const root = raw.nodes[0];
  const pointer = root && executable.names.errorType(Number(root.type - raw.bias))?.pointer;
  return !(pointer && raw.word1 !== 0n && executable.map.binary.image.mapped(Number(raw.word1 - raw.bias)));
}

/** A value made with causes is a wrap, or a join when it has a list of them, whatever its type. */
function opOf(site: Site, raw: RawEvent, root: ErrorValue, executable: Executable): SiteOp {
  if (site.op !== "new" && site.op !== "convert") return site.op;
  if (!root.causes.some((cause) => cause.via === "unwrap")) return site.op;
  const type = executable.names.errorType(Number((raw.nodes[0]?.type ?? 0n) - raw.bias));
  return type?.unwrap.kind === "errors" ? "join" : "wrap";
}

function goroutineOf(raw: RawEvent, executable: Executable): GoroutineRef | null {
  if (!raw.goroutineKnown || raw.goroutine === 0n) return null;
  return {
    id: Number(raw.goroutine),
    parent: raw.parentGoroutine === 0n ? null : Number(raw.parentGoroutine),
    // Goroutine 1 is started by the runtime's entry code (runtime/asm_amd64.s, rt0_go), not by a go statement.
    createdBy: raw.goroutine === 1n ? null : executable.symbols.functionAt(raw.createdAt, raw.bias),
  };
}

function panicValue(
  raw: RawEvent,
  executable: Executable,
  tree: () => ErrorValue | null,
): PanicEvent["value"] {
  const root = raw.nodes[0];
  const address = Number(raw.word0 - raw.bias);
  if (executable.names.errorType(address)) {
    const error = tree();
    if (error) return { error };
  }
  const type = executable.names.name(address);
  return { type, text: root ? plainText(raw, executable, address) : `(${type})` };
}

/** As Go prints a panic's value: the text or number itself, else type and address (runtime/error.go, printpanicval). */
function plainText(raw: RawEvent, executable: Executable, address: number): string {
  const type = executable.map.binary.types.get(address);
  const root = raw.nodes[0];
  const object = root && new CapturedObject(root.object, root.strings, executable.readOnly(raw.bias));
  const shape = /^(string|bool|int|uint|float)/.exec(type?.kind ?? "")?.[1];
  if (object && type) {
    if (shape === "string") {
      const read = object.text(0);
      if ("text" in read) return decodeText(read.text).text;
    }
    if (shape === "int") return String(object.int(0, type.size) ?? "?");
    if (shape === "uint") return String(object.uint(0, type.size) ?? "?");
    if (shape === "bool") return String(object.uint(0, 1) !== 0n);
    if (shape === "float") return String(object.float(0, type.size) ?? "?");
  }
  return `(${executable.names.name(address)}) 0x${raw.word1.toString(16)}`;
}

const MAX_PANICKING = 10_000;

function rememberPanic(process: ProcessState, raw: RawEvent, id: string): void {
  const list = process.panics.get(raw.goroutine) ?? [];
  list.push({ id, type: raw.word0, data: raw.word1 });
  process.panics.delete(raw.goroutine);
  process.panics.set(raw.goroutine, list);
  if (process.panics.size > MAX_PANICKING) {
    for (const oldest of process.panics.keys()) {
      process.panics.delete(oldest);
      break;
    }
  }
}

/** Id of the newest panic of this goroutine with the recovered value; null when it began before we attached. */
function takePanic(process: ProcessState, raw: RawEvent): string | null {
  const list = process.panics.get(raw.goroutine) ?? [];
  const at = list.findLastIndex((panic) => panic.type === raw.word0 && panic.data === raw.word1);
  if (at < 0) return null;
  const [panic] = list.splice(at);
  if (list.length === 0) process.panics.delete(raw.goroutine);
  return panic?.id ?? null;
}
