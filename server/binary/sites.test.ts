import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { buildGo, type GoForm, type GoVersion, repoRoot } from "../../tests/support/go.ts";
import { type Code, Disassembler, Flow, indexOf, Mnemonic, probeOf, Reg } from "./code/index.ts";
import { type GoBinary, itabTypes, readGoBinary, type Site, type SitePlan } from "./index.ts";
import { planSites } from "./sites.ts";

const source = readFileSync(`${repoRoot}/tests/go/forms/main.go`, "utf8").split("\n");
/** 1-based line of the only one that has `text`. */
function line(text: string): number {
  const found = source.flatMap((content, index) => (content.includes(text) ? [index + 1] : []));
  if (found.length !== 1) throw new Error(`${found.length} lines of main.go have ${text}`);
  return found[0]!;
}

/** Where main.go makes errors of its own types: function, line, type, op. */
const truth: [string, number, string, string][] = [
  ["main.retPtr", line('return &ptrErr{op: "ret"'), "*main.ptrErr", "new"],
  ["main.retVal", line("return valErr{"), "main.valErr", "convert"],
  ["main.retNum", line("return numErr(i + 1000)"), "main.numErr", "convert"],
  ["main.retStr", line('return strErr("str"'), "main.strErr", "convert"],
  ["main.retEmpty", line("func retEmpty"), "main.emptyErr", "convert"],
  ["main.retConst", line("func retConst"), "main.strErr", "convert"],
  ["main.retFunc", line("return funcErr("), "main.funcErr", "convert"],
  ["main.retWide", line("func retWide"), "*main.otherErr", "new"],
  ["main.second", line("numErr(i + 500)"), "main.numErr", "convert"],
  ["main.second", line('&ptrErr{"two"'), "*main.ptrErr", "new"],
  ["main.merged", line('err = &ptrErr{op: "a"'), "*main.ptrErr", "new"],
  ["main.merged", line("err = &otherErr{b: i}"), "*main.otherErr", "new"],
  ["main.named.func1", line('err = &ptrErr{"recovered"'), "*main.ptrErr", "new"],
  ["main.named", line("err = &otherErr{c: i}"), "*main.otherErr", "new"],
  ["main.deferred", line('e := &ptrErr{"inner"'), "*main.ptrErr", "new"],
  ["main.stores", line('h.last = &ptrErr{"field"'), "*main.ptrErr", "new"],
  ["main.stores", line("append(h.all, numErr("), "main.numErr", "convert"],
  ["main.stores", line('h.m["k"] = &otherErr'), "*main.otherErr", "new"],
  ["main.literal", line('return &holder{n: i, last: &ptrErr{"literal"'), "*main.ptrErr", "new"],
  ["main.storeAndReturn", line('err := &ptrErr{"both"'), "*main.ptrErr", "new"],
  ["main.passAndReturn", line('err := &ptrErr{"passed"'), "*main.ptrErr", "new"],
  ["main.two", line("func two("), "*main.ptrErr", "new"],
  ["main.two", line("func two("), "*main.ptrErr", "new"],
  ["main.argument", line('keep(h, &ptrErr{"argument"'), "*main.ptrErr", "new"],
  ["main.loop", line('&ptrErr{"loop"'), "*main.ptrErr", "new"],
  ["main.channel", line('c <- &ptrErr{"sent"'), "*main.ptrErr", "new"],
  ["main.closure.func1", line('&ptrErr{"closure"'), "*main.ptrErr", "new"],
];

const disassembler = new Disassembler();
afterAll(() => disassembler.free());

function codeAt(binary: GoBinary, pc: number): Code {
  const index = binary.functions.find(pc);
  const start = binary.functions.entry(index);
  return disassembler.decode(binary.image.bytes(start, binary.functions.end(index) - start)!, start);
}

/** The type that the allocation at `pc` is of, 0 if `pc` is none. */
function allocated(binary: GoBinary, pc: number): number {
  const code = codeAt(binary, pc);
  const i = indexOf(code, pc);
  if (
    code.flow[i] !== Flow.CALL ||
    binary.functions.find(code.target[i]!) !== binary.functions.byName("runtime.newobject")
  )
    return 0;
  for (let at = i - 1; at > i - 8; at--) {
    if (code.mnemonic[at] === Mnemonic.Lea && code.register[0][at] === Reg.RAX) return code.displacement[at]!;
  }
  return 0;
}

