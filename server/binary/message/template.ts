/** The tree of a method's paths as parts of a message template. Pure. */
import type { IntegerSize, MessagePart } from "../model.ts";
import {
  complement,
  size as countOf,
  type Intervals,
  intersect,
  only,
  sameIntervals,
  single,
  union,
} from "./intervals.ts";
import { joinOf } from "./join.ts";
import { isSigned, type Layout, LONGEST_LIST } from "./layout.ts";
import type { Outcome } from "./outcome.ts";
import { everyPart } from "./pointees.ts";
import type { State } from "./state.ts";
import { argumentParts, isReason, type Places } from "./strings.ts";
import { concatenate, literalOf, sameParts } from "./text.ts";
import { type Source, sourceBits, sourceKey } from "./value.ts";

type FieldSource = Extract<Source, { kind: "field" }>;
/** Where the source is in `set`, the message is `parts`. */
interface Choice {
  set: Intervals;
  parts: MessagePart[];
}

/** The reason of an `unknown` part that stands for a panic, which is no gap of ours. */
export const PANICS = "Error() panics";
/** The reason of an `unknown` part behind lists that are longer than what is followed. */
export const LONG_LIST = `a list of more than ${LONGEST_LIST} errors`;
/** The most single values that a choice is spelt out with. */
const MAX_CASES = 1024;
/** Fewer values are told apart by conditions. */
const MIN_CASES = 3;

const unknownPart = (reason: string): MessagePart[] => [{ kind: "unknown", reason }];

/** The text that a function returned, or null if its results are no text. */
export const resultText = (places: Places, state: State): MessagePart[] | null => {
  const parts = argumentParts(places, state, 0);
  return isReason(parts) ? null : parts;
};

/** The parts of the text that each path returns. */
export function partsOf(places: Places, outcome: Outcome<State>): MessagePart[] {
  switch (outcome.kind) {
    case "done": {
      const parts = argumentParts(places, outcome.value, 0);
      return isReason(parts) ? unknownPart(parts) : parts;
    }
    case "stop":
      return unknownPart(outcome.reason);
    case "panic":
      return unknownPart(PANICS);
    case "opaque": {
      const yes = partsOf(places, outcome.yes);
      return sameParts(yes, partsOf(places, outcome.no)) ? yes : unknownPart(outcome.reason);
    }
    default:
      return choose(places.layout, outcome.source, grouped(choices(places, outcome, outcome.source, null)));
  }
}

/** All that decisions on one source, one after the other, lead to. */
function choices(places: Places, outcome: Outcome<State>, source: Source, set: Intervals | null): Choice[] {
  const all: Intervals = set ?? places.layout.domain(source);
  const same =
    (outcome.kind === "branch" || outcome.kind === "split") &&
    sourceKey(outcome.source) === sourceKey(source);
  if (!same) return [{ set: all, parts: partsOf(places, outcome) }];
  if (outcome.kind === "split") {
    return outcome.cases.flatMap(([value, end]) => choices(places, end, source, only(value)));
  }
  const no = complement(outcome.set, sourceBits(source));
  return [
    ...choices(places, outcome.yes, source, intersect(all, outcome.set)),
    ...choices(places, outcome.no, source, intersect(all, no)),
  ];
}

/** One choice for each different text. */
function grouped(list: Choice[]): Choice[] {
  const groups = new Map<string, Choice>();
  for (const { set, parts } of list) {
    if (set.length === 0) continue;
    const key = JSON.stringify(parts);
    const group = groups.get(key);
    if (group) group.set = union(group.set, set);
    else groups.set(key, { set, parts });
  }
  return [...groups.values()];
}

function choose(layout: Layout, source: Source, list: Choice[]): MessagePart[] {
  if (list.length === 1) return list[0]!.parts;
  if (list.length === 0) return unknownPart("no path");
  if (source.kind !== "field") return chooseByText(source, list);
  if (layout.elementAt(source.offset)) return unknownPart("it depends on the elements of a list");
  const joined = layout.isListLength(source) ? chooseByLength(source, list) : null;
  if (joined) return joined;
  if (layout.isAddress(source.offset) && !list.every((choice) => isZeroOrNot(choice.set)))
    return unknownPart("it depends on a field's dynamic type or address");
  return chooseByInteger(layout, source, list);
}

