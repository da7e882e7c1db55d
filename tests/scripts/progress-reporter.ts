/**
 * Reporter of vitest that notes at once what begins and how it ends, a line of JSON each, in the file that $PROGRESS names:
 * what a run did is known though it is stopped before its end. `tally.ts` reads it.
 */
import { appendFileSync, writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule, TestSuite } from "vitest/node";

export interface Progress {
  /** Relative to the repository's root. */
  file: string;
  /** With the suites that it is in; "" for the file as a whole. */
  test: string;
  /** `begun` is followed by another state, unless the run was stopped. */
  state: "begun" | "passed" | "failed" | "skipped";
  /** First line of why it failed. */
  why?: string;
}

export default class ProgressReporter implements Reporter {
  readonly #path = process.env.PROGRESS;

  onInit(): void {
    if (this.#path) writeFileSync(this.#path, "");
  }
  onTestModuleStart(module: TestModule): void {
    this.#note({ file: module.relativeModuleId, test: "", state: "begun" });
  }
  onTestModuleEnd(module: TestModule): void {
    const state = module.errors().length > 0 ? "failed" : "passed";
    this.#note({ file: module.relativeModuleId, test: "", state, ...why(module.errors()) });
  }
  onTestSuiteResult(suite: TestSuite): void {
    // a hook of all its tests; what a single test throws is that test's
    if (suite.errors().length > 0)
      this.#note({
        file: suite.module.relativeModuleId,
        test: suite.fullName,
        state: "failed",
        ...why(suite.errors()),
      });
  }
  onTestCaseReady(test: TestCase): void {
    this.#note({ file: test.module.relativeModuleId, test: test.fullName, state: "begun" });
  }
  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result();
    if (state !== "pending")
      this.#note({ file: test.module.relativeModuleId, test: test.fullName, state, ...why(errors ?? []) });
  }

  #note(progress: Progress): void {
    if (this.#path) appendFileSync(this.#path, `${JSON.stringify(progress)}\n`);
  }
}

const why = (errors: readonly { message: string }[]) =>
  errors[0] === undefined ? {} : { why: errors[0].message.split("\n", 1)[0]! };
