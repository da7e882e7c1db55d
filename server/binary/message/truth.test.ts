/**
 * tests/go/messages prints what Error() returns for hundreds of values, with what lies in each: the templates read from
 * its machine code must give the same bytes wherever they claim to be complete.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { buildGo, type GoForm, type GoVersion } from "../../../tests/support/go.ts";
import { errorTypesOf, readGoBinary } from "../index.ts";
import type { MessageInfo, MessagePart } from "../model.ts";
import { type FieldReader, type FieldText, Messages, renderMessage } from "./index.ts";

/** One line that the program prints: texts in hex, by offset in the object. */
interface Printed {
  type: string;
  text: string;
  object: string;
  strings: Record<string, string>;
  errors: Record<string, { text: string; formatter: boolean }>;
  lists: Record<string, string[]>;
  shown: Record<string, { v: string; s: string; string: string }>;
}

function textOf(hex: string | undefined): FieldText | null {
  if (hex === undefined) return null;
  const bytes = new Uint8Array(Buffer.from(hex, "hex"));
  return { bytes, length: bytes.length };
}

/** Reads what the program says is in the object. */
function readerOf(record: Printed): FieldReader {
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
      if (uint(offset, 8) === 0n) return textOf(Buffer.from("<nil>").toString("hex"));
      return verb === "v" || verb === "s" ? textOf(record.shown[offset]?.[verb]) : null;
    },
    errors: (offset) => record.lists[offset]?.map((hex) => textOf(hex)!) ?? null,
  };
}

const partsOf = (info: MessageInfo): MessagePart[] => {
  if (info.kind === "template") return info.template.parts;
  return info.kind === "field" ? [{ kind: "string", offset: info.offset }] : [];
};

/** Types with a value whose message isn't claimed, each with the start of the reason. */
const unclaimed: Record<string, string> = {
  "main.promotedPointer": "what the pointer at offset 8 leads to",
  "*main.extraArgument": "a call of fmt with too many arguments",
  "*main.wrongVerb": "fmt: %s of a int",
  "*main.floating": "fmt: %g of a float64",
  "main.mutable": "a variable that the program can change",
  "*main.global": "a variable that the program can change",
  "main.mapped": "a variable that the program can change",
  "*main.concrete": "what the pointer at offset 16 leads to",
  "*main.describes": "a call of Describe of an interface field",
  // the template is whole, but one cause has a Format method
  "*main.formattedCause": "",
  "*main.joined": "what lies behind a field",
  "*main.upper": "too many instructions",
  "*main.sliced": "single bits of a field",
  "*main.listed": "a call of a function value",
  "*main.closure": "a call of a function value",
  "*main.printed": "fmt: %v of a struct",
  "*main.typeName": "",
  "*main.built": "arithmetic",
  "*main.behind": "what the pointer at offset 0 leads to",
  "*main.arithmetic": "fmt: a sign extension",
};

const builds: [GoVersion, GoForm][] = [
  ["1.20.14", "plain"],
  ["1.20.14", "stripped"],
  ["1.26.8", "plain"],
  ["1.26.8", "stripped"],
  ["1.26.8", "pie-stripped"],
  ["1.27.1", "plain"],
  ["1.27.1", "stripped"],
];

function run(file: string): { infos: Map<string, MessageInfo>; records: Printed[] } {
  const binary = readGoBinary(readFileSync(file));
  const messages = new Messages(binary);
  const infos = new Map(errorTypesOf(binary).map((type) => [type.name, messages.of(type)]));
  messages.free();
  const output = execFileSync(file, { encoding: "utf8", maxBuffer: 1 << 24 });
  const records = output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Printed);
  return { infos, records };
}

describe.each(builds)("messages of Go %s, %s", (go, form) => {
  const { infos, records } = run(buildGo({ dir: "tests/go/messages", go, form }));

  test("a complete message is what Error() returned, byte for byte", () => {
    const wrong: unknown[] = [];
    let complete = 0;
    for (const record of records) {
      const parts = partsOf(infos.get(record.type)!);
      const message = renderMessage({ parts }, readerOf(record));
      if (parts.length === 0 || !message.complete) continue;
      complete++;
      const expected = Buffer.from(record.text, "hex");
      if (!expected.equals(message.bytes))
        wrong.push({ type: record.type, expected: expected.toString(), got: message.text });
    }
    expect(wrong).toEqual([]);
    expect(complete).toBeGreaterThan(300);
  });

  test("the types that aren't claimed are the expected ones, with the reason", () => {
    const found = new Map<string, string>();
    for (const record of records) {
      const info = infos.get(record.type)!;
      const parts = partsOf(info);
      if (parts.length > 0 && renderMessage({ parts }, readerOf(record)).complete) continue;
      found.set(
        record.type,
        info.kind === "unresolved"
          ? info.reason
          : info.kind === "template"
            ? info.template.gaps.join("; ")
            : "",
      );
    }
    expect([...found.keys()].sort()).toEqual(Object.keys(unclaimed).sort());
    for (const [type, reason] of Object.entries(unclaimed)) expect(found.get(type)).toContain(reason);
  });
});
