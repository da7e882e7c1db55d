import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildDir, buildGo } from "./go.ts";

const ended = spawnSync("true").pid;

test.each([
  ["of a process that is gone", `${ended}`, 0],
  ["of a process that was killed before it wrote its number", "", 10],
  ["of another process that has its number by now", `${process.ppid}`, 3600],
])("a lock that was left behind, %s, holds up nobody", (what, owner, seconds) => {
  const lock = join(buildDir, "go-bin/.lock-1-26-8-plain-left-behind");
  mkdirSync(join(lock, ".."), { recursive: true });
  writeFileSync(lock, owner);
  const then = new Date(Date.now() - seconds * 1000);
  utimesSync(lock, then, then);
  // built anew each time
  const tag = `x${process.pid}${what.length}`;
  const program = buildGo({ dir: "tests/go/twelve", tags: [tag], env: { LEFT: "left-behind" } });
  expect([existsSync(program), existsSync(lock)]).toEqual([true, false]);
  rmSync(join(program, ".."), { recursive: true });
});
