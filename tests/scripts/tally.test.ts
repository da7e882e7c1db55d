import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tempDir } from "../support/index.ts";
import { tally } from "./tally.ts";

function reports(files: Record<string, unknown>): string {
  const dir = tempDir("tally");
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(dir, name), JSON.stringify(content));
  return dir;
}
const file = (name: string, message: string, assertionResults: unknown[] = []) => ({
  name: join(process.cwd(), name),
  status: "failed",
  message,
  assertionResults,
});
const unloaded = file("a.test.ts", "SyntaxError: no\n    at line 3");
const report = (
  numPassedTests: number,
  numFailedTests: number,
  numPendingTests = 0,
  files: unknown[] = [],
) => ({
  numPassedTests,
  numFailedTests,
  numPendingTests,
  numTodoTests: 0,
  testResults: files,
});

describe("tally", () => {
  test("adds the suites' tests and one for each other stage", () => {
    const dir = reports({
      "types.status": 0,
      "unit.status": 0,
      "unit.json": report(40, 0, 2),
      "e2e.status": 0,
      "e2e.json": report(7, 0),
    });
    expect(tally(dir)).toEqual({ passed: 48, failed: 0, skipped: 2, failures: [], what: [] });
  });

  test("a suite that failed without a failed test is one failure", () => {
    const dir = reports({ "unit.status": 1, "unit.json": report(3, 0), "e2e.status": 124 });
    expect(tally(dir)).toEqual({
      passed: 3,
      failed: 2,
      skipped: 0,
      failures: ["e2e (exit status 124)", "unit (exit status 1)"],
      what: [],
    });
  });

  test("failed tests are counted once", () => {
    const dir = reports({ "lint.status": 1, "unit.status": 1, "unit.json": report(3, 2) });
    expect(tally(dir)).toEqual({
      passed: 3,
      failed: 3,
      skipped: 0,
      failures: ["lint (exit status 1)", "unit (2 failures)"],
      what: [],
    });
  });

  test("a file that doesn't load counts beside failed tests", () => {
    const dir = reports({ "unit.status": 1, "unit.json": report(3, 2, 0, [unloaded, unloaded]) });
    expect(tally(dir)).toMatchObject({ passed: 3, failed: 4, failures: ["unit (4 failures)"] });
  });

  test("what failed is named, with the first line of why", () => {
    const failed = { status: "failed", fullName: "sum adds", failureMessages: ["Error: 3 is not 4\n    at"] };
    const passed = { status: "passed", fullName: "sum is there", failureMessages: [] };
    const files = [unloaded, file("server/b.test.ts", "", [passed, failed])];
    const dir = reports({ "unit.status": 1, "unit.json": report(1, 1, 0, files) });
    expect(tally(dir).what).toEqual([
      "unit: a.test.ts: SyntaxError: no",
      "unit: server/b.test.ts: sum adds: Error: 3 is not 4",
    ]);
  });

  test("no stage at all is a failure", () => {
    expect(tally(reports({}))).toMatchObject({ passed: 0, failed: 1 });
  });
});