describe.each<[GoVersion, GoForm]>([
  ["1.20.14", "plain"],
  ["1.26.8", "plain"],
  ["1.26.8", "stripped"],
  ["1.26.8", "pie-stripped"],
  ["1.27.1", "stripped"],
])("sites of Go %s, %s", (go, form) => {
  let binary: GoBinary;
  let plan: SitePlan;
  let types: Map<number, number>;
  const typeName = (itab: number) => binary.types.get(types.get(itab)!)!.name;
  const inMain = (site: Site) => binary.functions.name(binary.functions.find(site.pc)).startsWith("main.");

  test("every error of main.go's own types has its site, and no other", { timeout: 120_000 }, () => {
    binary = readGoBinary(readFileSync(buildGo({ dir: "tests/go/forms", go, form })));
    plan = planSites(binary);
    types = itabTypes(binary.itabs);
    const uses = plan.sites.filter((site) => inMain(site) && site.op === "sentinel");
    expect(uses.map(({ origins }) => binary.functions.frames(origins[0]!.pc).at(-1)!.line)).toEqual([
      line('made("asserted", asserted(retPtrQuiet))'),
    ]);
    const found = plan.sites
      .filter((site) => inMain(site) && site.op !== "sentinel")
      .flatMap((site) =>
        site.origins.flatMap((origin): [string, number, string, string][] => {
          const frame = binary.functions.frames(origin.pc).at(-1)!;
          const name = typeName(origin.itab);
          return /^\*?main\.(ptr|other|val|num|str|empty|func)Err$/.test(name)
            ? [[frame.function, frame.line, name, site.op]]
            : [];
        }),
      );
    // the lines of these depend on where the compiler puts what paths have in common
    const certain = found.filter(([name]) => !/main\.(selected|sameType|filledLater|typedNil)$/.test(name));
    expect(certain.sort()).toEqual([...truth].sort());
    const names = new Set(found.map(([name]) => name));
    for (const name of ["selected", "sameType", "filledLater", "typedNil"])
      expect(names).toContain(`main.${name}`);
    expect(names).not.toContain("main.asserted");
  });

  test("a generic function's itab comes out of its dictionary", () => {
    const sites = plan.sites.filter((site) =>
      binary.functions.name(binary.functions.find(site.pc)).startsWith("main.genericApart["),
    );
    const made = sites.map((site) => [
      site.word0.kind,
      site.op,
      ...site.origins.map(({ itab }) => typeName(itab)),
    ]);
    expect(made.sort()).toEqual([
      ["reg", "new", "*main.genErr[int]"],
      ["reg", "new", "*main.genErr[string]"],
    ]);
  });

  test("only the conditional move shares its probe", () => {
    const shared = plan.sites.filter((site) => inMain(site) && site.shared);
    expect(shared.map((site) => binary.functions.name(binary.functions.find(site.pc)))).toEqual([
      "main.selected",
    ]);
    expect(shared[0]!.origins.map(({ itab }) => typeName(itab)).sort()).toEqual([
      "main.emptyErr",
      "main.strErr",
    ]);
  });

  test("at least 98 % of the references are resolved, and the rest is listed", () => {
    expect(plan.references).toBeGreaterThan(60);
    const { found, resolved } = plan.uses;
    expect(found).toBeGreaterThan(20);
    const { intoAny } = plan;
    const left = plan.references - plan.resolved + found - resolved + intoAny.found - intoAny.resolved;
    expect(left).toBe(plan.unresolved.length);
    expect(resolved / found).toBeGreaterThan(0.95);
    expect(plan.resolved / plan.references).toBeGreaterThan(0.95);
  });

  test("what was allocated is what the itab says", () => {
    let checked = 0;
    for (const { origins } of plan.sites) {
      for (const { pc, itab } of origins) {
        const allocation = allocated(binary, pc);
        const type = binary.types.get(types.get(itab)!)!;
        // a function value's object is its closure
        if (allocation === 0 || type.direct !== (type.kind === "ptr")) continue;
        // generic code allocates by shape
        if (binary.types.get(allocation)!.name.includes("go.shape.")) continue;
        expect(type.kind === "ptr" ? type.elem : type.address).toBe(allocation);
        checked++;
      }
    }
    // Go 1.27 allocates small objects by functions of their size class
    if (go !== "1.27.1") expect(checked).toBeGreaterThan(20);
  });

  test("each probe is on an instruction that can be probed, once, with its frame known", () => {
    const seen = new Set<number>();
    for (const site of plan.sites) {
      expect(seen.has(site.pc)).toBe(false);
      seen.add(site.pc);
      const code = codeAt(binary, site.pc);
      const i = indexOf(code, site.pc);
      const bytes = binary.image.bytes(site.pc, code.length[i]!)!;
      expect(probeOf(bytes)).toBe(site.emulated ? "emulated" : "stepped");
      expect(site.fileOffset).toBe(binary.image.fileOffset(site.pc));
      // behind the epilogue the return address is on top
      if (code.flow[i] === Flow.RETURN) expect(site.spDelta).toBe(0);
    }
  });

  test("one panic site, in gopanic behind its stack check, with the words of an any", () => {
    const panics = plan.sites.filter((site) => site.op === "panic");
    expect(panics.length).toBe(1);
    const [panic] = panics;
    expect(panic).toMatchObject({
      eface: true,
      consumer: "entry",
      word0: { kind: "reg", reg: Reg.RAX },
      word1: { kind: "reg", reg: Reg.RBX },
    });
    const gopanic = binary.functions.byName("runtime.gopanic");
    expect(binary.functions.find(panic!.pc)).toBe(gopanic);
    expect(panic!.pc).toBeGreaterThan(binary.functions.entry(gopanic));
    expect(panic!.emulated).toBe(true);
  });
});