/** True for the null address and for the set of all others. */
const isZeroOrNot = (set: Intervals) => single(set) === 0n || (set.length === 1 && set[0]![0] === 1n);

function chooseByInteger(layout: Layout, source: FieldSource, list: Choice[]): MessagePart[] {
  const { offset, size } = source;
  if (!isIntegerSize(size)) return unknownPart("an integer of an unusual size");
  const leaf = layout.leaf(offset);
  const declared = leaf ? isSigned(leaf.type.kind) : false;
  // negative numbers of an unsigned type are beyond what a number holds, but not when read as signed
  return (
    choicesAs(layout, source, size, declared, list) ??
    choicesAs(layout, source, size, !declared, list) ??
    unknownPart("a number beyond 2^53")
  );
}

/** The choices with the integer read as signed or not; null if some bound isn't exact then. */
function choicesAs(
  layout: Layout,
  source: FieldSource,
  size: IntegerSize,
  signed: boolean,
  list: Choice[],
): MessagePart[] | null {
  const { offset } = source;
  // the choice with the most values is what's left when no test holds
  const sorted = [...list].sort((a, b) => (countOf(a.set) < countOf(b.set) ? -1 : 1));
  let rest = sorted.pop()!.parts;
  const cases = casesOf(size, signed, sorted);
  if (cases.length >= MIN_CASES) return [{ kind: "switch", offset, size, signed, cases, fallback: rest }];
  for (const { set, parts } of sorted.reverse()) {
    for (const [low, high] of signedIntervals(set, size * 8, signed)) {
      const bounds = boundsOf(low, high, layout.domain(source), size * 8, signed);
      if (!bounds) return null;
      rest = factored(parts, rest, (yes, no) => ({
        kind: "if", offset, size, signed, ...bounds, yes, no,
      })); // biome-ignore format: one part
    }
  }
  return rest;
}

/** What a loop over a []error makes of it: one text for each length up to the longest that is followed; else null. */
function chooseByLength({ offset }: FieldSource, list: Choice[]): MessagePart[] | null {
  const byLength = new Map<number, MessagePart[]>();
  for (const { set, parts } of list) {
    for (const [low, high] of set) {
      if (high > BigInt(LONGEST_LIST)) continue;
      for (let n = low; n <= high; n++) byLength.set(Number(n), parts);
    }
  }
  const join = joinOf(offset - 8, byLength);
  const beyond = list.find(({ set }) => set.at(-1)![1] > BigInt(LONGEST_LIST));
  if (!join || !beyond) return null;
  const bound = (max: number, yes: MessagePart[], no: MessagePart[]): MessagePart[] =>
    factored(yes, no, (a, b) => ({
      kind: "if", offset, size: 8, signed: false, min: null, max, yes: a, no: b,
    })); // biome-ignore format: one part
  const rest = literalOf(beyond.parts) === null ? unknownPart(LONG_LIST) : beyond.parts;
  return bound(0, byLength.get(0)!, bound(LONGEST_LIST, join, rest));
}

const isIntegerSize = (size: number): size is IntegerSize =>
  size === 1 || size === 2 || size === 4 || size === 8;

/** The values of choices that are all constant texts; none where some aren't, or the values are too many. */
function casesOf(size: IntegerSize, signed: boolean, list: Choice[]): [number, string][] {
  const cases: [number, string][] = [];
  for (const { set, parts } of list) {
    const text = literalOf(parts);
    if (text === null || countOf(set) > MAX_CASES) return [];
    for (const [low, high] of set) {
      for (let value = low; value <= high; value++) {
        const number = Number(signed ? BigInt.asIntN(size * 8, value) : value);
        if (!Number.isSafeInteger(number)) return [];
        cases.push([number, text]);
      }
    }
  }
  return cases.sort((a, b) => a[0] - b[0]);
}

/** The same numbers as signed ones, in ascending order. */
function signedIntervals(set: Intervals, bits: number, signed: boolean): Intervals {
  if (!signed) return set;
  const half = 1n << BigInt(bits - 1);
  const negative: [bigint, bigint][] = [];
  const positive: [bigint, bigint][] = [];
  for (const [low, high] of set) {
    if (low < half) positive.push([low, high < half ? high : half - 1n]);
    if (high >= half) negative.push([(low < half ? half : low) - 2n * half, high - 2n * half]);
  }
  const last = negative.at(-1);
  if (last && positive[0] && last[1] + 1n === positive[0][0]) {
    last[1] = positive[0][1];
    positive.shift();
  }
  return [...negative, ...positive];
}

