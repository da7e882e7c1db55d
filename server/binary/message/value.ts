/**
 * Symbolic values: what a register or a memory cell holds at one point of one path through a method, in terms of the
 * receiver object's bytes. Pure.
 */
import { everything, type Intervals } from "./intervals.ts";
import type { Text } from "./text.ts";

/** An integer that isn't known before the object is read; unsigned, of `size` bytes. */
export type Source =
  /** Bytes of the object. */
  | { kind: "field"; offset: number; size: number }
  /** Bytes of the string whose header is at `offset` of the object, from index `at`. */
  | { kind: "bytes"; offset: number; at: number; size: number }
  /** 1 where the string at `offset` starts with `text`, else 0: a call of memequal. */
  | { kind: "equal"; offset: number; text: string; size: 1 };

/** Where symbolic memory lies: the stack, the receiver object, or the n-th allocation of the path. */
export type Region = "stack" | "object" | number;

export type Constant = { kind: "constant"; value: bigint };
/** (extend(source) * factor + addend) modulo 2^bits, zero-extended to 64 bits. */
export type Linear = {
  kind: "linear";
  source: Source;
  /** How the source is extended before it is used. */
  signed: boolean;
  factor: bigint;
  addend: bigint;
  bits: number;
};
export type Value =
  | Constant
  | Linear
  | { kind: "pointer"; region: Region; offset: number }
  /** One word of the header of a string that the method made; "bytes" in memory: its bytes fill the buffer from here. */
  | { kind: "text"; word: "pointer" | "length" | "bytes"; text: Text }
  /** Code address of method number `index` of the interface value at `offset` of the object. */
  | { kind: "method"; offset: number; index: number }
  /** Address of the dynamic type of the interface value at `offset` of the object. */
  | { kind: "dynamicType"; offset: number }
  /** `variable`: it is what the variable at this static address holds. */
  | { kind: "unknown"; reason: string; variable?: number };

const WORD = 1n << 64n;
const mask = (value: bigint, bits: number): bigint => BigInt.asUintN(bits, value);

export const constant = (value: bigint | number): Constant => ({
  kind: "constant",
  value: mask(BigInt(value), 64),
});
export const unknown = (reason: string): Value => ({ kind: "unknown", reason });
export const pointer = (region: Region, offset: number): Value => ({ kind: "pointer", region, offset });
/** A source as it is, zero-extended. */
export const raw = (source: Source): Linear => ({
  kind: "linear",
  source,
  signed: false,
  factor: 1n,
  addend: 0n,
  bits: 64,
});
export const field = (offset: number, size: number): Linear => raw({ kind: "field", offset, size });

export const sourceKey = (source: Source): string =>
  source.kind === "field"
    ? `f${source.offset}.${source.size}`
    : source.kind === "bytes"
      ? `b${source.offset}.${source.at}.${source.size}`
      : `e${source.offset}.${source.text}`;

export const sourceBits = (source: Source): number => source.size * 8;

/** True for the unchanged, zero-extended bytes of a field. */
export const isRaw = (value: Value): value is Linear =>
  value.kind === "linear" && value.factor === 1n && value.addend === 0n && !value.signed && value.bits === 64;

/** What is known of a source on the path. */
export type Known = (source: Source) => Intervals;
export const nothingKnown: Known = (source) => everything(sourceBits(source));

/** Least and greatest value of a source after extension, as a signed number where `signed`. */
function extremes(value: Linear, known: Known): [bigint, bigint] {
  const set = known(value.source);
  if (set.length === 0) return [0n, 0n];
  const bits = sourceBits(value.source);
  const low = set[0]![0];
  const high = set.at(-1)![1];
  if (!value.signed) return [low, high];
  const half = 1n << BigInt(bits - 1);
  if (high < half || low >= half) return [BigInt.asIntN(bits, low), BigInt.asIntN(bits, high)];
  return [-half, half - 1n];
}

/** Least and greatest of factor * source + addend with no modulus, addend read as signed. */
function range(value: Linear, known: Known): [bigint, bigint] {
  const [low, high] = extremes(value, known);
  const addend = BigInt.asIntN(64, value.addend);
  const factor = BigInt.asIntN(64, value.factor);
  const a = low * factor + addend;
  const b = high * factor + addend;
  return a < b ? [a, b] : [b, a];
}

/** The same number with the modulus 2^64 where nothing on this path can exceed the narrower one. */
function widen(value: Linear, known: Known): Linear {
  if (value.bits === 64) return value;
  const [low, high] = range(value, known);
  return low >= 0n && high < 1n << BigInt(value.bits) ? { ...value, bits: 64 } : value;
}

/** `value` modulo 2^bits. */
export function truncate(value: Value, bits: number, known: Known): Value {
  if (bits >= 64 || value.kind === "unknown") return value;
  if (value.kind === "constant") return constant(mask(value.value, bits));
  if (value.kind !== "linear") return unknown("part of an address");
  const [low, high] = range(value, known);
  if (low >= 0n && high < 1n << BigInt(bits)) return value;
  if (value.bits < bits) return value;
  if (value.factor === 1n && value.addend === 0n && value.source.size * 8 === bits) return raw(value.source);
  return widen({ ...value, bits }, known);
}

