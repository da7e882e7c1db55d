/** Whether a conditional instruction's condition holds, from symbolic flags. Pure. */
import { ConditionCode } from "../code/index.ts";
import { between, everything, type Intervals, intersect, nothing, rotate, union } from "./intervals.ts";
import type { State } from "./state.ts";
import { leastLength } from "./text.ts";
import { type Known, type Linear, type Source, sourceBits, truncate, type Value } from "./value.ts";

export type Truth =
  | { kind: "known"; value: boolean }
  /** True exactly where the source is in `set`. */
  | { kind: "source"; source: Source; set: Intervals }
  | { kind: "opaque"; reason: string };

const known = (value: boolean): Truth => ({ kind: "known", value });
const opaque = (reason: string): Truth => ({ kind: "opaque", reason });

/** `condition` (iced's ConditionCode) on the flags of `state`. */
export function truthOf(state: State, condition: number): Truth {
  const { flags } = state;
  if (flags.kind === "stackCheck") return known(false);
  if (flags.kind === "unknown") return opaque(flags.reason);
  const bits = flags.bits;
  if (flags.kind === "bit") return bitTruth(state, condition, flags.mask, state.resolve(flags.index), bits);
  if (flags.kind === "result") {
    if (!ZERO_OR_SIGN.has(condition)) return opaque("a carry or overflow");
    return compare(state, condition, state.resolve(flags.value), { kind: "constant", value: 0n }, bits);
  }
  return compare(state, condition, state.resolve(flags.a), state.resolve(flags.b), bits);
}

const ZERO_OR_SIGN = new Set([ConditionCode.e, ConditionCode.ne, ConditionCode.s, ConditionCode.ns]);

/** The condition that holds of (b, a) where the key holds of (a, b). */
const MIRRORED = new Map<number, number>([
  [ConditionCode.e, ConditionCode.e],
  [ConditionCode.ne, ConditionCode.ne],
  [ConditionCode.b, ConditionCode.a],
  [ConditionCode.a, ConditionCode.b],
  [ConditionCode.be, ConditionCode.ae],
  [ConditionCode.ae, ConditionCode.be],
  [ConditionCode.l, ConditionCode.g],
  [ConditionCode.g, ConditionCode.l],
  [ConditionCode.le, ConditionCode.ge],
  [ConditionCode.ge, ConditionCode.le],
]);

/** Which bit of a constant: what a switch over small numbers becomes since Go 1.27. */
function bitTruth(state: State, condition: number, mask: bigint, index: Value, bits: number): Truth {
  if (condition !== ConditionCode.b && condition !== ConditionCode.ae) return opaque("an unusual condition");
  const wanted = condition === ConditionCode.b ? 1n : 0n;
  const places = Array.from({ length: bits }, (_, i) => BigInt(i)).filter(
    (i) => ((mask >> i) & 1n) === wanted,
  );
  const set = places.reduce<Intervals>((all, i) => union(all, between(i, i)), nothing);
  if (index.kind === "constant") return known(holds(set, BigInt.asUintN(64, index.value) % BigInt(bits)));
  if (index.kind !== "linear") return opaque("a bit that isn't a field's");
  // the processor takes the index modulo the width: here it must be less
  const inside = linearTruth(state.known, index, between(0n, BigInt(bits) - 1n), bits);
  const isInside = inside.kind === "known" && inside.value;
  return isInside ? linearTruth(state.known, index, set, bits) : opaque("a bit beyond a number");
}

function compare(state: State, condition: number, a: Value, b: Value, bits: number): Truth {
  if (a.kind === "unknown") return opaque(a.reason);
  if (b.kind === "unknown") return opaque(b.reason);
  if (a.kind === "constant" && b.kind !== "constant") {
    const mirrored = MIRRORED.get(condition);
    return mirrored === undefined ? opaque("an unusual condition") : compare(state, mirrored, b, a, bits);
  }
  if (a.kind === "pointer" && b.kind === "pointer" && a.region === b.region) {
    return equality(condition, a.offset === b.offset);
  }
  if (b.kind !== "constant") return opaque("a comparison of two unknown values");
  const right = BigInt.asUintN(bits, b.value);
  const truths = truthSet(condition, right, bits);
  if (!truths) return opaque("an unusual condition");
  switch (a.kind) {
    case "constant":
      return known(holds(truths, BigInt.asUintN(bits, a.value)));
    case "pointer":
      // our regions lie at addresses that aren't null; where else isn't known
      return right === 0n && bits === 64 ? equality(condition, false) : opaque("a comparison of addresses");
    case "method":
    case "dynamicType":
      return right === 0n && bits === 64 ? equality(condition, false) : opaque("a comparison of types");
    case "text":
      return textTruth(a, truths, right, condition);
    case "linear":
      return linearTruth(state.known, a, truths, bits);
  }
}