/** Bounds as numbers, null where the field has no values beyond; null if they aren't exact. */
function boundsOf(
  low: bigint,
  high: bigint,
  domain: Intervals,
  bits: number,
  signed: boolean,
): { min: number | null; max: number | null } | null {
  const all = signedIntervals(domain, bits, signed);
  const min = low === all[0]![0] ? null : Number(low);
  const max = high === all.at(-1)![1] ? null : Number(high);
  const exact = (n: number | null) => n === null || Number.isSafeInteger(n);
  return exact(min) && exact(max) ? { min, max } : null;
}

/** Choices by bytes of a string or by its equality with a constant. */
function chooseByText(source: Exclude<Source, FieldSource>, list: Choice[]): MessagePart[] {
  if (list.length !== 2) return unknownPart("it depends on single bytes of a field");
  const bits = sourceBits(source);
  const hit = list.findIndex(
    (choice) => single(choice.set) !== null && (source.kind !== "equal" || single(choice.set) === 1n),
  );
  if (hit < 0) return unknownPart("it depends on single bytes of a field");
  const yes = list[hit]!;
  const no = list[1 - hit]!;
  if (source.kind === "equal") return textTest(source.offset, 0, source.text, yes.parts, no.parts);
  if (!sameIntervals(no.set, complement(yes.set, bits)))
    return unknownPart("it depends on single bytes of a field");
  const bytes = Array.from({ length: source.size }, (_, k) =>
    Number((single(yes.set)! >> BigInt(8 * k)) & 255n),
  );
  // a piece of a longer character can't be written as text
  if (bytes.some((byte) => byte >= 0x80)) return unknownPart("it depends on single bytes of a field");
  return textTest(source.offset, source.at, String.fromCharCode(...bytes), yes.parts, no.parts);
}

function textTest(
  offset: number,
  at: number,
  text: string,
  yes: MessagePart[],
  no: MessagePart[],
): MessagePart[] {
  const [inner] = yes;
  // comparisons of adjacent bytes that fail alike are one
  if (
    yes.length === 1 &&
    inner?.kind === "ifText" &&
    inner.offset === offset &&
    inner.at === at + text.length &&
    sameParts(inner.no, no)
  )
    return [{ ...inner, at, text: text + inner.text }];
  return factored(yes, no, (matching, other) => ({
    kind: "ifText",
    offset,
    at,
    text,
    yes: matching,
    no: other,
  }));
}

/** The condition with what both sides begin and end with taken out. */
function factored(
  yes: readonly MessagePart[],
  no: readonly MessagePart[],
  make: (yes: MessagePart[], no: MessagePart[]) => MessagePart,
): MessagePart[] {
  if (sameParts(yes, no)) return [...yes];
  const shorter = Math.min(yes.length, no.length);
  let start = 0;
  while (start < shorter && sameParts([yes[start]!], [no[start]!])) start++;
  let end = 0;
  while (end < shorter - start && sameParts([yes[yes.length - 1 - end]!], [no[no.length - 1 - end]!])) end++;
  return concatenate(
    yes.slice(0, start),
    [make(yes.slice(start, yes.length - end), no.slice(start, no.length - end))],
    yes.slice(yes.length - end),
  );
}

/** Why some branches aren't understood, each reason once. */
export function gapsOf(parts: readonly MessagePart[]): string[] {
  const reasons = new Set<string>();
  for (const part of everyPart(parts)) {
    if (part.kind === "unknown" && part.reason !== PANICS) reasons.add(part.reason);
  }
  return [...reasons];
}

/** True if some path gives a whole text. */
export function tellsSomething(parts: readonly MessagePart[]): boolean {
  return parts.every((part) => {
    switch (part.kind) {
      case "unknown":
        return false;
      case "quoted":
      case "trimmed":
        return tellsSomething(part.parts);
      case "if":
      case "ifText":
        return tellsSomething(part.yes) || tellsSomething(part.no);
      default:
        return true;
    }
  });
}
