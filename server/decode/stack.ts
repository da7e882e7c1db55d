/** Program counters to source frames, and which of them is the site of an error. */
import type { ErrorMap, SourceFrame } from "../binary/index.ts";
import { isConstructor, isPackageInit, packageOf } from "../binary/index.ts";
import type { Frame, SiteRef } from "../events/index.ts";
import type { RawEvent, StackEnd } from "./raw-event.ts";

const notes: Record<Exclude<StackEnd, "whole">, string> = {
  fault: "the stack's memory could not be read any further",
  unaligned: "a frame pointer is no multiple of 8: a function without frame pointers is on the stack",
  backwards: "a frame pointer leads backwards: a function without frame pointers is on the stack",
  outside: "a frame pointer leaves the goroutine's stack",
  limit: "the stack is deeper than the tracer follows",
};

export function stackNote(end: StackEnd): string | undefined {
  return end === "whole" ? undefined : notes[end];
}

const MAX_CACHED = 100_000;

/** Frames by static address, remembered: the same few thousand addresses come again and again. */
export class Symbolizer {
  readonly #map: ErrorMap;
  readonly #cache = new Map<number, Frame[]>();

  constructor(map: ErrorMap) {
    this.#map = map;
  }

  /** Frames of the instruction at a static address, innermost first. */
  at(pc: number): Frame[] {
    let frames = this.#cache.get(pc);
    if (!frames) {
      frames = this.#map.binary.functions.frames(pc).map(frameOf);
      if (this.#cache.size >= MAX_CACHED) this.#cache.clear();
      this.#cache.set(pc, frames);
    }
    return frames;
  }

  /** The whole stack of an event whose innermost instruction is at the static address `innermost`. */
  stack(raw: RawEvent, innermost: number): Frame[] {
    return [...this.at(innermost), ...this.above(raw, raw.frames.length)];
  }

  /** The frames of the outermost `count` functions of an event's stack. */
  above(raw: RawEvent, count: number): Frame[] {
    const frames: Frame[] = [];
    for (const address of raw.frames.slice(raw.frames.length - count)) {
      // A return address is behind its call, which may be the last instruction of its function.
      const callers = this.at(Number(address - raw.bias) - 1);
      if (callers.length > 0) frames.push(...callers);
      else frames.push({ function: `0x${address.toString(16)}`, file: "", line: 0, inlined: false });
    }
    return frames;
  }

  /** The function that holds a static address, whatever is inlined there. */
  functionIndex(pc: number): { index: number; name: string } | null {
    const { functions } = this.#map.binary;
    const index = functions.find(pc);
    return index < 0 ? null : { index, name: functions.name(index) };
  }

  /** Whether a function, by its index, is of a package. */
  isIn(index: number, packagePath: string): boolean {
    return packageOf(this.#map.binary.functions.name(index)) === packagePath;
  }

  /** Name of the function that holds a run-time return address, null if none does. */
  functionAt(address: bigint, bias: bigint): string | null {
    if (address === 0n) return null;
    return this.at(Number(address - bias) - 1)[0]?.function ?? null;
  }
}

function frameOf(frame: SourceFrame): Frame {
  return { function: frame.function, file: frame.file, line: frame.line, inlined: frame.inlined };
}

/** The frame that made the error: the innermost one that is no constructor such as errors.New. */
export function siteFrame(stack: readonly Frame[]): Frame {
  return stack.find((frame) => !isConstructor(frame.function)) ?? stack[0] ?? unknownFrame;
}

const isRuntime = (frame: Frame): boolean => /^(internal\/)?runtime(\/|$)/.test(packageOf(frame.function));

/** The frame that panicked or recovered: the innermost one outside the runtime. */
export function panicFrame(stack: readonly Frame[]): Frame {
  return stack.find((frame) => !isRuntime(frame)) ?? stack[0] ?? unknownFrame;
}

const WAITING = new Set(["sync", "internal/sync", "internal/poll", "time", "context"]);

/** The frame that waits: the innermost one outside the runtime and the packages that wait for others. */
export function waitFrame(stack: readonly Frame[]): Frame {
  return (
    stack.find((frame) => !isRuntime(frame) && !WAITING.has(packageOf(frame.function))) ?? panicFrame(stack)
  );
}

/** They call the runtime's fatal for their callers' misuse: a mutex that wasn't locked. */
const MUTEXES = new Set(["sync", "internal/sync"]);
const SPEAKERS = new Set(["runtime.throw", "runtime.fatal", "runtime.fatalpanic"]);

/** The frame that a fatal error is of: outside the runtime if there is one, else what told the runtime to end. */
export function fatalFrame(stack: readonly Frame[]): Frame {
  const outside = stack.find((frame) => !isRuntime(frame) && !MUTEXES.has(packageOf(frame.function)));
  return outside ?? stack.find((frame) => !SPEAKERS.has(frame.function)) ?? stack[0] ?? unknownFrame;
}

const PRINTERS = new Set(["fmt", "log", "log/slog", "log/internal"]);
/** A closure of log.Logger's that is inlined is named for the function that it is inlined into. */
const LOGGER = /\.\(\*Logger\)\./;

/** True for functions of packages that write texts, and for errors.New and the like. */
export const makesText = (name: string): boolean =>
  PRINTERS.has(packageOf(name)) || LOGGER.test(name) || isConstructor(name);

/** The frame that had an error's text made: the innermost one outside the packages that write texts. */
export function mentionFrame(stack: readonly Frame[]): Frame {
  const isInside = (frame: Frame) => makesText(frame.function) || isRuntime(frame);
  return stack.find((frame) => !isInside(frame)) ?? stack[0] ?? unknownFrame;
}

const ENDERS = new Set(["runtime", "syscall", "os", "log", "log/slog"]);

/** The frame that ended the program: the innermost one outside the packages that hold os.Exit and log.Fatal. */
export function exitFrame(stack: readonly Frame[]): Frame {
  return stack.find((frame) => !ENDERS.has(packageOf(frame.function))) ?? stack[0] ?? unknownFrame;
}

export const unknownFrame: Frame = { function: "not determined", file: "", line: 0, inlined: false };

export function siteRef(frame: Frame, op: SiteRef["op"]): SiteRef {
  const { function: name, file, line, inlined } = frame;
  return { op, function: name, file, line, package: packageOf(name), inlined };
}

/** Package initialisation, the runtime's own start before it, or work of the runtime for itself (sysmon reads limits). */
export function duringInit(stack: readonly Frame[]): boolean {
  if (stack.some(({ function: name }) => isPackageInit(name) || name === "runtime.schedinit")) return true;
  return (
    stack.at(-1)?.function === "runtime.mstart" && stack.some((frame) => frame.function === "runtime.sysmon")
  );
}
