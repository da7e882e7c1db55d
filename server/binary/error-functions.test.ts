import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildGo } from "../../tests/support/index.ts";
import { buildErrorMap, functionsReturningError, readGoBinary } from "./index.ts";

test.each(["plain", "stripped"] as const)("functions that return an error, of a %s binary", (form) => {
  const map = buildErrorMap(readGoBinary(readFileSync(buildGo({ dir: "tests/go/hops", form }))));
  const found = new Map(
    functionsReturningError(map).map(({ index, from }) => [map.binary.functions.name(index), from]),
  );
  const of = (name: string) => found.get(`main.${name}`);
  expect(of("(*disk).get")).toBe("signature");
  expect(of("end")).toBe("site");
  expect(of("wraps")).toBe("site");
  for (const name of ["direct", "behind", "twice", "loop", "sentinel"]) expect(of(name), name).toBe("hop");
  // not proven; no error at all; nothing returned
  for (const name of ["function", "other", "shout", "main"]) expect(of(name), name).toBeUndefined();
});
