/**
 * One event as the kernel side captured it: whole, but nothing in it interpreted. Words and addresses are those of the
 * running process; a static address (as in the ELF file) is the run-time one less `bias`.
 */

export interface RawString {
  /** Offset of the string header (or slice header of bytes) in its object. */
  offset: number;
  pointer: bigint;
  /** Length that the header tells. */
  length: number;
  /** The first bytes; fewer than `length` where the text was cut. */
  bytes: Uint8Array;
  /** XXH64 of the whole string, where `bytes` is not all of it and it could be had. */
  hash: bigint | null;
  unreadable: boolean;
}

export interface RawNode {
  /** Position in the breadth-first walk; 0 is the error itself. */
  index: number;
  /** Index of the parent, -1 for the root. */
  parent: number;
  depth: number;
  /** Offset of the field in the parent that led here. */
  fieldOffset: number;
  via: "unwrap" | "field" | "mention" | null;
  /** Element in a slice of errors. */
  element: number;
  /** The object's memory could not be read. */
  unreadable: boolean;
  /** Its type is not in the plan. */
  noLayout: boolean;
  typedNil: boolean;
  /** So many of its causes were not followed: a limit, or memory that can't be read. */
  cut: number;
  /** A list of its causes could not be read, or not to its end. */
  listUnreadable: boolean;
  /** Index of the node with the same type and data word, when that was captured before; else -1. */
  same: number;
  /** 0 for an `any` or a typed pointer. */
  itab: bigint;
  /** Address of the dynamic type. */
  type: bigint;
  /** The interface's data word. */
  data: bigint;
  /** The object that the data word leads to, at most 512 bytes. */
  object: Uint8Array;
  strings: RawString[];
}

/** A time in which a thread did not run; or in which it often didn't. CLOCK_MONOTONIC ns. */
export interface Pause {
  kind: "runnable" | "blocked" | "softirq" | "hardirq" | "page-fault" | "reclaim";
  start: bigint;
  end: bigint;
  /** So many that followed each other closely, told as one; and ns that they took together, null where it is one. */
  count: number;
  took: number | null;
  /** `blocked`: the number of the system call that it slept in; null: not determined. */
  call: number | null;
}
export interface ThreadTimes {
  /** From when on all its pauses are known. */
  since: bigint;
  /** The newest that took 0.1 ms (`blocked`: 1 ms) or longer, oldest first. */
  pauses: Pause[];
  /** ns that the quota of its cgroup has kept tasks from running since the cgroup was made. */
  throttled: bigint;
}

/** A signal that ends processes was sent to one. */
export interface RawSignal {
  pid: number;
  /** The thread that it was sent to. */
  thread: number;
  number: number;
  /** si_code of sigaction(2). */
  code: number;
  from: "process" | "fault" | "kernel" | "oom-killer";
  sender: { pid: number; name: string };
  /** Of a fault: what could not be reached, or the instruction. */
  address: bigint;
  mono: bigint;
}

export type StackEnd = "whole" | "fault" | "unaligned" | "backwards" | "outside" | "limit";

export interface RawEvent {
  /** CLOCK_MONOTONIC ns. */
  mono: bigint;
  pid: number;
  /** As the process itself sees it, in its own pid namespace. */
  nsPid: number;
  thread: number;
  /** Global site index: the probe's cookie. */
  site: number;
  /** The goroutine is known for sure: the stack pointer lies in the stack of the g that was read. */
  goroutineKnown: boolean;
  onSystemStack: boolean;
  goroutine: bigint;
  /** The register that holds g in Go code. */
  g: bigint;
  parentGoroutine: bigint;
  /** Return address in the function that ran the `go` statement. */
  createdAt: bigint;
  ip: bigint;
  bias: bigint;
  word0: bigint;
  word1: bigint;
  /** Hits of this site, type and caller that the rate limit dropped since the last recorded one. */
  skipped: number;
  /** 1 + the index of what the goroutine waited for last (runtime.waitReason); 0: not known. */
  waitReason: number;
  /** When the thread ran, where that is watched. */
  threadTimes: ThreadTimes | null;
  nodes: RawNode[];
  /** At a site whose words are a text instead of an error: that text. */
  text: RawString | null;
  /** Return addresses, innermost first; the probed function itself is not among them. */
  frames: bigint[];
  stackEnd: StackEnd;
  /** Causes that were not followed. */
  nodesCut: number;
}