function equality(condition: number, equal: boolean): Truth {
  if (condition === ConditionCode.e) return known(equal);
  if (condition === ConditionCode.ne || condition === ConditionCode.a) return known(!equal);
  return opaque("a comparison of addresses");
}

function textTruth(
  a: Extract<Value, { kind: "text" }>,
  truths: Intervals,
  right: bigint,
  condition: number,
): Truth {
  if (a.word !== "length") {
    return right === 0n && leastLength(a.text.parts) > 0
      ? equality(condition, false)
      : opaque("a made text's address");
  }
  // no text is longer than 2^40 bytes
  const possible = between(BigInt(leastLength(a.text.parts)), 1n << 40n);
  const inside = intersect(possible, truths);
  if (inside.length === 0) return known(false);
  if (covers(inside, possible)) return known(true);
  return opaque("the length of a made text");
}

function linearTruth(state: Known, a: Linear, truths: Intervals, bits: number): Truth {
  const possible = state(a.source);
  const set = solve(a, truths, bits, state);
  if (!set) return opaque("a condition on a computed value");
  const inside = intersect(possible, set);
  if (inside.length === 0) return known(false);
  if (covers(inside, possible)) return known(true);
  return { kind: "source", source: a.source, set: inside };
}

const covers = (inside: Intervals, whole: Intervals): boolean =>
  inside.length === whole.length &&
  inside.every(([low, high], i) => low === whole[i]![0] && high === whole[i]![1]);

const holds = (set: Intervals, value: bigint) => set.some(([low, high]) => value >= low && value <= high);

/** The unsigned values v of `bits` bits for which "v condition right" holds; null for conditions that Go doesn't use. */
function truthSet(condition: number, right: bigint, bits: number): Intervals | null {
  const top = (1n << BigInt(bits)) - 1n;
  const half = 1n << BigInt(bits - 1);
  // signed order is unsigned order after adding half the range
  const signedRight = BigInt.asUintN(bits, right + half);
  const signed = (low: bigint, high: bigint) => rotate(between(low, high), half, bits);
  switch (condition) {
    case ConditionCode.e:
      return between(right, right);
    case ConditionCode.ne:
      return union(between(0n, right - 1n), between(right + 1n, top));
    case ConditionCode.b:
      return between(0n, right - 1n);
    case ConditionCode.be:
      return between(0n, right);
    case ConditionCode.a:
      return between(right + 1n, top);
    case ConditionCode.ae:
      return between(right, top);
    case ConditionCode.l:
      return signed(0n, signedRight - 1n);
    case ConditionCode.le:
      return signed(0n, signedRight);
    case ConditionCode.g:
      return signed(signedRight + 1n, top);
    case ConditionCode.ge:
      return signed(signedRight, top);
    case ConditionCode.s:
      return rotate(between(half, top), right, bits);
    case ConditionCode.ns:
      return rotate(between(0n, half - 1n), right, bits);
    default:
      return null;
  }
}

/** The source's values for which the low `bits` of `value` are in `wanted`; null if that can't be told. */
export function solve(value: Linear, wanted: Intervals, bits: number, state: Known): Intervals | null {
  const narrow = truncate(value, bits, state);
  if (narrow.kind !== "linear") return null;
  const width = Math.min(narrow.bits, bits);
  let set = intersect(wanted, everything(width));
  set = rotate(set, -narrow.addend, width);
  if (narrow.factor === -1n) set = negated(set, width);
  else if (narrow.factor !== 1n) return null;
  return restrict(set, narrow, width, state);
}

const negated = (set: Intervals, bits: number): Intervals =>
  rotate(
    [...set].reverse().map(([low, high]) => {
      const top = (1n << BigInt(bits)) - 1n;
      return [top - high, top - low] as const;
    }),
    1n,
    bits,
  );

/** Sources whose extension, modulo 2^width, is in `set`. */
function restrict(set: Intervals, value: Linear, width: number, state: Known): Intervals | null {
  const bits = sourceBits(value.source);
  if (width === bits) return set;
  if (width < bits) {
    const possible = state(value.source);
    const limit = 1n << BigInt(width);
    return possible.length > 0 && possible.at(-1)![1] < limit ? set : null;
  }
  const half = 1n << BigInt(bits - 1);
  const end = 1n << BigInt(width);
  if (!value.signed) return intersect(set, everything(bits));
  const low = intersect(set, between(0n, half - 1n));
  const high = intersect(set, between(end - half, end - 1n));
  const moved = high.map(([from, to]) => [from - end + 2n * half, to - end + 2n * half] as const);
  return union(low, moved.length === 0 ? nothing : moved);
}
