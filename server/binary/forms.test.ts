/** Every form in which a Go program may come, one test a form: read right, or refused with what to do. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildGo, type GoBuild } from "../../tests/support/go.ts";
import { type BinaryError, buildErrorMap, type ErrorMap, itabTypes, readGoBinary } from "./index.ts";

const OLD = "tests/go/old";

/** A copy of an executable's bytes, to be changed. */
const bytesOf = (build: GoBuild): Buffer => readFileSync(buildGo(build));
const mapOf = (bytes: Uint8Array): ErrorMap => buildErrorMap(readGoBinary(bytes));

/** What of a map doesn't depend on where the linker put things. */
function outline({ errorTypes, plan, facts }: ErrorMap): unknown {
  const types = errorTypes.map(({ name, size, fields, unwrap }) => [
    name,
    size,
    fields.map((f) => [f.name, f.offset, f.typeName]),
    unwrap,
  ]);
  const sites = plan.sites.map(({ op, consumer, word0, word1 }) => [op, consumer, word0.kind, word1.kind]);
  return { types, sites, facts, unresolved: plan.unresolved.length };
}

/** Operation and type of what the sites of one function make; uses of sentinels not. */
function madeIn({ binary, plan }: ErrorMap, name: string): string[] {
  const { functions, itabs, types } = binary;
  const typeOf = itabTypes(itabs);
  const inside = plan.sites.filter((site) => functions.name(functions.find(site.pc)) === name);
  const made = inside.filter((site) => site.op !== "sentinel");
  return made
    .flatMap((site) => site.origins.map(({ itab }) => `${site.op} ${types.get(typeOf.get(itab) ?? 0)?.name}`))
    .sort();
}

/** Replaces every occurrence; both texts are of one length. */
function replaceAll(bytes: Buffer, from: string | Uint8Array, to: string | Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1), count++) {
    bytes.set(typeof to === "string" ? Buffer.from(to) : to, at);
  }
  return count;
}

function refusal(bytes: Uint8Array): Pick<BinaryError, "code" | "message"> {
  try {
    readGoBinary(bytes);
  } catch (error) {
    return error as BinaryError;
  }
  throw new Error("it was read");
}

describe("what tests/go/old makes", () => {
  it.each([
    ["1.16.15", "plain"],
    ["1.16.15", "stripped"],
    ["1.16.15", "pie"],
    ["1.17.13", "stripped"],
    ["1.18.10", "pie-stripped"],
    ["1.19.13", "stripped"],
    ["1.26.8", "stripped"],
    ["1.27.1", "pie-stripped"],
  ] as const)("go%s, %s: types, causes and sites", (go, form) => {
    const map = mapOf(bytesOf({ dir: OLD, go, form }));
    expect(map.binary).toMatchObject({ goVersion: `go${go}`, goVersionFrom: "buildinfo" });
    const typed = (name: string) => map.errorTypes.find((type) => type.name === name);
    expect(typed("*main.pointerError")).toMatchObject({
      size: 40,
      fields: [
        { name: "op", offset: 0, typeName: "string", shape: "string" },
        { name: "count", offset: 16, typeName: "int", shape: "int" },
        { name: "cause", offset: 24, typeName: "error", shape: "error" },
      ],
      unwrap: { kind: "error", offset: 24, how: "field cause" },
    });
    expect(typed("*main.embeds")?.unwrap).toMatchObject({ kind: "error", offset: 40 });
    expect(typed("*fmt.wrapError")?.unwrap).toMatchObject({ kind: "error", offset: 16 });
    expect(typed("main.valueError")).toMatchObject({ pointer: false, size: 24, unwrap: { kind: "none" } });
    // what errors.New and os.Open make is inlined or not
    expect(madeIn(map, "main.fail").filter((made) => !/errorString|PathError/.test(made))).toEqual([
      "convert main.valueError",
      "new *main.embeds",
      "new *main.pointerError",
    ]);
    expect(map.plan.resolved).toBe(map.plan.references);
  });

  it("go1.16: arguments and results are on the stack, also where functions are probed at their start", () => {
    const map = mapOf(bytesOf({ dir: OLD, go: "1.16.15", form: "stripped" }));
    const words = (op: string) => {
      const sites = map.plan.sites.filter((site) => site.op === op);
      return [...new Set(sites.map(({ word0, word1 }) => JSON.stringify([word0, word1])))];
    };
    const stack = (disp: number) => ({ kind: "mem", reg: 4, disp });
    expect(words("panic")).toEqual([JSON.stringify([stack(8), stack(16)])]);
    expect(words("recover")).toEqual([JSON.stringify([stack(16), stack(24)])]);
    expect(words("mention")).toEqual([JSON.stringify([stack(48), stack(0)])]);
    expect(map.plan.sites.filter((site) => site.consumer === "ret" && site.op !== "recover")).toEqual([]);
    expect(map.facts).toMatchObject({ goid: null, parentGoid: null, gopc: null });
  });

  it.each(["1.17.13", "1.18.10", "1.19.13"] as const)("go%s: offsets in g", (go) => {
    const map = mapOf(bytesOf({ dir: OLD, go, form: "stripped" }));
    expect(map.facts).toMatchObject({ goid: 152, parentGoid: null, gopc: 296 });
    expect(map.derivations.filter((d) => d.name.startsWith("g.") && !d.checked)).toEqual([]);
  });

  it("go1.15: refused, with the version and what to do", () => {
    expect(refusal(bytesOf({ dir: OLD, go: "1.15.15" }))).toMatchObject({
      code: "go-too-old",
      message:
        "the program was built with go1.15.15; errscope reads go1.16 and newer: build it again with a newer Go",
    });
  });
});

