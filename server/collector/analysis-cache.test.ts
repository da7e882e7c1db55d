import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serialize } from "node:v8";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildGo } from "../../tests/support/index.ts";
import { analyse } from "./analysis.ts";
import { AnalysisCache } from "./analysis-cache.ts";
import { cacheDir } from "./cache-dir.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "errscope-cache-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const program = () => readFileSync(buildGo({ dir: "tests/go/twelve", form: "stripped" }));

/** Counts what was found in it. */
class Counted extends AnalysisCache {
  found = 0;
  override get(key: string) {
    const plain = super.get(key);
    if (plain) this.found++;
    return plain;
  }
}

test("an executable that was analysed before gives the same map from the cache", async () => {
  const bytes = program();
  const first = new Counted(dir);
  const made = await analyse(bytes, { cache: first });
  expect([first.found, readdirSync(dir).length]).toEqual([0, 1]);
  const second = new Counted(dir);
  const again = await analyse(bytes, { cache: second });
  expect([second.found, readdirSync(dir).length]).toEqual([1, 1]);
  expect(again.plan).toEqual(made.plan);
  expect(again.errorTypes).toEqual(made.errorTypes);
  expect(again.facts).toEqual(made.facts);
  expect(again.derivations).toEqual(made.derivations);
  expect([...again.binary.types.values()].map((type) => type.name)).toEqual(
    [...made.binary.types.values()].map((type) => type.name),
  );
  const { pc } = made.plan.sites[0]!;
  expect(again.binary.functions.frames(pc)).toEqual(made.binary.functions.frames(pc));
});

test("one byte of difference is another executable", () => {
  const bytes = program();
  const other = Uint8Array.from(bytes);
  other[other.length - 1]! ^= 1;
  const cache = new AnalysisCache(dir);
  expect(cache.keyOf(other)).not.toBe(cache.keyOf(bytes));
});

test("a result that was cut short or isn't one is made anew", async () => {
  const bytes = program();
  const made = await analyse(bytes, { cache: new AnalysisCache(dir) });
  const file = join(dir, readdirSync(dir)[0]!);
  // the last is a result of something else
  for (const damaged of [
    readFileSync(file).subarray(0, 1000),
    Buffer.from("not a result"),
    serialize({ sites: 1 }),
  ]) {
    writeFileSync(file, damaged);
    expect((await analyse(bytes, { cache: new AnalysisCache(dir) })).plan).toEqual(made.plan);
    expect(readFileSync(file).length).toBeGreaterThan(1000);
  }
});

test("a folder that others can write to is not used", () => {
  const before = process.env.XDG_CACHE_HOME;
  process.env.XDG_CACHE_HOME = dir;
  try {
    expect(cacheDir()).toBe(join(dir, "errscope"));
    chmodSync(join(dir, "errscope"), 0o777);
    expect(cacheDir()).toBeNull();
  } finally {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
  }
});

test("other return hops are another question", () => {
  const bytes = program();
  const cache = new AnalysisCache(dir);
  expect(cache.keyOf(bytes, [/^os$/])).not.toBe(cache.keyOf(bytes));
});

test.each([
  ["on two threads", { threads: 2 }],
  ["by threads that run out of memory, then get more", { heap: { maxOldGenerationSizeMb: 12 } }],
] as const)("the same is found %s", async (_, how) => {
  const bytes = program();
  const one = await analyse(bytes, { cache: null, threads: 1 });
  const other = await analyse(bytes, { cache: null, threads: 1, ...how });
  expect(other.plan).toEqual(one.plan);
  expect(other.errorTypes).toEqual(one.errorTypes);
  expect(other.facts).toEqual(one.facts);
});
