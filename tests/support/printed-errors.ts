/** What tests/go/messages/record.go prints of errors: what they say and what lies in them. */
import type { FieldReader, FieldText } from "../../server/binary/index.ts";

/** One line: texts in hex, by offset in the object. */
export interface PrintedError extends PrintedObject {
  /** `%T`, and the import path of its package. */
  type: string;
  package?: string;
  /** What Error() returned. */
  text: string;
}
export interface PrintedCause {
  type: string;
  text: string;
  /** Its type has a Format method. */
  formatter: boolean;
}
export interface PrintedObject {
  object: string;
  strings: Record<string, string>;
  errors: Record<string, PrintedCause>;
  lists: Record<string, PrintedCause[]>;
  shown: Record<string, { v: string; s: string; string: string }>;
  /** Names and packages of runtime types that pointers lead to. */
  types: Record<string, { name: string; path: string }>;
  /** What pointers to other things lead to. */
  behind: Record<string, PrintedObject>;
}

function textOf(hex: string | undefined): FieldText | null {
  if (hex === undefined) return null;
  const bytes = new Uint8Array(Buffer.from(hex, "hex"));
  return { bytes, length: bytes.length };
}

/** Reads what the program says is in the object. */
export function readerOf(record: PrintedObject): FieldReader {
  const object = Buffer.from(record.object, "hex");
  const uint = (offset: number, size: number) =>
    BigInt(
      `0x${Buffer.from(object.subarray(offset, offset + size))
        .reverse()
        .toString("hex")}`,
    );
  return {
    text: (offset) => textOf(record.strings[offset]),
    uint,
    error: (offset, formatted) => {
      const cause = record.errors[offset];
      return cause && !(formatted && cause.formatter) ? textOf(cause.text) : null;
    },
    stringer: (offset) => textOf(record.shown[offset]?.string),
    any: (offset, verb) => {
      if (uint(offset, 8) === 0n)
        return textOf(
          Buffer.from(verb === "v" || verb === "T" ? "<nil>" : `%!${verb}(<nil>)`).toString("hex"),
        );
      return verb === "v" || verb === "s" ? textOf(record.shown[offset]?.[verb]) : null;
    },
    errors: (offset) => record.lists[offset]?.map(({ text }) => textOf(text)!) ?? null,
    type: (offset) => {
      const type = record.types[offset];
      return type ? { name: type.name, pkgPath: type.path || null } : null;
    },
    behind: (offset) => {
      const object = record.behind[offset];
      return object ? readerOf(object) : null;
    },
  };
}

export const recordsOf = (output: string): PrintedError[] =>
  output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as PrintedError);
