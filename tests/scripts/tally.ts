/**
 * Sums the reports that test.sh left in a folder: `NAME.status` holds a stage's exit status, `NAME.json` vitest's report
 * where the stage was one of its suites. Prints one line and exits with 1 if anything failed.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** Stages that failed, with why. */
  failures: string[];
  /** Tests and files that failed, with the first line of why: a log's end alone must tell. */
  what: string[];
}

/** Fields of vitest's JSON report that are read here. */
interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  /** One a file; a file that doesn't load has failed without a test. */
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

function failedOf(stage: string, { testResults }: VitestReport): string[] {
  const line = (file: string, test: string, why = "") =>
    `${stage}: ${[relative(process.cwd(), file), test].filter(Boolean).join(": ")}: ${why.split("\n", 1)}`;
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    if (status === "failed" && assertionResults.length === 0) return [line(name, "", message)];
    const failed = assertionResults.filter((test) => test.status === "failed");
    return failed.map(({ fullName, failureMessages }) => line(name, fullName, failureMessages[0]));
  });
}

/** A file that doesn't load counts as one failure, and so does a suite that failed in no test (a crash, a time-out). */
export function tally(dir: string): Tally {
  const sum: Tally = { passed: 0, failed: 0, skipped: 0, failures: [], what: [] };
  const stages = readdirSync(dir)
    .filter((name) => name.endsWith(".status"))
    .map((name) => name.slice(0, -".status".length))
    .sort();
  for (const stage of stages) {
    const status = Number(readFileSync(join(dir, `${stage}.status`), "utf8"));
    const reportFile = join(dir, `${stage}.json`);
    const report = existsSync(reportFile)
      ? (JSON.parse(readFileSync(reportFile, "utf8")) as VitestReport)
      : null;
    sum.passed += report ? report.numPassedTests : status === 0 ? 1 : 0;
    sum.skipped += report ? report.numPendingTests + report.numTodoTests : 0;
    const unloaded = report?.testResults.filter(
      (f) => f.status === "failed" && f.assertionResults.length === 0,
    );
    const failed = (report?.numFailedTests ?? 0) + (unloaded?.length ?? 0);
    sum.failed += status !== 0 && failed === 0 ? 1 : failed;
    if (report) sum.what.push(...failedOf(stage, report));
    if (status !== 0)
      sum.failures.push(`${stage} (${failed > 0 ? `${failed} failures` : `exit status ${status}`})`);
  }
  if (stages.length === 0) {
    sum.failed += 1;
    sum.failures.push("no stage ran");
  }
  return sum;
}

if (import.meta.main) {
  const sum = tally(process.argv[2] ?? ".build/reports");
  if (sum.failures.length > 0) console.log(`failed: ${sum.failures.join(", ")}`);
  for (const line of sum.what) console.log(`  ${line}`);
  const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : "";
  console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`);
  process.exitCode = sum.failed > 0 ? 1 : 0;
}
