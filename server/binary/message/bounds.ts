/** runtime.boundsError: an index or slice bound out of range (src/runtime/error.go, the same in Go 1.20 to 1.27). Pure. */
import type { MessagePart } from "../model.ts";
import { PANICS } from "./template.ts";
import { literal } from "./text.ts";

/** Offsets of the fields. */
export interface BoundsFields {
  x: number;
  y: number;
  signed: number;
  code: number;
}

/** By the error's code; `%x` and `%y` stand for the fields of that name. */
const FORMATS = [
  "index out of range [%x] with length %y",
  "slice bounds out of range [:%x] with length %y",
  "slice bounds out of range [:%x] with capacity %y",
  "slice bounds out of range [%x:%y]",
  "slice bounds out of range [::%x] with length %y",
  "slice bounds out of range [::%x] with capacity %y",
  "slice bounds out of range [:%x:%y]",
  "slice bounds out of range [%x:%y:]",
  "cannot convert slice with length %y to array or pointer to array with length %x",
];

/** The same where x is negative. */
const NEGATIVE = [
  "index out of range [%x]",
  "slice bounds out of range [:%x]",
  "slice bounds out of range [:%x]",
  "slice bounds out of range [%x:]",
  "slice bounds out of range [::%x]",
  "slice bounds out of range [::%x]",
  "slice bounds out of range [:%x:]",
  "slice bounds out of range [%x::]",
];

export function boundsParts(fields: BoundsFields): MessagePart[] {
  const { x, signed } = fields;
  const notNegative = byCode(FORMATS, fields, true);
  const maybeNegative: MessagePart = {
    kind: "if",
    offset: x,
    size: 8,
    signed: true,
    min: 0,
    max: null,
    yes: notNegative,
    no: byCode(NEGATIVE, fields, true),
  };
  const isSigned: MessagePart = {
    kind: "if",
    offset: signed,
    size: 1,
    signed: false,
    min: 1,
    max: 1,
    yes: [maybeNegative],
    no: byCode(FORMATS, fields, false),
  };
  return [{ kind: "text", text: "runtime error: " }, isSigned];
}

function byCode(formats: readonly string[], fields: BoundsFields, signed: boolean): MessagePart[] {
  let parts: MessagePart[] = [{ kind: "unknown", reason: PANICS }];
  for (let code = formats.length - 1; code >= 0; code--) {
    const yes = formatted(formats[code]!, fields, signed);
    parts = [
      { kind: "if", offset: fields.code, size: 1, signed: false, min: code, max: code, yes, no: parts },
    ];
  }
  return parts;
}

function formatted(format: string, { x, y }: BoundsFields, signed: boolean): MessagePart[] {
  return format.split(/(%[xy])/).flatMap((piece): MessagePart[] => {
    if (piece === "%x") return [{ kind: "int", offset: x, size: 8, signed }];
    if (piece === "%y") return [{ kind: "int", offset: y, size: 8, signed: true }];
    return literal(piece);
  });
}
