/** What is captured beside causes because a message needs it: addresses of package net, plain values in an `any`. */
import type { GoType } from "../binary/index.ts";
import type { FieldValue } from "../events/index.ts";
import { isNetAddress, netAddressText } from "./net-address.ts";
import type { CapturedObject } from "./object.ts";
import type { CapturedText } from "./text.ts";
import { integer, stringValue } from "./value.ts";

export interface Detail {
  /** For the event's fields. */
  value: FieldValue;
  /** What String() returns, null if the type has none that we know. */
  string: CapturedText | null;
  /** What fmt prints for %v (and %s of a text), null if that isn't known for sure. */
  formatted: CapturedText | null;
}

const textOf = (text: string): CapturedText => {
  const bytes = new TextEncoder().encode(text);
  return { bytes, length: bytes.length };
};

/** Null for a type that is no detail, or of which too little was captured. */
export function detailOf(
  type: GoType | undefined,
  types: ReadonlyMap<number, GoType>,
  object: CapturedObject,
): Detail | null {
  const struct = type?.kind === "ptr" ? types.get(type.elem) : undefined;
  if (struct && isNetAddress(struct)) {
    const text = netAddressText(struct, object);
    return text === null ? null : { value: text, string: textOf(text), formatted: textOf(text) };
  }
  const pointed = type?.kind === "ptr" && struct ? plainDetail(struct, object) : null;
  // fmt prints a pointer's address
  if (pointed) return { value: pointed.value, string: null, formatted: null };
  return type ? plainDetail(type, object) : null;
}

function plainDetail(type: GoType, object: CapturedObject): Detail | null {
  // fmt asks these methods, of which the code is not read here, instead of printing the value.
  const own = type.methods.some(({ name }) => name === "String" || name === "Error" || name === "Format");
  const detail = (value: FieldValue, formatted: CapturedText | null): Detail => ({
    value,
    string: null,
    formatted: own ? null : formatted,
  });
  if (type.kind === "string") {
    const read = object.text(0);
    return "text" in read ? detail(stringValue(read.text), read.text) : null;
  }
  const number = type.kind.startsWith("int")
    ? object.int(0, type.size)
    : type.kind.startsWith("uint")
      ? object.uint(0, type.size)
      : null;
  if (number !== null) return detail(integer(number), textOf(number.toString()));
  if (type.kind === "bool") {
    const value = object.uint(0, 1);
    return value === null ? null : detail(value !== 0n, textOf(String(value !== 0n)));
  }
  const float = type.kind.startsWith("float") ? object.float(0, type.size) : null;
  return float !== null && Number.isFinite(float) ? detail(float, null) : null;
}
