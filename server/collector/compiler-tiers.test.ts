import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { TIERS } from "./compiler-tiers.ts";

test.each(TIERS)("in place of %s, this Node's V8 has %s by itself, which is set again", (wanted, usual) => {
  const options = execFileSync(process.execPath, ["--v8-options"], { encoding: "utf8" });
  const defaults = [...options.matchAll(/default: (--\S+)/g)].map(([, flag]) => flag!.replaceAll('"', ""));
  expect(defaults).toContain(usual);
  const name = (flag: string) => flag.replace(/^--(no-)?/, "").replace(/=.*/, "");
  expect(name(wanted)).toBe(name(usual));
});
