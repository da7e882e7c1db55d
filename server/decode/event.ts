/** One raw event to one event of the contract. All state is in the binding; nothing here does I/O. */
import type { ErrorMap, Site } from "../binary/index.ts";
import {
  type ErrorEvent,
  type ErrorValue,
  EVENT_VERSION,
  type Event,
  type Frame,
  type GoroutineRef,
  type KernelFact,
  type PanicEvent,
  type ProcessRef,
  type SiteOp,
  type Trap,
} from "../events/index.ts";
import { rfc3339, type WallClock } from "./clock.ts";
import { Endings, fatalText } from "./endings.ts";
import { decodeTree, TypeNames } from "./error-tree.ts";
import { FailedCalls } from "./failed-calls.ts";
import { GcTimes } from "./gc-times.ts";
import type { IdentityTable } from "./identity.ts";
import { Mentions } from "./mentions.ts";
import type { ReadOnlyMemory } from "./object.ts";
import { Panics, panicValue } from "./panics.ts";
import type { RawEvent } from "./raw-event.ts";
import { Signals } from "./signals.ts";
import {
  duringInit,
  exitFrame,
  fatalFrame,
  mentionFrame,
  panicFrame,
  Symbolizer,
  siteFrame,
  siteRef,
  stackNote,
} from "./stack.ts";
import { explain, isDeadline, Throttling, threadTimes } from "./thread-times.ts";
import { trapsOf } from "./traps.ts";
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
  readonly panics = new Panics();
  readonly mentions = new Mentions();
  readonly endings = new Endings();
  readonly calls = new FailedCalls();
  readonly throttling = new Throttling();
  readonly signals = new Signals();
  readonly gc = new GcTimes();

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
 * @returns what is to be told now, in order: none where the words turned out to be none of the site's errors (another path
 *   through a shared instruction with nothing new) or are kept until more is known (an error given to package fmt: see
 *   Mentions); more than one where something kept is told first.
 */
export function decodeEvent(
  raw: RawEvent,
  index: number,
  executable: Executable,
  process: ProcessState,
  clocks: Clocks,
): Event[] {
  const site = executable.map.plan.sites[index];
  if (!site) return [];
  const common = commonOf(raw, site, executable, process, clocks);
  const tree = (madeAt: number | null) => {
    const decoded = decodeTree(raw, {
      names: executable.names,
      identity: process.identity,
      readOnly: executable.readOnly(raw.bias),
      madeAt,
    });
    if (decoded) process.mentions.complete(decoded.root);
    return decoded;
  };
  const { stack } = common;
  const { mentions, panics, endings, calls } = process;
  const now = (event: Event): Event[] => [...mentions.take(raw.goroutine), event];
  switch (site.op) {
    case "recover": {
      const { function: name } = panicFrame(stack);
      const traps: Trap[] = name === "fmt.(*pp).catchPanic" ? ["error-method-panicked"] : [];
      const panic = panics.recovered(raw);
      return now({
        ...common,
        kind: "recover",
        site: siteRef(panicFrame(stack), "recover"),
        panic,
        ...(traps.length > 0 ? { traps } : {}),
      });
    }
    case "panic": {
      const value = panicValue(raw, executable, () => tree(null)?.root ?? null);
      // The innermost frame is its own.
      const below = stack.slice(1).filter((frame) => frame.function === "runtime.gopanic").length;
      const links = panics.began(raw, common.id, value, below);
      const kernel = "error" in value ? calls.behind(raw, value.error, false, executable.symbols) : null;
      const traps = "error" in value ? trapsOf(value.error) : [];
      if ("error" in value) endings.seen(raw.goroutine, value.error.id);
      const fault = faultBehind(raw, stack, process);
      return now({
        ...common,
        kind: "panic",
        site: siteRef(panicFrame(stack), "panic"),
        value,
        ...links,
        ...(fault ? { fault } : {}),
        ...(kernel ? { kernel } : {}),
        ...(traps.length > 0 ? { traps } : {}),
      });
    }
    case "fatal": {
      const panicking = site.words === "plain" ? panics.current(raw.goroutine) : [];
      const panic = panicking.at(-1)?.id;
      const at = siteRef(fatalFrame(stack), "fatal");
      if (site.words === "plain") endings.dies(panicking, common.goroutine, at, stack);
      const text = fatalText(raw, panicking, executable.readOnly(raw.bias));
      // Nothing comes after it on any goroutine.
      const told = mentions.takeBefore(Number.POSITIVE_INFINITY);
      const fault = panic ? undefined : faultBehind(raw, stack, process);
      return [
        ...told,
        {
          ...common,
          kind: "fatal",
          site: at,
          text,
          ...(panic ? { panic } : {}),
          ...(fault ? { fault } : {}),
        },
      ];
    }
    case "goexit":
      return now({ ...common, kind: "goexit", site: siteRef(panicFrame(stack), "goexit") });
    case "gc":
      process.gc.mark(executable.symbols.at(site.pc)[0]?.function ?? "", raw.mono);
      return [];
    case "exit":
      endings.exits(raw, common.goroutine, siteRef(exitFrame(stack), "exit"), stack);
      return mentions.take(raw.goroutine);
    case "mention": {
      const decoded = tree(null);
      if (!decoded) return [];
      const error = decoded.root;
      const traps = trapsOf(error);
      const kernel = calls.behind(raw, error, false, executable.symbols);
      const event: ErrorEvent = {
        ...common,
        kind: "error",
        ...siteOf(mentionFrame(stack), "mention"),
        error,
        made: false,
        ...(kernel ? { kernel } : {}),
        ...(traps.length > 0 ? { traps } : {}),
      };
      endings.mentioned(raw.goroutine, error.id);
      return mentions.keep(raw, event, executable.symbols);
    }
  }
  const isUse = site.op === "sentinel" || holdsStatic(raw, executable);
  const isHop = site.op === "return";
  const decoded = tree(isUse || site.shared ? null : index);
  if (!decoded) return [];
  const error = decoded.root;
  // what is passed on was made before, seen or not
  const first = decoded.first && !isUse && !isHop;
  const told = first ? mentions.absorb(raw, error, executable.symbols) : mentions.take(raw.goroutine);
  endings.seen(raw.goroutine, error.id);
  const traps = trapsOf(error);
  const call = calls.behind(raw, error, first, executable.symbols);
  const kernel = first ? kernelFact(raw, error, call, common.goroutine, process) : call;
  return [
    ...told,
    {
      ...common,
      kind: "error",
      ...siteOf(
        siteFrame(stack),
        isUse && !isHop ? "sentinel" : first ? opOf(site.op, raw, error, executable) : "return",
      ),
      error,
      made: first,
      ...(kernel ? { kernel } : {}),
      ...(traps.length > 0 ? { traps } : {}),
    },
  ];
}

