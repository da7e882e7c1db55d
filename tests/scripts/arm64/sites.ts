/**
 * The sites of programs that we didn't write, in amd64's code and in arm64's of the same source (Go 1.26.8): the rows of
 * docs/arm64.md on standard output; which sites, and functions that return an error, are in one only, on standard error.
 *
 *   node tests/scripts/arm64/sites.ts PROGRAM…     names of `npm run truth`'s
 */
import { mkdirSync, readFileSync } from "node:fs";
import {
  buildErrorMap,
  type ErrorMap,
  functionsReturningError,
  readGoBinary,
} from "../../../server/binary/index.ts";
import { buildDir } from "../../support/index.ts";
import { difference, siteLines } from "../../support/site-lines.ts";
import { build, programs, type TruthProgram } from "../truth/programs.ts";

function mapOf(program: TruthProgram): ErrorMap {
  const built = build(program);
  try {
    return buildErrorMap(readGoBinary(readFileSync(built.stripped)));
  } finally {
    built.remove();
  }
}

const namesOf = ({ functions }: ErrorMap["binary"]): Set<string> =>
  new Set(Array.from({ length: functions.count }, (_, i) => functions.name(i)));
const returningIn = (map: ErrorMap): Set<string> =>
  new Set(functionsReturningError(map).map(({ index }) => map.binary.functions.name(index)));

mkdirSync(buildDir, { recursive: true });
for (const name of process.argv.slice(2)) {
  const program = programs.find((one) => one.name === name && one.go === "1.26.8");
  if (!program) throw new Error(`npm run truth has no program ${name}`);
  const maps = { amd64: mapOf({ ...program, arch: "amd64" }), arm64: mapOf({ ...program, arch: "arm64" }) };
  const [amd64, arm64] = [siteLines(maps.amd64), siteLines(maps.arm64)];
  const [ours, theirs] = [namesOf(maps.amd64.binary), namesOf(maps.arm64.binary)];
  const inBoth = (line: string) => {
    const owner = line.split(" ")[1]!;
    return ours.has(owner) && theirs.has(owner);
  };
  const onlyAmd64 = difference(amd64, arm64).filter(inBoth);
  const onlyArm64 = difference(arm64, amd64).filter(inBoth);
  const resolved = ({ plan }: ErrorMap) =>
    `${plan.resolved.toLocaleString("en-US")} of ${plan.references.toLocaleString("en-US")}`;
  const same = [...amd64].filter((line) => arm64.has(line)).length;
  const cells = [
    [name, program.module?.split("@")[1]].filter(Boolean).join(" "),
    same.toLocaleString("en-US"),
    onlyAmd64.length,
    onlyArm64.length,
    resolved(maps.amd64),
    resolved(maps.arm64),
  ];
  console.log(`| ${cells.join(" | ")} |`);
  for (const line of onlyAmd64) console.error(`only amd64: ${line}`);
  for (const line of onlyArm64) console.error(`only arm64: ${line}`);
  const [a, b] = [returningIn(maps.amd64), returningIn(maps.arm64)];
  console.error(
    `return an error: ${a.size} in amd64's code, ${b.size} in arm64's, ${a.size - difference(a, b).length} in both`,
  );
}
