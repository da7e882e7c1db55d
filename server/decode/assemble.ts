/** Records of the ring to whole raw events: the parts of one event are put together, its items read. Pure. */
import {
  esConstant,
  esEnd,
  esFrames,
  esHead,
  esHeadFlag,
  esItem,
  esItemKind,
  esNode,
  esNodeFlag,
  esPart,
  esPause,
  esPauseKind,
  esProc,
  esRecordKind,
  esSignal,
  esSignalFlag,
  esStackEnd,
  esString,
  esStringFlag,
  esThread,
  esVia,
} from "../tracer/index.ts";
import { type FailedCall, fileName, readCall } from "./failed-call.ts";
import type { Pause, RawEvent, RawNode, RawSignal, RawString, StackEnd, ThreadTimes } from "./raw-event.ts";

/** A process was started, replaced its program by exec, or ended. */
export interface RawProcess {
  kind: "exec" | "exit" | "fork";
  pid: number;
  /** Of an exec: as the process itself sees it. */
  nsPid: number;
  parent: number;
  /** Of an exit: as wait(2) reports it. */
  waitStatus: number;
  mono: bigint;
  /** Of an exec: inode number of the executable, and its path up to the root of the process's mounts; null: too long. */
  inode: bigint;
  path: string | null;
}
export type RawRecord =
  | { event: RawEvent }
  | { process: RawProcess }
  | { call: FailedCall }
  | { signal: RawSignal };

/** Events of which a part is still on its way; more than this are the remains of events that the kernel gave up. */
const MAX_PARTIAL = 1024;

interface Partial {
  next: number;
  parts: Uint8Array[];
}

export class Assembler {
  readonly #partial = new Map<number, Partial>();
  /** Events whose parts did not all come (the kernel counted them as lost), or came damaged. */
  incomplete = 0;
  malformed = 0;

  /** @returns what the record completes, null if more is to come or it was no record that we know. */
  push(record: Uint8Array): RawRecord | null {
    try {
      return this.#take(record);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.malformed++;
      return null;
    }
  }

  #take(record: Uint8Array): RawRecord | null {
    const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
    const kind = view.getUint16(0, true);
    if (kind === esRecordKind.CALL) return { call: readCall(record) };
    if (kind !== esRecordKind.EVENT) return this.#process(kind, view, record);
    const part = esPart.read(view, 0);
    if (part.part === 0 && part.last !== 0) return { event: readItems([record]) };
    const partial = this.#partial.get(part.ev) ?? { next: 0, parts: [] };
    if (part.part !== partial.next) {
      if (this.#partial.delete(part.ev)) this.incomplete++;
      return null;
    }
    partial.parts.push(record);
    partial.next++;
    if (part.last !== 0) {
      this.#partial.delete(part.ev);
      return { event: readItems(partial.parts) };
    }
    this.#partial.set(part.ev, partial);
    if (this.#partial.size > MAX_PARTIAL) {
      for (const oldest of this.#partial.keys()) {
        this.#partial.delete(oldest);
        this.incomplete++;
        break;
      }
    }
    return null;
  }