/** The low `bits` of `value` as a signed number in `to` bits. */
export function signExtend(value: Value, bits: number, to: number, known: Known): Value {
  if (value.kind === "unknown") return value;
  if (value.kind === "constant") return constant(mask(BigInt.asIntN(bits, value.value), to));
  if (value.kind !== "linear") return bits === 64 ? value : unknown("part of an address");
  const half = 1n << BigInt(bits - 1);
  const candidates = [value, { ...value, signed: true, bits: 64 }];
  for (const candidate of candidates) {
    // the candidate must agree with `value` modulo 2^bits: a signed view does for the source's own width
    if (candidate.signed !== value.signed && sourceBits(value.source) < bits) continue;
    if (value.bits < bits) continue;
    const [low, high] = range(candidate, known);
    if (low >= -half && high < half) return truncate({ ...candidate, bits: 64 }, to, known);
  }
  return unknown("a sign extension");
}

/** No object, and no stack, has bytes as far from its start; offsets near 2^53 couldn't be counted with. */
const FARTHEST = 2 ** 40;

/** a + b modulo 2^bits. */
export function add(a: Value, b: Value, bits: number, known: Known): Value {
  if (a.kind === "unknown") return a;
  if (b.kind === "unknown") return b;
  if (a.kind === "constant" && b.kind === "constant") return constant(mask(a.value + b.value, bits));
  if (a.kind === "constant") return add(b, a, bits, known);
  if (b.kind === "constant") {
    if (b.value === 0n) return truncate(a, bits, known);
    if (a.kind === "pointer" && bits === 64) {
      const offset = a.offset + Number(BigInt.asIntN(64, b.value));
      return Math.abs(offset) <= FARTHEST ? { ...a, offset } : unknown("an address far from any object");
    }
    if (a.kind === "linear") return adjust(a, 1n, BigInt.asIntN(64, b.value), bits, known);
  }
  if (a.kind === "linear" && b.kind === "linear" && sourceKey(a.source) === sourceKey(b.source)) {
    const wideA = widen(a, known);
    const wideB = widen(b, known);
    if (wideA.bits >= bits && wideB.bits >= bits && wideA.signed === wideB.signed)
      return settle({ ...wideA, factor: a.factor + b.factor, addend: a.addend + b.addend, bits }, known);
  }
  return unknown("arithmetic");
}

/** a * factor + addend modulo 2^bits. */
function adjust(a: Linear, factor: bigint, addend: bigint, bits: number, known: Known): Value {
  const wide = widen(a, known);
  if (wide.bits < bits) return unknown("arithmetic that may overflow");
  return settle(
    { ...wide, factor: wide.factor * factor, addend: wide.addend * factor + addend, bits },
    known,
  );
}

/** Factor and addend as signed 64-bit numbers, and the modulus as wide as can be. */
function settle(value: Linear, known: Known): Value {
  const factor = BigInt.asIntN(64, value.factor);
  const addend = BigInt.asIntN(64, value.addend);
  if (factor === 0n) return constant(mask(addend, value.bits));
  const settled = { ...value, factor, addend };
  if (factor === 1n && addend === 0n && !value.signed && sourceBits(value.source) <= value.bits)
    return raw(value.source);
  return widen(settled, known);
}

export function multiply(a: Value, factor: bigint, bits: number, known: Known): Value {
  if (a.kind === "constant") return constant(mask(a.value * factor, bits));
  if (factor === 1n) return truncate(a, bits, known);
  if (a.kind === "linear") return adjust(a, BigInt.asIntN(64, factor), 0n, bits, known);
  return a.kind === "unknown" ? a : unknown("arithmetic");
}

export const negate = (a: Value, bits: number, known: Known): Value => multiply(a, WORD - 1n, bits, known);

export const subtract = (a: Value, b: Value, bits: number, known: Known): Value =>
  a.kind === "pointer" && b.kind === "pointer" && a.region === b.region
    ? constant(a.offset - b.offset)
    : add(a, negate(b, bits, known), bits, known);

/** `size` bytes of `value`, from its byte `at` on. */
export function extract(value: Value, at: number, size: number): Value {
  if (value.kind === "unknown") return value;
  if (value.kind === "constant") return constant(mask(value.value >> BigInt(at * 8), size * 8));
  if (isRaw(value)) {
    const { source } = value;
    if (at >= source.size) return constant(0n);
    if (at + size <= source.size && source.kind === "field") return field(source.offset + at, size);
    if (at === 0 && size >= source.size) return value;
  }
  return at === 0 && value.kind === "linear" && value.bits <= size * 8
    ? value
    : unknown("part of a computed value");
}

/** One value of pieces that lie side by side in memory, lowest address first. */
export function compose(pieces: readonly { value: Value; size: number }[]): Value {
  const first = pieces[0]!;
  if (pieces.length === 1) return first.value;
  if (pieces.every((piece) => piece.value.kind === "constant")) {
    let total = 0n;
    let shift = 0n;
    for (const { value, size } of pieces) {
      total |= mask((value as Constant).value, size * 8) << shift;
      shift += BigInt(size * 8);
    }
    return constant(total);
  }
  if (!isRaw(first.value) || first.value.source.kind !== "field") return unknown("mixed bytes");
  const start = first.value.source.offset;
  let end = start;
  for (const { value, size } of pieces) {
    if (!isRaw(value) || value.source.kind !== "field") return unknown("mixed bytes");
    if (value.source.offset !== end || value.source.size !== size) return unknown("mixed bytes");
    end += size;
  }
  return field(start, end - start);
}
