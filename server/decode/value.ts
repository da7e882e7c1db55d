/** Go values in captured bytes to the JSON that an event's `fields` carries. */
import type { ErrorField, GoType } from "../binary/index.ts";
import type { FieldValue } from "../events/index.ts";
import type { CapturedObject } from "./object.ts";
import { type CapturedText, decodeText, hashText, toHex } from "./text.ts";

/** Arrays longer than this many elements, and byte arrays longer than this, are shown cut. */
const MAX_ELEMENTS = 64;

/** What reading a value needs to know of the binary. Addresses are run-time ones. */
export interface TypeLookup {
  byStatic(address: number): GoType | undefined;
  /** `%T` of the type at a run-time type word, null when the binary has none there. */
  nameOfType(word: bigint): string | null;
  /** `%T` of the concrete type of a run-time itab word, null when it is no static itab. */
  nameOfItab(word: bigint): string | null;
}

/** Numbers a double holds exactly stay numbers, others become decimal strings. */
export function integer(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

/** JSON has no NaN and no infinities: they are written as Go prints them. */
export function float(value: number): number | string {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

/** null for nil, else the address. */
export function pointer(word: bigint): string | null {
  return word === 0n ? null : `0x${word.toString(16)}`;
}

function beyond(object: CapturedObject): FieldValue {
  return { unreadable: object.missing };
}

/** A text as it is, or an object with what else must be said of it: `hex` where it is no UTF-8, `length` where it is cut. */
export function stringValue(captured: CapturedText): FieldValue {
  const { text, hex } = decodeText(captured);
  const cut = cutOf(captured);
  return hex === null && !cut ? text : { text, ...(hex === null ? {} : { hex }), ...cut };
}

/** Bytes that read as plain text are shown as text, others in hexadecimal. */
export function bytesValue(captured: CapturedText): FieldValue {
  const { text, hex } = decodeText(captured);
  const cut = cutOf(captured);
  const isText = hex === null && !/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text);
  if (isText) return cut ? { text, ...cut } : text;
  return { hex: toHex(captured.bytes), ...cut };
}

/** True length in bytes, and hash, of a text of which only the beginning was captured; null of a whole one. */
function cutOf({ bytes, length, hash }: CapturedText): { length: number; hash?: string } | null {
  if (bytes.length >= length) return null;
  return { length, ...(typeof hash === "bigint" ? { hash: hashText(hash) } : {}) };
}

/** One field's value, apart from a cause that was followed (the caller shows those as causes). */
export function fieldValue(field: ErrorField, object: CapturedObject, types: TypeLookup): FieldValue {
  const { offset, size } = field;
  switch (field.shape) {
    case "string":
    case "bytes": {
      const read = object.text(offset);
      if ("unreadable" in read) return { unreadable: read.unreadable };
      return field.shape === "string" ? stringValue(read.text) : bytesValue(read.text);
    }
    case "error":
    case "iface":
      return interfaceValue(object, offset, (word) => types.nameOfItab(word));
    case "any":
      return interfaceValue(object, offset, (word) => types.nameOfType(word));
    case "errors":
      return sliceValue(object, offset);
    default:
      return typedValue(types.byStatic(field.type), field.shape, offset, size, object, types, 0);
  }
}

function interfaceValue(
  object: CapturedObject,
  offset: number,
  nameOf: (word: bigint) => string | null,
): FieldValue {
  const word = object.uint(offset, 8);
  const data = object.uint(offset + 8, 8);
  if (word === null || data === null) return beyond(object);
  if (word === 0n) return null;
  return { type: nameOf(word) ?? "not determined", data: pointer(data) };
}

function sliceValue(object: CapturedObject, offset: number): FieldValue {
  const data = object.uint(offset, 8);
  const length = object.uint(offset + 8, 8);
  if (data === null || length === null) return beyond(object);
  return data === 0n ? null : { len: integer(length), data: pointer(data) };
}

function typedValue(
  type: GoType | undefined,
  shape: string,
  offset: number,
  size: number,
  object: CapturedObject,
  types: TypeLookup,
  depth: number,
): FieldValue {
  if (!object.has(offset, size)) return beyond(object);
  const kind = type?.kind ?? shape;
  if (kind === "bool") return object.uint(offset, 1) !== 0n;
  if (/^int(8|16|32|64)?$/.test(kind)) return integer(object.int(offset, size) ?? 0n);
  if (/^uint(8|16|32|64|ptr)?$/.test(kind)) return integer(object.uint(offset, size) ?? 0n);
  if (kind.startsWith("float")) return float(object.float(offset, size) ?? 0);
  if (kind === "complex64" || kind === "complex128") {
    const half = size / 2;
    const [real, imaginary] = [object.float(offset, half) ?? 0, object.float(offset + half, half) ?? 0];
    return [float(real), float(imaginary)];
  }
  if (kind === "slice") return sliceValue(object, offset);
  if (kind === "array" && type && depth < 4) return arrayValue(type, offset, object, types, depth);
  if (size === 8) return pointer(object.uint(offset, 8) ?? 0n);
  return { hex: toHex(object.bytes.subarray(offset, offset + Math.min(size, MAX_ELEMENTS))) };
}

function arrayValue(
  type: GoType,
  offset: number,
  object: CapturedObject,
  types: TypeLookup,
  depth: number,
): FieldValue {
  const element = types.byStatic(type.elem);
  const plain = element && /^(bool|u?int(8|16|32|64|ptr)?|float(32|64)|ptr|array)$/.test(element.kind);
  if (!plain || element.kind === "uint8") {
    return { hex: toHex(object.bytes.subarray(offset, offset + Math.min(type.size, MAX_ELEMENTS))) };
  }
  const values: FieldValue[] = [];
  for (let i = 0; i < Math.min(type.length, MAX_ELEMENTS); i++) {
    values.push(
      typedValue(element, element.kind, offset + i * element.size, element.size, object, types, depth + 1),
    );
  }
  return values;
}