describe("forms of linking", () => {
  const external = (flags: string) => ({ CGO_ENABLED: "1", GOFLAGS: `-buildvcs=false '-ldflags=${flags}'` });

  /** The other linker orders packages otherwise and adds C. */
  function expectSameErrors(map: ErrorMap, other: ErrorMap): void {
    const typed = ({ errorTypes }: ErrorMap) =>
      errorTypes.map(({ name, size, unwrap }) => JSON.stringify([name, size, unwrap])).sort();
    expect(typed(map)).toEqual(typed(other));
    expect(madeIn(map, "main.fail")).toEqual(madeIn(other, "main.fail"));
    expect(madeIn(map, "main.fail").length).toBeGreaterThan(3);
    const { allgs, ...offsets } = map.facts;
    expect({ ...offsets, allgs: other.facts.allgs }).toEqual(other.facts); // where it is depends on the linker
    expect(allgs).toBeGreaterThan(0);
  }

  it("static PIE by the system's linker", () => {
    const env = external("-linkmode=external -extldflags=-static-pie");
    const binary = readGoBinary(bytesOf({ dir: OLD, form: "pie", env }));
    expect(binary.form).toMatchObject({ pie: true, stripped: false });
    expect(binary.derivations.find((d) => d.name === "relocations applied")).toMatchObject({ checked: true });
    expectSameErrors(buildErrorMap(binary), mapOf(bytesOf({ dir: OLD, form: "pie" })));
  });

  it("packed relocations (RELR)", () => {
    const env = external("-linkmode=external -extldflags=-Wl,-z,pack-relative-relocs");
    const map = mapOf(bytesOf({ dir: OLD, form: "pie", env }));
    expectSameErrors(map, mapOf(bytesOf({ dir: OLD, form: "pie" })));
  });
});

