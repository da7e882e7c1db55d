/**
 * Sums the reports that test.sh left in a folder: `NAME.status` holds a stage's exit status, `NAME.ndjson` what
 * `progress-reporter.ts` noted where the stage was a suite of vitest. Ends with one line, and with 1 if anything failed.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Progress } from "./progress-reporter.ts";

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** Stages that failed, with why. */
  failures: string[];
  /** Tests and files that failed, with the first line of why, and what a stage that was stopped was at: a log's end alone must tell. */
  what: string[];
}

/** What `timeout` exits with after it ended a program, asked to or by force. */
const STOPPED = new Set([124, 137]);

/** A suite that failed in no test (a crash, a time-out) counts as one failure, and so does a file that doesn't load. */
export function tally(dir: string): Tally {
  const sum: Tally = { passed: 0, failed: 0, skipped: 0, failures: [], what: [] };
  const stages = readdirSync(dir)
    .filter((name) => name.endsWith(".status"))
    .map((name) => name.slice(0, -".status".length))
    .sort();
  for (const stage of stages) {
    const status = Number(readFileSync(join(dir, `${stage}.status`), "utf8"));
    const noted = join(dir, `${stage}.ndjson`);
    const suite = existsSync(noted) ? suiteOf(readFileSync(noted, "utf8")) : null;
    const stopped = STOPPED.has(status);
    const failed = suite?.failed.length ?? 0;
    sum.passed += suite ? suite.passed : status === 0 ? 1 : 0;
    sum.skipped += suite?.skipped ?? 0;
    sum.failed += failed + (status !== 0 && (failed === 0 || stopped) ? 1 : 0);
    if (status !== 0)
      sum.failures.push(
        `${stage} (${failed > 0 && !stopped ? `${failed} failures` : `exit status ${status}`})`,
      );
    for (const { file, test, why } of suite?.failed ?? [])
      sum.what.push(`${[stage, file, test].filter(Boolean).join(": ")}: ${why ?? ""}`);
    if (stopped)
      for (const { file, test } of suite?.begun ?? [])
        sum.what.push(`${[stage, file, test].filter(Boolean).join(": ")}: stopped while it ran`);
  }
  if (stages.length === 0) {
    sum.failed += 1;
    sum.failures.push("no stage ran");
  }
  return sum;
}

interface Suite {
  passed: number;
  skipped: number;
  failed: Progress[];
  /** Begun and not ended: the tests, or the files where no test is. */
  begun: Progress[];
}

function suiteOf(ndjson: string): Suite {
  const suite: Suite = { passed: 0, skipped: 0, failed: [], begun: [] };
  const begun = new Map<string, Progress>();
  // what a stage that was stopped wrote last may be cut
  for (const line of ndjson.split("\n").slice(0, -1)) {
    const noted = JSON.parse(line) as Progress;
    const { file, test, state } = noted;
    if (state === "begun") begun.set(`${file}\0${test}`, noted);
    else begun.delete(`${file}\0${test}`);
    if (state === "failed") suite.failed.push(noted);
    else if (test !== "" && state === "passed") suite.passed += 1;
    else if (state === "skipped") suite.skipped += 1;
  }
  const left = [...begun.values()];
  suite.begun = left.filter(({ file, test }) => test !== "" || !left.some((t) => t.file === file && t.test));
  return suite;
}

if (import.meta.main) {
  const sum = tally(process.argv[2] ?? ".build/reports");
  if (sum.failures.length > 0) console.log(`failed: ${sum.failures.join(", ")}`);
  for (const line of sum.what) console.log(`  ${line}`);
  const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : "";
  console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`);
  process.exitCode = sum.failed > 0 ? 1 : 0;
}