  #signal(view: DataView): RawRecord {
    const { pid, tid, number, code, sender, flags, senderName } = esSignal.read(view, 0);
    const has = (flag: number) => (flags & flag) !== 0;
    const kernel = has(esSignalFlag.KERNEL) ? "kernel" : "process";
    const from = has(esSignalFlag.OOM) ? "oom-killer" : has(esSignalFlag.FAULT) ? "fault" : kernel;
    const word = (name: "address" | "mono") => view.getBigUint64(esSignal.offset[name], true);
    const name = new TextDecoder("utf-8", { ignoreBOM: true })
      .decode(Uint8Array.from(senderName))
      .split("\0", 1)[0]!;
    return {
      signal: {
        pid,
        thread: tid,
        number,
        code,
        from,
        sender: { pid: sender, name },
        address: word("address"),
        mono: word("mono"),
      },
    };
  }

  #process(kind: number, view: DataView, record: Uint8Array): RawRecord | null {
    if (kind === esRecordKind.SIGNAL) return this.#signal(view);
    const names = {
      [esRecordKind.EXEC]: "exec",
      [esRecordKind.EXIT]: "exit",
      [esRecordKind.FORK]: "fork",
    } as const;
    const name = names[kind as keyof typeof names];
    if (!name) {
      this.malformed++;
      return null;
    }
    const { pid, parent, exitCode, pathLen, nsPid } = esProc.read(view, 0);
    const mono = view.getBigUint64(esProc.offset.mono, true);
    const inode = view.getBigUint64(esProc.offset.ino, true);
    const path = pathLen > 0 ? fileName(record.subarray(esProc.size, esProc.size + pathLen)) : null;
    return { process: { kind: name, pid, nsPid, parent, waitStatus: exitCode, mono, inode, path } };
  }
}

const stackEnds: Record<number, StackEnd> = {
  [esStackEnd.WHOLE]: "whole",
  [esStackEnd.FAULT]: "fault",
  [esStackEnd.UNALIGNED]: "unaligned",
  [esStackEnd.BACKWARDS]: "backwards",
  [esStackEnd.OUTSIDE]: "outside",
  [esStackEnd.LIMIT]: "limit",
};
const vias: Record<number, RawNode["via"]> = {
  [esVia.UNWRAP]: "unwrap",
  [esVia.FIELD]: "field",
  [esVia.MENTION]: "mention",
};

/** @throws RangeError when the items don't fit the record or the head or the end is missing. */
function readItems(parts: readonly Uint8Array[]): RawEvent {
  let event: RawEvent | null = null;
  let ended = false;
  const strings: { node: number; string: RawString }[] = []; // a node's strings come before it
  for (const record of parts) {
    const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
    let at: number = esPart.size;
    while (at + esItem.size <= record.length) {
      const { kind, len } = esItem.read(view, at);
      if (len < esItem.size || at + len > record.length)
        throw new RangeError("an item is longer than its record");
      const item = new DataView(record.buffer, record.byteOffset + at, len);
      if (kind === esItemKind.HEAD) event = readHead(item);
      else if (!event) throw new RangeError("an event without a head");
      else if (kind === esItemKind.NODE) event.nodes.push(readNode(item, record, at));
      else if (kind === esItemKind.STRING) strings.push(readString(item, record, at));
      else if (kind === esItemKind.FRAMES) readFrames(item, event.frames);
      else if (kind === esItemKind.THREAD) event.threadTimes = readThread(item);
      else if (kind === esItemKind.END) {
        const end = esEnd.read(item, 0);
        event.nodesCut = end.nodesCut;
        event.stackEnd = stackEnds[end.stackEnd] ?? "fault";
        ended = end.nodes === event.nodes.length && end.frames === event.frames.length;
      }
      at += len;
    }
  }
  if (!event || !ended) throw new RangeError("an event without its end");
  for (const { node, string } of strings) {
    const owner = event.nodes[node];
    if (event.nodes.length === 0 && node === 0) {
      event.text = string;
      continue;
    }
    if (!owner) throw new RangeError("a string without its node");
    owner.strings.push(string);
  }
  return event;
}

function readHead(view: DataView): RawEvent {
  const head = esHead.read(view, 0);
  const word = (name: keyof typeof esHead.offset) => view.getBigUint64(esHead.offset[name], true);
  return {
    mono: word("mono"),
    pid: head.pid,
    nsPid: head.nsPid,
    thread: head.tid,
    site: head.site,
    goroutineKnown: (head.flags & (esHeadFlag.G_OK | esHeadFlag.ON_G0)) !== 0,
    onSystemStack: (head.flags & esHeadFlag.ON_G0) !== 0,
    goroutine: word("goid"),
    g: word("g"),
    parentGoroutine: word("parentGoid"),
    createdAt: word("gopc"),
    ip: word("ip"),
    bias: word("bias"),
    word0: word("word0"),
    word1: word("word1"),
    skipped: head.skipped,
    waitReason: head.waitReason,
    threadTimes: null,
    nodes: [],
    text: null,
    frames: [],
    stackEnd: "fault",
    nodesCut: 0,
  };
}

