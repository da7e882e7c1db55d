import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { buildGo, type GoBuild } from "../../../tests/support/go.ts";
import { groundTruth, localTypes } from "../../../tests/support/groundtruth.ts";
import { inflate } from "../../../tests/support/inflate.ts";
import { readElf } from "../elf.ts";
import { readGoBinary } from "../read.ts";
import { errorSignatures } from "./index.ts";

const old = { dir: "tests/go/old" } as const;
const linked = (flags: string) => ({ CGO_ENABLED: "1", GOFLAGS: `-buildvcs=false '-ldflags=${flags}'` });

/** DWARF 4 and 5, packed in both ways and not at all, with C's units too. */
const builds: [string, GoBuild][] = [
  ["go1.16: DWARF 4, .zdebug_info", { ...old, go: "1.16.15" }],
  ["go1.19: DWARF 4, compressed", { ...old, go: "1.19.13" }],
  ["go1.24: DWARF 4", { dir: "tests/go/hops", go: "1.24.0" }],
  ["go1.26: DWARF 5", { dir: "tests/go/hops", go: "1.26.8" }],
  ["go1.27, position-independent", { dir: "tests/go/hops", go: "1.27.1", form: "pie" }],
  ["not compressed", { ...old, env: { GOFLAGS: "-buildvcs=false -ldflags=-compressdwarf=false" } }],
  ["the system's linker, and C", { ...old, form: "pie", env: linked("-linkmode=external") }],
];

describe("functions that return an error, by debugging information", () => {
  test.each(builds)("%s: those that Go's own reader finds", (_, build) => {
    const file = buildGo(build);
    const truth = groundTruth(file);
    const returning = new Set(truth.returning.map(localTypes));
    const wanted = truth.functions.filter(({ name }) => returning.has(localTypes(name)));
    const { returning: found, known } = errorSignatures(readElf(readFileSync(file)), inflate)!;
    const names = new Map(truth.functions.map(({ address, name }) => [address, name]));
    expect([...found].map((address) => names.get(address)).sort()).toEqual(
      wanted.map(({ name }) => name).sort(),
    );
    expect(wanted.length).toBeGreaterThan(30);
    expect(known.size).toBeGreaterThan(wanted.length);
  });

  test("parameters of a type of functions are none of the function that stands before it", () => {
    const file = buildGo({ dir: "tests/go/twelve", env: { GOARCH: "arm64" } });
    const { functions } = readGoBinary(readFileSync(file));
    const signatures = errorSignatures(readElf(readFileSync(file)), inflate)!;
    // the last function of package runtime's unit, which is assembler's
    expect(signatures.returning).not.toContain(functions.entry(functions.byName("runtime.save_g")));
    expect(signatures.returning.size).toBeGreaterThan(50);
  });

  test("none without debugging information, nor where it is damaged", () => {
    expect(errorSignatures(readElf(readFileSync(buildGo({ ...old, form: "stripped" }))), inflate)).toBeNull();
    const elf = readElf(readFileSync(buildGo(old)));
    expect(errorSignatures(elf, () => null)).toBeNull();
    expect(errorSignatures(elf, (_, size) => new Uint8Array(size).fill(0x81))).toBeNull();
  });

  test("of changed bytes: something or nothing, but no fault", () => {
    const file = buildGo({ ...old, env: { GOFLAGS: "-buildvcs=false -ldflags=-compressdwarf=false" } });
    const bytes = readFileSync(file);
    const elf = readElf(bytes);
    const { sections } = elf;
    const whole = errorSignatures(elf, inflate)!.known.size;
    let seed = 1;
    const next = (below: number) => {
      seed = (seed * 48271) % 0x7fffffff;
      return seed % below;
    };
    let changed = 0;
    for (let round = 0; round < 60; round++) {
      const { offset, size } = sections.get(round % 3 === 0 ? ".debug_abbrev" : ".debug_info")!;
      const damaged = Buffer.from(bytes);
      for (let i = 0; i < 4; i++) damaged[offset + next(size)] = next(256);
      if (errorSignatures(readElf(damaged), inflate)?.known.size !== whole) changed++;
    }
    expect(changed).toBeGreaterThan(10);
  });
});