describe("what a stripper takes away", () => {
  const build = { dir: OLD, form: "stripped" } as const;

  it("section headers", () => {
    const bytes = bytesOf(build);
    bytes.fill(0, 40, 48); // e_shoff
    bytes.fill(0, 60, 64); // e_shnum, e_shstrndx
    const map = mapOf(bytes);
    expect(map.binary.form).toMatchObject({ noSectionHeaders: true, stripped: true, noDwarf: true });
    const how = (name: string) => map.binary.derivations.find((d) => d.name === name)?.from;
    expect(how("pclntab")).toMatch(/^scan for its magic number/);
    expect(how("module data")).toBe("scan for the pclntab's address");
    expect(outline(map)).toEqual(outline(mapOf(bytesOf(build))));
  });

  it("the name of the section .gopclntab", () => {
    const bytes = bytesOf({ dir: OLD, form: "pie-stripped" });
    expect(replaceAll(bytes, ".gopclntab\0", ".rodata.go\0")).toBe(1);
    const map = mapOf(bytes);
    expect(map.binary.derivations.find((d) => d.name === "pclntab")?.from).toMatch(/^scan for its magic/);
    expect(outline(map)).toEqual(outline(mapOf(bytesOf({ dir: OLD, form: "pie-stripped" }))));
  });

  it("build information and build id", () => {
    const bytes = bytesOf(build);
    expect(replaceAll(bytes, "\xff Go buildinf:", "\0".repeat(14))).toBe(0); // not as UTF-8
    expect(replaceAll(bytes, Buffer.from("\xff Go buildinf:", "latin1"), new Uint8Array(14))).toBe(1);
    expect(replaceAll(bytes, Buffer.from("\x04\0\0\0Go\0\0", "latin1"), new Uint8Array(8))).toBe(1);
    const map = mapOf(bytes);
    const named = { goVersion: "go1.26.8", goVersionFrom: "runtime.buildVersion", goMinor: 26 };
    expect(map.binary).toMatchObject({ ...named, buildId: null, module: "", mainPackage: "" });
    expect(outline(map)).toEqual(outline(mapOf(bytesOf(build))));
  });

  it("all that garble replaces: the magic number, build information, the version", () => {
    const bytes = bytesOf({ dir: OLD, go: "1.27.1", form: "stripped" });
    replaceAll(bytes, Buffer.from("\xff Go buildinf:", "latin1"), new Uint8Array(14));
    expect(replaceAll(bytes, "go1.27.1", "unknown\0")).toBeGreaterThan(0);
    expect(
      replaceAll(bytes, Buffer.from("f1ffffff00000108", "hex"), Buffer.from("69d9d5a000000108", "hex")),
    ).toBe(1);
    const map = mapOf(bytes);
    expect(map.binary).toMatchObject({ goVersion: "go1.27", goVersionFrom: "layout" });
    const fact = map.derivations.find((d) => d.name === "pclntab");
    expect(fact?.note).toBe("unknown magic 0xa0d5d969: obfuscated, names may be too");
    expect(outline(map)).toEqual(outline(mapOf(bytesOf({ dir: OLD, go: "1.27.1", form: "stripped" }))));
  });
});

describe("a Go newer than the version table", () => {
  it("is read by derivation, and marked so", () => {
    const build = { dir: OLD, go: "1.27.1", form: "stripped" } as const;
    const bytes = bytesOf(build);
    expect(replaceAll(bytes, "go1.27.1", "go1.99.1")).toBeGreaterThan(0);
    const map = mapOf(bytes);
    expect(map.binary).toMatchObject({ goVersion: "go1.99.1", goMinor: 99 });
    const facts = map.derivations.filter((d) => !d.checked).map(({ name, note }) => [name, note]);
    expect(facts).toEqual([
      ["Go version", "newer than the version table, read by the layout of go1.27"],
      ["map type size", "no named map type; from the version table"],
      ["g.goid", "no table entry for go1.99.1"],
      ["g.parentGoid", "no table entry for go1.99.1"],
      ["g.gopc", "no table entry for go1.99.1"],
    ]);
    expect(outline(map)).toEqual(outline(mapOf(bytesOf(build))));
  });
});

describe("what can't be read", () => {
  it("packed by UPX: says how to unpack it", () => {
    const bytes = bytesOf({ dir: OLD, form: "stripped" });
    // as the packer leaves it: a stub behind the program headers, with its magic, and no Go in sight
    const packed = bytes.subarray(0, 1 << 16);
    const headers = packed.readUInt16LE(56);
    const end = 64 + 56 * headers;
    packed.fill(0, end);
    for (let i = 0; i < headers; i++) {
      packed.writeBigUInt64LE(0n, 64 + 56 * i + 8); // p_offset
      packed.writeBigUInt64LE(0n, 64 + 56 * i + 32); // p_filesz
    }
    packed.write("UPX!", end + 4, "latin1");
    expect(refusal(packed)).toMatchObject({
      code: "packed",
      message: expect.stringMatching(/`upx -d FILE`/),
    });
  });

  it("a table that isn't there: damaged, packed or encrypted", () => {
    const bytes = bytesOf({ dir: OLD, form: "stripped" });
    expect(replaceAll(bytes, Buffer.from("f1ffffff00000108", "hex"), new Uint8Array(8))).toBe(1);
    expect(refusal(bytes)).toMatchObject({
      code: "no-pclntab",
      message: expect.stringMatching(/^the file is a Go program \(go1\.26\.8\), but its function table/),
    });
  });
});