/**
 * The signal that the runtime made this panic or fatal error of, on the same thread: sigpanic called what ended in gopanic, or
 * the signal's handler throws. What is below another panic belongs to that one.
 */
function faultBehind(raw: RawEvent, stack: readonly Frame[], { signals }: ProcessState): PanicEvent["fault"] {
  const names = stack.map((frame) => frame.function);
  const another = names.indexOf("runtime.gopanic", 1);
  const own = another < 0 ? names : names.slice(0, another);
  const handled = own.includes("runtime.sigpanic") || own.includes("runtime.sighandler");
  return handled ? signals.takeFault(raw.thread, raw.mono) : undefined;
}

const siteOf = (frame: Parameters<typeof siteRef>[0], op: SiteOp) => ({ site: siteRef(frame, op) });

/** What events of all kinds have. */
function commonOf(raw: RawEvent, site: Site, executable: Executable, process: ProcessState, clocks: Clocks) {
  const wall = clocks.wall.wall(raw.mono) ?? 0n;
  const stack = executable.symbols.stack(raw, originOf(site, raw));
  const note = stackNote(raw.stackEnd);
  return {
    v: EVENT_VERSION,
    id: clocks.ulids.next(Number(wall / 1_000_000n)),
    time: rfc3339(wall),
    mono: Number(raw.mono),
    process: process.ref,
    thread: raw.thread,
    goroutine: goroutineOf(raw, executable),
    stack,
    ...(note ? { stackNote: note } : {}),
    // What ends the program is nobody's housekeeping: sysmon is who sees a deadlock.
    ...(site.op !== "fatal" && duringInit(stack) ? { init: true } : {}),
    sampled: 1 + raw.skipped,
  } as const;
}

/** Static address of the instruction that stands for the site. */
function originOf(site: Site, raw: RawEvent): number {
  const itab = Number(raw.word0 - raw.bias);
  const fitting = site.origins.filter((origin) => origin.itab === itab);
  const pcs = new Set((fitting.length > 0 ? fitting : site.origins).map((origin) => origin.pc));
  const [only] = pcs;
  return pcs.size === 1 && only !== undefined ? only : site.pc;
}

/**
 * The error is an object in the executable's image: a package-level one that is used again. (An object without size is no
 * such: all of them are at one address there, runtime.zerobase.)
 */
function holdsStatic(raw: RawEvent, executable: Executable): boolean {
  const root = raw.nodes[0];
  const type = root && executable.names.errorType(Number(root.type - raw.bias));
  if (!type?.pointer || type.size === 0 || raw.word1 === 0n) return false;
  return executable.map.binary.image.mapped(Number(raw.word1 - raw.bias));
}

/** A value made with causes is a wrap, or a join when it has a list of them, whatever its type. */
function opOf(op: SiteOp, raw: RawEvent, root: ErrorValue, executable: Executable): SiteOp {
  if (root.typedNil) return "convert";
  if (op !== "new" && op !== "convert") return op;
  if (!root.causes.some((cause) => cause.via === "unwrap")) return op;
  const type = executable.names.errorType(Number((raw.nodes[0]?.type ?? 0n) - raw.bias));
  return type?.unwrap.kind === "errors" ? "join" : "wrap";
}

/** What the kernel knows of an error's making. The times of the thread only where there is something to say. */
function kernelFact(
  raw: RawEvent,
  error: ErrorValue,
  call: KernelFact | null,
  goroutine: GoroutineRef | null,
  process: ProcessState,
): KernelFact | null {
  const times = threadTimes(raw, process.throttling);
  const gc = times?.windowNs ? process.gc.before(raw.mono, times.windowNs) : null;
  const explanation = isDeadline(error) ? explain(times, goroutine?.lastWait, gc) : null;
  if (!call && !explanation) return null;
  const none = { syscall: null, errno: null, agoNs: null, runqueueDelayNs: null, softirqNs: null };
  return { ...none, ...call, ...times, ...(gc ? { gc } : {}), ...(explanation ? { explanation } : {}) };
}

function goroutineOf(raw: RawEvent, executable: Executable): GoroutineRef | null {
  if (!raw.goroutineKnown || raw.goroutine === 0n) return null;
  const lastWait = executable.map.facts.park?.reasons[raw.waitReason - 1];
  return {
    id: Number(raw.goroutine),
    parent: raw.parentGoroutine === 0n ? null : Number(raw.parentGoroutine),
    // Goroutine 1 is started by the runtime's entry code (runtime/asm_amd64.s, rt0_go), not by a go statement.
    createdBy: raw.goroutine === 1n ? null : executable.symbols.functionAt(raw.createdAt, raw.bias),
    ...(lastWait ? { lastWait } : {}),
  };
}
