import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildGo } from "../../tests/support/index.ts";
import { describeErrors, LookAhead, type ModulePlace, readGoBinary } from "./index.ts";

test.each([
  ["1.20.14", "plain", "amd64"],
  ["1.27.1", "pie-stripped", "amd64"],
  ["1.27.1", "stripped", "arm64"],
] as const)("errors are described alike by what was found ahead: go%s %s %s", (go, form, GOARCH) => {
  const bytes = readFileSync(buildGo({ dir: "tests/go/messages", go, form, env: { GOARCH } }));
  const places: ModulePlace[] = [];
  const binary = readGoBinary(bytes, (place) => places.push(place));
  expect(places).toHaveLength(1);
  LookAhead.atCode(bytes);
  const uses = new LookAhead(bytes, places[0]!).uses();
  let asked = 0;
  const described = describeErrors(binary, undefined, () => {
    asked++;
    return structuredClone(uses);
  });
  // once, and for a program that has tables of texts
  expect(asked).toBe(1);
  expect(described).toEqual(describeErrors(binary));
});
