/**
 * Builds programs of our own and large ones that we didn't write, plain and stripped, compares what server/binary reads of
 * the stripped build with the linker's, the symbol table's and DWARF's account of the plain one, and writes the table of
 * docs/static-map.md.
 *
 *   npm run truth                      all, one after the other (an hour on two cores the first time)
 *   npm run truth -- caddy 1.26.8      only the programs, Go versions and architectures named; other rows of the table stay
 *
 * Differences go to standard error; exit status 1 if there are any.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { buildErrorMap, readGoBinary } from "../../../server/binary/index.ts";
import { groundTruth } from "../../support/groundtruth.ts";
import { buildDir } from "../../support/index.ts";
import { compareCauses } from "./causes.ts";
import {
  compareErrorTypes,
  compareFields,
  compareFunctions,
  compareItabs,
  compareTypes,
  errorObjects,
  type Score,
} from "./compare.ts";
import { readLinked } from "./linked.ts";
import { compareMessages } from "./messages.ts";
import { build, goVersions, programs, type TruthProgram } from "./programs.ts";
import { countReferences, wrongCounts } from "./references.ts";
import { compareReturning } from "./returning.ts";
import { keep } from "./rows.ts";
import type { Row } from "./table.ts";

const SHOWN = 20;

async function compare(program: TruthProgram): Promise<Row> {
  const built = build(program);
  try {
    const linked = await readLinked(built.dependencies);
    const truth = groundTruth(built.plain, [], built);
    const bytes = readFileSync(built.stripped);
    const map = buildErrorMap(readGoBinary(bytes));
    const { binary, plan } = map;
    const scores: [string, Score][] = [
      ["functions", compareFunctions(binary, truth)],
      ["types", compareTypes(binary, truth, linked)],
      ["fields", compareFields(binary, truth)],
      ["error types", compareErrorTypes(map, truth, linked)],
      ["their fields", compareFields(binary, truth, errorObjects(map))],
      ["itabs", compareItabs(binary, linked)],
    ];
    const causes = compareCauses(map, truth);
    const { wrong: notReturning, ...returning } = compareReturning(built, map, truth);
    const { wrong, ...messages } = compareMessages(program, built, map);
    const count = countReferences(plan);
    report(program, scores, [
      ...wrongCounts(count),
      ...causes.wrong.map((text) => `Unwrap: ${text}`),
      ...wrong.map((text) => `message: ${text}`),
      ...notReturning.map((text) => `returning: ${text}`),
    ]);
    return {
      program: program.name,
      version: program.module?.split("@")[1] ?? "",
      go: program.go,
      arch: program.arch,
      megabytes: bytes.length / 2 ** 20,
      scores: Object.fromEntries(scores.map(([name, { differences: _, ...score }]) => [name, score])),
      causes: { types: causes.types, claimed: causes.claimed, checked: causes.checked, right: causes.right },
      unclaimed: causes.unclaimed,
      messages,
      returning,
      ...count,
    };
  } finally {
    built.remove();
  }
}

function report(program: TruthProgram, scores: readonly [string, Score][], others: readonly string[]): void {
  const lines = scores.flatMap(([name, score]) => score.differences.map((text) => `${name}: ${text}`));
  lines.push(...others);
  console.error(`${program.name}, go${program.go}, ${program.arch}: ${lines.length} differences`);
  for (const line of lines.slice(0, SHOWN)) console.error(`  ${line}`);
  if (lines.length > 0) process.exitCode = 1;
}

const asked = process.argv.slice(2);
const isGo = (text: string) => (goVersions as readonly string[]).includes(text);
const isArch = (text: string) => text === "amd64" || text === "arm64";
const named = asked.filter((text) => !isGo(text) && !isArch(text));
const architectures = asked.filter(isArch);
const versions = asked.filter(isGo);
const chosen = programs.filter(
  ({ name, go, arch }) =>
    (named.length === 0 || named.includes(name)) &&
    (versions.length === 0 || versions.includes(go)) &&
    (architectures.length === 0 || architectures.includes(arch)),
);
if (chosen.length === 0) {
  console.error(`no such program; there are ${[...new Set(programs.map((one) => one.name))].join(", ")}`);
  process.exit(2);
}
mkdirSync(buildDir, { recursive: true });
for (const program of chosen) keep(await compare(program));
