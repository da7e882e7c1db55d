import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildGo } from "../../tests/support/index.ts";
import { buildErrorMap, readGoBinary } from "../binary/index.ts";
import { certificateOf } from "./certificate.ts";

test("a file for another architecture is refused where it can't run, though all of it was read", () => {
  const path = buildGo({ dir: "tests/go/forms", env: { GOARCH: "arm64" } });
  const map = buildErrorMap(readGoBinary(readFileSync(path)));
  const there = certificateOf(path, map, null, "arm64");
  expect([there.verdict, there.reason]).toEqual(["attach", null]);
  const here = certificateOf(path, map, null, "amd64");
  expect(here.verdict).toBe("refuse");
  expect(here.reason).toBe(
    "architecture: the file is for arm64 and this machine is amd64: it can be inspected, not traced here",
  );
  expect(here.sites.resolved).toBeGreaterThan(50);
}, 120_000);
