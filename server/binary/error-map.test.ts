import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { buildGo, type GoVersion } from "../../tests/support/go.ts";
import { calleesOf } from "./callees.ts";
import { deriveRuntimeFacts } from "./derive-g.ts";
import { buildErrorMap, readGoBinary } from "./index.ts";

/** Offsets in struct g (goid, parentGoid, gopc, waitreason) and of m.curg, as DWARF of each release has them. */
const facts: [GoVersion, number, number | null, number, number, number][] = [
  ["1.20.14", 152, null, 296, 176, 192],
  ["1.22.0", 152, 272, 280, 176, 192],
  ["1.24.0", 160, 280, 288, 184, 192],
  ["1.25.0", 152, 272, 280, 176, 184],
  ["1.26.8", 152, 280, 288, 176, 184],
  ["1.27.1", 152, 280, 288, 176, 184],
];

describe("error map", () => {
  test.each(facts)(
    "Go %s: offsets in g by its code and by the table agree",
    (go, goid, parentGoid, gopc, waitReason, mCurg) => {
      const binary = readGoBinary(readFileSync(buildGo({ dir: "tests/go/unwrap", go, form: "stripped" })));
      const map = buildErrorMap(binary);
      const { park, allgs: _, ...offsets } = map.facts;
      expect(offsets).toEqual({ goid, parentGoid, gopc, itabInter: 0, itabType: 8 });
      expect(park).toMatchObject({ waitReason, mCurg, gM: 48 });
      expect(park!.reasons.slice(0, 3)).toEqual(["", "GC assist marking", "IO wait"]);
      expect(park!.reasons).toEqual(
        expect.arrayContaining(["select", "chan receive", "sleep", "sync.Mutex.Lock"]),
      );
      const derived = map.derivations.filter((derivation) => derivation.name.startsWith("g."));
      expect(derived.map(({ name, checked }) => [name, checked])).toEqual([
        ["g.goid", true],
        ["g.parentGoid", true],
        ["g.gopc", true],
        ["g.waitreason", true],
      ]);
      for (const { name, from } of derived) {
        if (name !== "g.waitreason" && (name !== "g.parentGoid" || parentGoid !== null))
          expect(from).toMatch(/machine code of .*, equal to the table/);
      }
    },
    120_000,
  );

  test("types carry Unwrap and message; sites are there", () => {
    const map = buildErrorMap(readGoBinary(readFileSync(buildGo({ dir: "tests/go/unwrap" }))));
    const type = map.errorTypes.find(({ name }) => name === "*main.field")!;
    expect(type.unwrap).toEqual({ kind: "error", offset: 16, how: "field err" });
    expect(type.message).toEqual({ kind: "field", offset: 0 });
    expect(map.plan.sites.length).toBeGreaterThan(40);
    expect(map.derivations.length).toBeGreaterThan(map.binary.derivations.length);
  });

  const binary = () => readGoBinary(readFileSync(buildGo({ dir: "tests/go/unwrap", form: "stripped" })));

  test("code and table that differ leave the offset undetermined", () => {
    const old = { ...binary(), goMinor: 24, goVersion: "go1.24.0" };
    const decode = () => null;
    const code = deriveRuntimeFacts(old, decode, calleesOf(old));
    expect(code.facts.goid).toBe(160);
    expect(code.derivations[0]).toMatchObject({
      name: "g.goid",
      from: "table of Go versions",
      checked: false,
    });
    const map = buildErrorMap(old);
    expect(map.facts.goid).toBeNull();
    expect(map.derivations.find(({ name }) => name === "g.goid")).toMatchObject({
      value: "not determined",
      note: "the code says 152, the table for go1.24.0 says 160",
    });
  });

  test("a version that the table doesn't know stands on the code", () => {
    const map = buildErrorMap({ ...binary(), goMinor: 40, goVersion: "go1.40" });
    expect(map.facts).toMatchObject({ goid: 152, parentGoid: 280, gopc: 288 });
    expect(map.derivations.find(({ name }) => name === "g.goid")).toMatchObject({
      checked: false,
      note: "no table entry for go1.40",
    });
  });
});