const pauseKinds: Record<number, Pause["kind"]> = {
  [esPauseKind.RUNNABLE]: "runnable",
  [esPauseKind.BLOCKED]: "blocked",
  [esPauseKind.SOFTIRQ]: "softirq",
  [esPauseKind.HARDIRQ]: "hardirq",
  [esPauseKind.FAULT]: "page-fault",
  [esPauseKind.RECLAIM]: "reclaim",
};

function readThread(view: DataView): ThreadTimes {
  const pauses: Pause[] = [];
  for (let i = 0; i < esConstant.PAUSES; i++) {
    const at = esThread.size + i * esPause.size;
    const { kind: number, count, call, took } = esPause.read(view, at);
    const kind = pauseKinds[number];
    const word = (name: "start" | "end") => view.getBigUint64(at + esPause.offset[name], true);
    if (kind)
      pauses.push({
        kind,
        start: word("start"),
        end: word("end"),
        count,
        took: took > 0 ? took : null,
        call: call === esConstant.NOT_DETERMINED ? null : call,
      });
  }
  pauses.sort((a, b) => (a.end < b.end ? -1 : 1));
  const word = (name: "since" | "throttled") => view.getBigUint64(esThread.offset[name], true);
  return { since: word("since"), pauses, throttled: word("throttled") };
}

function readNode(view: DataView, record: Uint8Array, at: number): RawNode {
  const node = esNode.read(view, 0);
  if (esNode.size + node.objLen > view.byteLength) throw new RangeError("an object is longer than its item");
  const flag = (bit: number) => (node.flags & bit) !== 0;
  return {
    index: node.index,
    parent: node.parent === esConstant.NOT_DETERMINED ? -1 : node.parent,
    depth: node.depth,
    fieldOffset: node.fieldOff,
    via: vias[node.via] ?? null,
    element: node.elem,
    unreadable: flag(esNodeFlag.UNREADABLE),
    noLayout: flag(esNodeFlag.NO_LAYOUT),
    typedNil: flag(esNodeFlag.TYPED_NIL),
    cut: flag(esNodeFlag.CUT) ? node.cut : 0,
    listUnreadable: flag(esNodeFlag.LIST_UNREADABLE),
    same: flag(esNodeFlag.SEEN) ? node.same : -1,
    itab: view.getBigUint64(esNode.offset.itab, true),
    type: view.getBigUint64(esNode.offset.type, true),
    data: view.getBigUint64(esNode.offset.data, true),
    object: record.subarray(at + esNode.size, at + esNode.size + node.objLen),
    strings: [],
  };
}

function readString(view: DataView, record: Uint8Array, at: number): { node: number; string: RawString } {
  const string = esString.read(view, 0);
  if (esString.size + string.got > view.byteLength) throw new RangeError("a string is longer than its item");
  return {
    node: string.node,
    string: {
      offset: string.off,
      pointer: view.getBigUint64(esString.offset.ptr, true),
      length: string.trueLen,
      bytes: record.subarray(at + esString.size, at + esString.size + string.got),
      hash: (string.flags & esStringFlag.HASHED) !== 0 ? view.getBigUint64(esString.offset.hash, true) : null,
      unreadable: (string.flags & esStringFlag.UNREADABLE) !== 0,
    },
  };
}

function readFrames(view: DataView, frames: bigint[]): void {
  const { n } = esFrames.read(view, 0);
  if (esFrames.size + n * 8 > view.byteLength) throw new RangeError("more frames than the item holds");
  for (let i = 0; i < n; i++) frames.push(view.getBigUint64(esFrames.size + i * 8, true));
}
