import { execFileSync } from "node:child_process";
import { cachedDataVersionTag } from "node:v8";
import { expect, test } from "vitest";
import { TIERS, takeFastCompiler } from "./compiler-tiers.ts";

test.each(TIERS)("in place of %s, this Node's V8 has %s by itself, which is set again", (wanted, usual) => {
  const options = execFileSync(process.execPath, ["--v8-options"], { encoding: "utf8" });
  const defaults = [...options.matchAll(/default: (--\S+)/g)].map(([, flag]) => flag!.replaceAll('"', ""));
  expect(defaults).toContain(usual);
  const name = (flag: string) => flag.replace(/^--(no-)?/, "").replace(/=.*/, "");
  expect(name(wanted)).toBe(name(usual));
});

test("the flags are set while one analysis or another runs, and then as they were", () => {
  // a number of V8's version and flags
  const usual = cachedDataVersionTag();
  const [first, second] = [takeFastCompiler(), takeFastCompiler()];
  const fast = cachedDataVersionTag();
  expect(fast).not.toBe(usual);
  first();
  first();
  expect(cachedDataVersionTag()).toBe(fast);
  second();
  expect(cachedDataVersionTag()).toBe(usual);
  const third = takeFastCompiler();
  expect(cachedDataVersionTag()).toBe(fast);
  third();
  expect(cachedDataVersionTag()).toBe(usual);
});
