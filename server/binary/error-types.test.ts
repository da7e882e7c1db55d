import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildGo } from "../../tests/support/go.ts";
import { errorTypesOf, readGoBinary } from "./index.ts";

/** Types of tests/go/messages that have an Error method in one way or another, with their fields. */
const wanted: Record<string, string[]> = {
  "*main.base": ["0 code int", "8 text string"],
  // embedded by value: its method has a pointer receiver, so that only the pointer's set has it
  "*main.promoted": ["0 extra string", "16 base.code int", "24 base.text string"],
  "main.promotedValue": ["0 pad [3]int64", "24 valueBase.text string"],
  "*main.promotedValue": ["0 pad [3]int64", "24 valueBase.text string"],
  "main.promotedPointer": ["0 pad uint8", "8 base *main.base"],
  "main.promotedInterface": ["0 pad uint8", "8 error error"],
  "*main.promotedInterface": ["0 pad uint8", "8 error error"],
  "*main.deep": [
    "0 a uint64",
    "8 promoted.extra string",
    "24 promoted.base.code int",
    "32 promoted.base.text string",
  ],
  "*main.generic[int]": ["0 value int", "8 text string"],
  "*main.generic[string]": ["0 value string", "16 text string"],
  "main.genericValue[bool]": ["0 text string", "16 value bool"],
  "main.genericValue[[]int]": ["0 text string", "16 value []int"],
  // main.alias is another name of it
  "*main.concat3": ["0 a string", "16 b string"],
};

test.each(["1.20.14", "1.26.8", "1.27.1"] as const)(
  "go%s: embedded by value and pointer, promoted, generic, by another name",
  (go) => {
    const binary = readGoBinary(readFileSync(buildGo({ dir: "tests/go/messages", go, form: "stripped" })));
    const types = new Map(errorTypesOf(binary).map((type) => [type.name, type]));
    const found = Object.keys(wanted).map((name) => [
      name,
      types.get(name)?.fields.map((field) => `${field.offset} ${field.name} ${field.typeName}`),
    ]);
    expect(Object.fromEntries(found)).toEqual(wanted);
    for (const name of ["main.promoted", "main.base", "main.alias", "*main.alias", "*main.level"])
      expect(types.has(name), name).toBe(false);
  },
);
