/**
 * Which failed system call is behind a syscall.Errno: the last one with that number that the same goroutine made from
 * within the function that then made the error. Values alone would not do: a program that ignores failures makes many.
 */
import type { ErrorValue, KernelFact } from "../events/index.ts";
import { esCallFlag } from "../tracer/index.ts";
import { describeCall, type FailedCall } from "./failed-call.ts";
import type { RawEvent } from "./raw-event.ts";
import { remember } from "./remember.ts";
import type { Symbolizer } from "./stack.ts";

/** Calls remembered of one goroutine, and goroutines. */
const MAX_CALLS = 32;
const MAX_GOROUTINES = 10_000;
/** Errors of which the call is remembered, for those that wrap them later. */
const MAX_KNOWN = 20_000;
/** ns: a failed request of io_uring is older news. */
const RING_AGE = 1_000_000_000n;
/** Frames between the function that both happened in and the instruction that made the error: constructors, wrapErr. */
const MAX_DEPTH = 3;

interface Known {
  call: FailedCall;
  others: number;
}

export class FailedCalls {
  /** By address of g, newest last. */
  readonly #byGoroutine = new Map<bigint, FailedCall[]>();
  readonly #known = new Map<string, Known>();
  /** Failed requests of io_uring, whoever wanted them, newest last. */
  readonly #ring: FailedCall[] = [];

  push(call: FailedCall): void {
    if ((call.flags & esCallFlag.RING) !== 0) {
      this.#ring.push(call);
      if (this.#ring.length > MAX_CALLS) this.#ring.shift();
      return;
    }
    const calls = this.#byGoroutine.get(call.g) ?? [];
    calls.push(call);
    if (calls.length > MAX_CALLS) calls.shift();
    remember(this.#byGoroutine, call.g, calls, MAX_GOROUTINES);
  }

  /**
   * The call behind an error.
   * @param made false: seen again; then only what is known already is told.
   * @returns null when the error holds no syscall.Errno or no call fits.
   */
  behind(raw: RawEvent, error: ErrorValue, made: boolean, symbols: Symbolizer): KernelFact | null {
    const chain = errnoChain(error);
    if (!chain) return null;
    const { errno, holders, value } = chain;
    let known = [...holders, value].map(({ id }) => this.#known.get(id)).find((fact) => fact !== undefined);
    if (!known && made) known = this.#find(raw, errno, symbols) ?? undefined;
    if (!known) return null;
    for (const { id } of holders) remember(this.#known, id, known, MAX_KNOWN);
    // An Errno that lies in static memory has one id for all its uses; one that was just made has its own.
    if (made && value === error) remember(this.#known, value.id, known, MAX_KNOWN);
    return {
      ...describeCall(known.call),
      agoNs: Number(raw.mono - known.call.mono),
      runqueueDelayNs: null,
      softirqNs: null,
      ...(known.others > 0 ? { others: known.others } : {}),
    };
  }

  #find(raw: RawEvent, errno: number, symbols: Symbolizer): Known | null {
    const calls = this.#byGoroutine.get(raw.g) ?? [];
    const fitting = calls.filter(
      (call) => call.error === errno && call.mono <= raw.mono && sameActivation(raw, call, symbols),
    );
    const call = fitting.at(-1);
    if (!call) return this.#inRing(raw, errno);
    // What was told of is not told of again; earlier ones that failed alike were retries, or ignored.
    const at = calls.indexOf(call);
    calls.splice(0, at + 1);
    return { call, others: fitting.filter((other) => other.number !== call.number).length };
  }

  /**
   * By the number and the time alone: of io_uring's requests nobody knows the goroutine. When several fit, that is said.
   */
  #inRing(raw: RawEvent, errno: number): Known | null {
    const fitting = this.#ring.filter(
      ({ error, mono }) => error === errno && mono <= raw.mono && raw.mono - mono <= RING_AGE,
    );
    const call = fitting.at(-1);
    if (!call) return null;
    this.#ring.splice(this.#ring.indexOf(call), 1);
    return { call, others: fitting.length - 1 };
  }
}

/** The outermost syscall.Errno of a tree, with the errors that hold it. */
function errnoChain(error: ErrorValue): { errno: number; value: ErrorValue; holders: ErrorValue[] } | null {
  const open: { value: ErrorValue; holders: ErrorValue[] }[] = [{ value: error, holders: [] }];
  const seen = new Set<ErrorValue>();
  for (let at = open.shift(); at; at = open.shift()) {
    const { value, holders } = at;
    if (seen.has(value)) continue;
    seen.add(value);
    const number = value.fields.value;
    if (value.type === "syscall.Errno" && typeof number === "number")
      return { errno: number, value, holders };
    for (const { via, error: cause } of value.causes) {
      if (via !== "mention" && via !== "context") open.push({ value: cause, holders: [...holders, value] });
    }
  }
  return null;
}

/**
 * The call was made, however deep, by a function that is on the stack where the error was made, in the same activation.
 * Both stacks are return addresses; above that function they are the same.
 */
function sameActivation(raw: RawEvent, call: FailedCall, symbols: Symbolizer): boolean {
  const error = [raw.ip, ...raw.frames];
  for (let depth = 1; depth <= MAX_DEPTH && depth < error.length; depth++) {
    const above = call.stack.indexOf(error[depth]!);
    if (above < 1) continue;
    const rest = Math.min(call.stack.length - above, error.length - depth);
    let same = 0;
    while (same < rest && call.stack[above + same] === error[depth + same]) same++;
    if (same < rest) continue;
    const maker = functionAt(error[depth - 1]!, depth > 1, raw.bias, symbols);
    const caller = functionAt(call.stack[above - 1]!, true, raw.bias, symbols);
    if (maker !== null && maker === caller) return true;
  }
  return false;
}

/** Index of the function that holds an address; a return address is behind its call. */
function functionAt(address: bigint, isReturn: boolean, bias: bigint, symbols: Symbolizer): number | null {
  return symbols.functionIndex(Number(address - bias) - (isReturn ? 1 : 0))?.index ?? null;
}
