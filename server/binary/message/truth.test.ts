/**
 * tests/go/messages prints what Error() returns for hundreds of values, with what lies in each: the templates read from
 * its machine code must give the same bytes wherever they claim to be complete.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { buildGo, type GoForm, type GoVersion } from "../../../tests/support/go.ts";
import { type PrintedError, readerOf, recordsOf } from "../../../tests/support/printed-errors.ts";
import { errorTypesOf, readGoBinary } from "../index.ts";
import type { MessageInfo, MessagePart } from "../model.ts";
import { Messages, renderMessage } from "./index.ts";

const partsOf = (info: MessageInfo): MessagePart[] => {
  if (info.kind === "template") return info.template.parts;
  return info.kind === "field" ? [{ kind: "string", offset: info.offset }] : [];
};

/** Types with a value whose message isn't claimed, each with the start of the reason. */
const unclaimed: Record<string, string> = {
  // reflect.Type's Kind tells whether to say so
  "*json.InvalidUnmarshalError": "a call of Kind of an interface field",
  "main.twoPointers": "what a pointer behind a pointer leads to",
  "*main.extraArgument": "a call of fmt with too many arguments",
  "*main.wrongVerb": "fmt: %s of a int",
  "*main.floating": "fmt: %g of a float64",
  "main.mutable": "a variable that the program can change",
  "*main.global": "a variable that the program can change",
  "main.mapped": "a variable that the program can change",
  "*main.describes": "a call of Describe of an interface field",
  // the template is whole, but one cause has a Format method
  "*main.formattedCause": "",
  "*main.joined": "a join of a slice",
  "*main.upper": "too many ways that aren't understood",
  "*main.sliced": "single bits of a field",
  // some of its lists hold a nil
  "*main.firstOf": "",
  "*main.grownList": "a list of more than 16 errors",
  "main.joinedList": "a list of more than 16 errors",
  "main.joinedAlike": "a list of more than 16 errors",
  "main.joinedByCommas": "a list of more than 16 errors",
  "main.concatenatedList": "a list of more than 16 errors",
  "main.numberedList": "a call of a function value",
  "main.backwards": "a call of a function value",
  "main.someList": "it depends on the elements of a list",
  "*main.closure": "a call of a function value",
  "*main.printed": "fmt: %v of a struct",
  "*main.typeName": "",
  "*main.built": "arithmetic",
  "*main.arithmetic": "fmt: a sign extension",
};

/** encoding/json is another package since Go 1.27. */
const unclaimedSince27: Record<string, string> = { "*json.UnmarshalTypeError": "" };

const builds: [GoVersion, GoForm][] = [
  ["1.20.14", "plain"],
  ["1.22.0", "stripped"],
  ["1.24.0", "stripped"],
  ["1.20.14", "stripped"],
  ["1.26.8", "plain"],
  ["1.26.8", "stripped"],
  ["1.26.8", "pie-stripped"],
  ["1.27.1", "plain"],
  ["1.27.1", "stripped"],
];

function run(file: string): { infos: Map<string, MessageInfo>; records: PrintedError[] } {
  const binary = readGoBinary(readFileSync(file));
  const messages = new Messages(binary);
  const infos = new Map(errorTypesOf(binary).map((type) => [type.name, messages.of(type)]));
  messages.free();
  const output = execFileSync(file, { encoding: "utf8", maxBuffer: 1 << 24 });
  const records = recordsOf(output);
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
    expect(complete).toBeGreaterThan(3000);
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
    const expected = go.startsWith("1.27") ? { ...unclaimed, ...unclaimedSince27 } : unclaimed;
    expect([...found.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [type, reason] of Object.entries(expected)) expect(found.get(type)).toContain(reason);
  });
});
