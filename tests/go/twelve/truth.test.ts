/** The hand-written truth against Go's own word: %T, Error() and errors.Unwrap of each value, from a build with `-tags dump`. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { buildGo, type ChainTruth, goForms } from "../../support/index.ts";
import { errors, panics, status } from "./truth.ts";

test("types, messages and chains are what Go says", () => {
  const dumped = spawnSync(buildGo({ dir: "tests/go/twelve", tags: ["dump"] }), { encoding: "utf8" });
  const values = JSON.parse(dumped.stdout) as ChainTruth[];
  expect(values.slice(0, 12)).toEqual(
    errors.map(({ type, message, causes }) => ({ type, message, ...(causes ? { causes } : {}) })),
  );
  expect(values.slice(12)).toEqual(
    panics.map((truth) => ("error" in truth ? truth.error : { type: truth.type, message: truth.text })),
  );
});

test.each(goForms)("%s ends with its status and prints nothing", (form) => {
  const result = spawnSync(buildGo({ dir: "tests/go/twelve", form }), { encoding: "utf8" });
  expect(result).toMatchObject({ status, stdout: "", stderr: "" });
});
