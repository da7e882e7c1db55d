/**
 * Builds programs of our own and large ones that we didn't write, plain and stripped, compares what server/binary reads of
 * the stripped build with the linker's, the symbol table's and DWARF's account of the plain one, and writes the table of
 * docs/static-map.md.
 *
 *   npm run truth                      all, one after the other (an hour on two cores the first time)
 *   npm run truth -- caddy 1.26.8      only the programs and Go versions named; other rows of the table stay
 *
 * Differences go to standard error; exit status 1 if there are any.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildErrorMap, readGoBinary } from "../../../server/binary/index.ts";
import { groundTruth } from "../../support/groundtruth.ts";
import { buildDir, repoRoot } from "../../support/index.ts";
import { type CauseScore, compareCauses } from "./causes.ts";
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
import { build, goVersions, programs, type TruthProgram } from "./programs.ts";
import { type Row, tables } from "./table.ts";

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
    report(program, scores, causes);
    const classes: Record<string, number> = {};
    for (const { class: why } of plan.unresolved) {
      if (!why.startsWith("use of a sentinel")) classes[why] = (classes[why] ?? 0) + 1;
    }
    return {
      program: program.name,
      version: program.module?.split("@")[1] ?? "",
      go: program.go,
      megabytes: bytes.length / 2 ** 20,
      scores: Object.fromEntries(scores.map(([name, { differences: _, ...score }]) => [name, score])),
      causes: { types: causes.types, claimed: causes.claimed, checked: causes.checked, right: causes.right },
      unclaimed: causes.unclaimed,
      references: plan.references,
      resolved: plan.resolved,
      classes,
    };
  } finally {
    built.remove();
  }
}

function report(program: TruthProgram, scores: readonly [string, Score][], causes: CauseScore): void {
  const lines = scores.flatMap(([name, score]) => score.differences.map((text) => `${name}: ${text}`));
  lines.push(...causes.wrong.map((text) => `Unwrap: ${text}`));
  console.error(`${program.name}, go${program.go}: ${lines.length} differences`);
  for (const line of lines.slice(0, SHOWN)) console.error(`  ${line}`);
  if (lines.length > 0) process.exitCode = 1;
}

const asked = process.argv.slice(2);
const isGo = (text: string) => (goVersions as readonly string[]).includes(text);
const named = asked.filter((text) => !isGo(text));
const versions = asked.filter(isGo);
const chosen = programs.filter(
  ({ name, go }) =>
    (named.length === 0 || named.includes(name)) && (versions.length === 0 || versions.includes(go)),
);
if (chosen.length === 0) {
  console.error(`no such program; there are ${[...new Set(programs.map((one) => one.name))].join(", ")}`);
  process.exit(2);
}
mkdirSync(buildDir, { recursive: true });
const kept = join(buildDir, "truth.json");
const rows: Row[] = existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : [];
for (const program of chosen) {
  const row = await compare(program);
  const at = rows.findIndex((one) => one.program === row.program && one.go === row.go);
  if (at >= 0) rows[at] = row;
  else rows.push(row);
  writeFileSync(kept, JSON.stringify(rows));
}
const place = (row: Row) => programs.findIndex(({ name, go }) => name === row.program && go === row.go);
rows.sort((a, b) => place(a) - place(b));
writeFileSync(join(repoRoot, "docs/static-map.md"), tables(rows));
