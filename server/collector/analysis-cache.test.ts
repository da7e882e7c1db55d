import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serialize } from "node:v8";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildGo } from "../../tests/support/index.ts";
import type { SitePlan } from "../binary/index.ts";
import { analyse } from "./analysis.ts";
import { AnalysisCache } from "./analysis-cache.ts";
import { cacheDir } from "./cache-dir.ts";
import { openShared } from "./shared-file.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "errscope-cache-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const program = () => readFileSync(buildGo({ dir: "tests/go/twelve", form: "stripped" }));

/** By value: the properties of sites that were unpacked are the prototype's. */
const plain = ({ sites, ...rest }: SitePlan): unknown => ({
  ...rest,
  sites: JSON.parse(JSON.stringify(sites)),
});

/** As if it were opened an hour later: not so shortly after it was written. */
function openedLater(path: string) {
  const file = openShared(path);
  return { ...file, status: { ...file.status, asked: file.status.asked + 3_600_000 } };
}

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
  expect(plain(again.plan)).toEqual(plain(made.plan));
  expect(again.errorTypes).toEqual(made.errorTypes);
  expect(again.facts).toEqual(made.facts);
  expect(again.derivations).toEqual(made.derivations);
  expect([...again.binary.types.values()].map((type) => type.name)).toEqual(
    [...made.binary.types.values()].map((type) => type.name),
  );
  const { pc } = made.plan.sites[0]!;
  expect(again.binary.functions.frames(pc)).toEqual(made.binary.functions.frames(pc));
});

test("what was analysed before needs no code; a file that isn't known is read whole", async () => {
  const path = join(dir, "program");
  writeFileSync(path, program());
  utimesSync(path, new Date(0), new Date(0));
  const cache = new AnalysisCache(dir);
  const unknown = openedLater(path);
  const { binary, plan } = await analyse(unknown.bytes, { ...unknown, cache });
  const known = openedLater(path);
  const again = await analyse(known.bytes, { ...known, cache });
  expect(plain(again.plan)).toEqual(plain(plan));
  const { unread } = known;
  const isCode = known.bytes.subarray(unread!.start, unread!.end);
  expect(isCode.every((byte) => byte === 0)).toBe(true);
  // code is asked for: it is read
  const { text } = binary.moduleData;
  expect(Buffer.compare(again.binary.image.bytes(text, 4096)!, binary.image.bytes(text, 4096)!)).toBe(0);
  expect(Buffer.compare(known.bytes, unknown.bytes)).toBe(0);
});

test("code that was written to meanwhile is not there; such a file isn't analysed", async () => {
  const path = join(dir, "program");
  writeFileSync(path, program());
  const cache = new AnalysisCache(dir);
  const first = openedLater(path);
  await analyse(first.bytes, { ...first, cache });
  const known = openedLater(path);
  const unknown = openedLater(path);
  const { binary } = await analyse(known.bytes, { ...known, cache });
  appendFileSync(path, "more");
  expect(binary.image.bytes(binary.moduleData.text, 16)).toBeNull();
  await expect(analyse(unknown.bytes, { ...unknown, cache: null })).rejects.toThrow("written to");
});

test("a file with another program's status is not taken for it: it has another build ID", async () => {
  const path = join(dir, "program");
  writeFileSync(path, program());
  const cache = new AnalysisCache(dir);
  const first = openedLater(path);
  await analyse(first.bytes, { ...first, cache });
  const bytes = readFileSync(buildGo({ dir: "tests/go/hops", form: "stripped" }));
  const { plan } = await analyse(bytes, { cache: null });
  const taken = await analyse(bytes, { cache, status: first.status });
  expect(plain(taken.plan)).toEqual(plain(plan));
  // and the index is put right
  const again = new Counted(dir);
  expect(plain((await analyse(bytes, { cache: again, status: first.status })).plan)).toEqual(plain(plan));
  expect(again.found).toBe(1);
});

test("what was left half written by a process that is gone is removed", async () => {
  const [old, young] = [join(dir, "0.errormap.1"), join(dir, "1.errormap.1")];
  writeFileSync(old, "half");
  writeFileSync(young, "half");
  utimesSync(old, new Date(0), new Date(0));
  await analyse(program(), { cache: new AnalysisCache(dir) });
  expect(readdirSync(dir).filter((name) => name.endsWith(".1"))).toEqual(["1.errormap.1"]);
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
    expect(plain((await analyse(bytes, { cache: new AnalysisCache(dir) })).plan)).toEqual(plain(made.plan));
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
  ["on three threads", { threads: 3 }],
  ["by threads that run out of memory, then get more", { heap: { maxOldGenerationSizeMb: 12 } }],
] as const)("the same is found %s", async (_, how) => {
  const bytes = program();
  const one = await analyse(bytes, { cache: null, threads: 1 });
  const other = await analyse(bytes, { cache: null, threads: 1, ...how });
  expect(plain(other.plan)).toEqual(plain(one.plan));
  expect(other.errorTypes).toEqual(one.errorTypes);
  expect(other.facts).toEqual(one.facts);
});
