/** Strings as the machine holds them: a pair of words that stands for template parts, or for none. */
import type { MessagePart } from "../model.ts";
import type { Constants } from "./constants.ts";
import { single } from "./intervals.ts";
import type { Layout } from "./layout.ts";
import { type State, wordField } from "./state.ts";
import { concatenate, literal, sameParts } from "./text.ts";
import type { Value } from "./value.ts";

export interface Places {
  readonly constants: Constants;
  readonly layout: Layout;
}

/** The parts of the string (address, length), or the reason why it can't be told. */
export function stringParts(
  places: Places,
  state: State,
  pointer: Value,
  length: Value,
): MessagePart[] | string {
  if (length.kind === "constant" && length.value === 0n) return [];
  if (pointer.kind === "unknown") return pointer.reason;
  if (length.kind === "unknown") return length.reason;
  if (pointer.kind === "text") {
    const whole =
      length.kind === "text" && length.word === "length" && sameParts(length.text.parts, pointer.text.parts);
    const constantLength =
      length.kind === "constant" && pointer.text.parts.every((part) => part.kind === "text");
    return pointer.word === "pointer" &&
      (whole || (constantLength && lengthOf(pointer.text.parts) === length.value))
      ? concatenate(pointer.text.parts)
      : "a piece of a made text";
  }
  if (pointer.kind === "constant" && length.kind === "constant") {
    const text = places.constants.text(Number(pointer.value), Number(length.value));
    return text === null ? "a constant that isn't UTF-8 text" : literal(text);
  }
  if (pointer.kind === "pointer") {
    const bytes = state.memory.read(pointer.region, pointer.offset, 8);
    const filled = bytes.kind === "text" && bytes.word === "bytes" && length.kind === "constant";
    return filled ? concatenate(bytes.text.parts) : "bytes that the method wrote";
  }
  const offset = wordField(pointer);
  if (offset === null) return "a text that isn't a field's or a constant";
  if (wordField(length) !== offset + 8 && !isWhole(state, offset, length)) return "a piece of a field's text";
  return places.layout.isText(offset) ? [{ kind: "string", offset }] : "a field that isn't a string";
}

/** True where the path's conditions leave `length` as the only length of the string at `offset`. */
const isWhole = (state: State, offset: number, length: Value): boolean =>
  length.kind === "constant" &&
  single(state.known({ kind: "field", offset: offset + 8, size: 8 })) === length.value;

const lengthOf = (parts: readonly MessagePart[]): bigint =>
  BigInt(
    new TextEncoder().encode(parts.map((part) => (part.kind === "text" ? part.text : "")).join("")).length,
  );

/** The string in integer arguments `index` and `index` + 1. */
export const argumentParts = (places: Places, state: State, index: number): MessagePart[] | string =>
  stringParts(places, state, state.argument(index), state.argument(index + 1));

/** True for the reason why parts can't be told. */
export const isReason = (parts: MessagePart[] | string): parts is string => typeof parts === "string";
