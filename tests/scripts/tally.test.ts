import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildDir, repoRoot, tempDir } from "../support/index.ts";
import type { Progress } from "./progress-reporter.ts";
import { tally } from "./tally.ts";

function reports(files: Record<string, number | Progress[]>): string {
  const dir = tempDir("tally");
  for (const [name, content] of Object.entries(files))
    writeFileSync(
      join(dir, name),
      typeof content === "number" ? `${content}\n` : content.map((p) => `${JSON.stringify(p)}\n`).join(""),
    );
  return dir;
}
const begun = (test: string, file = "a.test.ts"): Progress => ({ file, test, state: "begun" });
const passed = (test: string): Progress => ({ file: "a.test.ts", test, state: "passed" });
const skipped = (test: string): Progress => ({ file: "a.test.ts", test, state: "skipped" });
const failed = (test: string, why: string): Progress => ({ file: "a.test.ts", test, state: "failed", why });
const unloaded = failed("", "SyntaxError: no");

describe("tally", () => {
  test("adds the suites' tests and one for each other stage", () => {
    const dir = reports({
      "types.status": 0,
      "unit.status": 0,
      "unit.ndjson": [begun(""), begun("one"), passed("one"), skipped("two"), passed("three"), passed("")],
      "e2e.status": 0,
      "e2e.ndjson": [passed("four")],
    });
    expect(tally(dir)).toEqual({ passed: 4, failed: 0, skipped: 1, failures: [], what: [] });
  });

  test("a suite that failed without a failed test is one failure", () => {
    const dir = reports({ "unit.status": 1, "unit.ndjson": [passed("one")], "lint.status": 1 });
    expect(tally(dir)).toEqual({
      passed: 1,
      failed: 2,
      skipped: 0,
      failures: ["lint (exit status 1)", "unit (exit status 1)"],
      what: [],
    });
  });

  test("what failed is counted once and named, with why; a file that doesn't load counts beside tests", () => {
    const dir = reports({
      "unit.status": 1,
      "unit.ndjson": [passed("one"), failed("two", "Error: 3 is not 4"), unloaded],
    });
    expect(tally(dir)).toEqual({
      passed: 1,
      failed: 2,
      skipped: 0,
      failures: ["unit (2 failures)"],
      what: ["unit: a.test.ts: two: Error: 3 is not 4", "unit: a.test.ts: SyntaxError: no"],
    });
  });

  test.each([124, 137])(
    "a suite that was stopped (%i) keeps what it did and names what it was at",
    (status) => {
      const progress = [begun(""), begun("one"), passed("one"), begun("two"), begun("", "b.test.ts")];
      const dir = reports({
        "e2e.status": status,
        "e2e.ndjson": [...progress, failed("three", "Error: no")],
      });
      writeFileSync(join(dir, "e2e.ndjson"), '{"file":"a.te', { flag: "a" });
      expect(tally(dir)).toEqual({
        passed: 1,
        failed: 2,
        skipped: 0,
        failures: [`e2e (exit status ${status})`],
        what: [
          "e2e: a.test.ts: three: Error: no",
          "e2e: a.test.ts: two: stopped while it ran",
          "e2e: b.test.ts: stopped while it ran",
        ],
      });
    },
  );

  test("no stage at all is a failure", () => {
    expect(tally(reports({}))).toMatchObject({ passed: 0, failed: 1 });
  });
});

test("what vitest runs is noted: tests, hooks and files that fail, tests that are skipped", () => {
  // vitest must be found from there
  const dir = mkdtempSync(join(buildDir, "progress-"));
  try {
    writeFileSync(
      join(dir, "some.test.ts"),
      `import { beforeAll, describe, expect, test } from "vitest";
       test("passes", () => expect(1).toBe(1));
       test("fails", () => expect(1).toBe(2));
       test.skip("is skipped", () => {});
       describe("a hook", () => { beforeAll(() => { throw new Error("no server"); }); test("needs it", () => {}); });`,
    );
    writeFileSync(join(dir, "unloaded.test.ts"), 'import "./nowhere.ts";');
    writeFileSync(join(dir, "vitest.config.ts"), "export default {};");
    const noted = join(dir, "unit.ndjson");
    const reporter = join(repoRoot, "tests/scripts/progress-reporter.ts");
    const vitest = join(repoRoot, "node_modules/vitest/vitest.mjs");
    const { status } = spawnSync(process.execPath, [vitest, "run", "--root", dir, `--reporter=${reporter}`], {
      env: { ...process.env, PROGRESS: noted },
    });
    writeFileSync(join(dir, "unit.status"), `${status}\n`);

    const sum = tally(dir);
    expect(sum).toMatchObject({ passed: 1, failed: 3, failures: ["unit (3 failures)"] });
    expect(sum.what.sort()).toEqual([
      "unit: some.test.ts: a hook: no server",
      "unit: some.test.ts: fails: expected 1 to be 2 // Object.is equality",
      expect.stringMatching(/^unit: unloaded\.test\.ts: .*nowhere/),
    ]);
    const states = readFileSync(noted, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    expect(states).toContainEqual({ file: "some.test.ts", test: "is skipped", state: "skipped" });
    expect(states).toContainEqual({ file: "some.test.ts", test: "passes", state: "begun" });
  } finally {
    rmSync(dir, { recursive: true });
  }
});
