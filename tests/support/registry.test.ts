import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tempDir } from "./program.ts";
import { fetching, fetchingSync } from "./registry.ts";

/** A client that stalls at its first run and notes each. */
const stallsOnce = ["sh", "-c", "echo run >>runs; [ $(wc -l <runs) -gt 1 ] || sleep 600 & wait"];
const stalls = ["sh", "-c", "sleep 600 & wait"];
const fails = ["sh", "-c", "echo run >>runs; echo no such package >&2; exit 3"];
const runsIn = (dir: string) => readFileSync(join(dir, "runs"), "utf8").split("\n").length - 1;

test("one that stalls is ended, with all that it started, and tried again", async () => {
  for (const fetch of [fetching, fetchingSync]) {
    const cwd = tempDir("registry");
    // the second run is given time enough on a busy machine
    await fetch(stallsOnce, { cwd, seconds: 4 });
    expect(runsIn(cwd)).toBe(2);
  }
});

test("one that stalls each time is told as that, with the command and the time", async () => {
  const cwd = tempDir("registry");
  await expect(fetching(stalls, { cwd, seconds: 1 })).rejects.toThrow(
    /^sh -c sleep 600 & wait wasn't done after 1 s, 2 times/,
  );
  expect(() => fetchingSync(stalls, { cwd, seconds: 1 })).toThrow(/wasn't done after 1 s, 2 times/);
});

test("one that fails is told with what it says; a build isn't made again for that", async () => {
  const cwd = tempDir("registry");
  await expect(fetching(fails, { cwd, seconds: 60 })).rejects.toThrow(/failed, 2 times:\nno such package/);
  expect(runsIn(cwd)).toBe(2);
  expect(() => fetchingSync(fails, { cwd, seconds: 60 })).toThrow(/exit 3 failed:\nno such package/);
  expect(runsIn(cwd)).toBe(3);
});
