import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildErrorMap, readGoBinary } from "../../../server/binary/index.ts";
import { buildGo } from "../../support/index.ts";
import { countReferences, wrongCounts } from "./references.ts";

const left = (text: string) => ({ pc: 0, function: "main.main", class: text });

test("conversions to any and uses of sentinels are not among the references", () => {
  const unresolved = [
    "loop",
    "put into an any: loop",
    "use of a sentinel: loop",
    "loop",
    "put into an any: a",
  ];
  const plan = {
    references: 5,
    resolved: 3,
    intoAny: { found: 4, resolved: 2 },
    unresolved: unresolved.map(left),
  };
  const count = countReferences(plan);
  expect(count).toEqual({
    references: { found: 5, resolved: 3, classes: { loop: 2 } },
    intoAny: { found: 4, resolved: 2, classes: { loop: 1, a: 1 } },
  });
  expect(wrongCounts(count)).toEqual([]);
  expect(wrongCounts(countReferences({ ...plan, resolved: 4 }))).toEqual([
    "references: 4 of 5 resolved, 2 listed as not resolved",
  ]);
});

test("of a program the classes add up to what isn't resolved", () => {
  const file = buildGo({ dir: "tests/go/anys", go: "1.26.8", form: "stripped" });
  const count = countReferences(buildErrorMap(readGoBinary(readFileSync(file))).plan);
  expect(Object.keys(count.intoAny.classes).length).toBeGreaterThan(3);
  expect(wrongCounts(count)).toEqual([]);
});
