/**
 * Messages that were read from a program's machine code, against what the program itself prints: a second program is
 * built inside the first one's module, which imports the packages of its error types, makes values of each by reflection
 * (tests/go/messages/fill.go) and prints what Error() returns. What is claimed of that program's types must be equal.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type ErrorMap,
  type ErrorType,
  errorTypesOf,
  type MessageInfo,
  Messages,
  readGoBinary,
  renderMessage,
} from "../../../server/binary/index.ts";
import { buildDir, goCommand, repoRoot } from "../../support/index.ts";
import { type PrintedError, readerOf, recordsOf } from "../../support/printed-errors.ts";
import type { TruthBuild, TruthProgram } from "./programs.ts";

export interface MessageScore {
  /** Error types that aren't the standard library's. */
  types: number;
  /** Those of which every text that Error() can return is understood, and those of which only some are. */
  known: number;
  partly: number;
  /** Types of which values were made, and those of them of which some text was claimed. */
  tried: number;
  checked: number;
  /** Values with a claimed text, and those of them where the program printed the same. */
  values: number;
  equal: number;
  wrong: string[];
  /** Types that the program ended at. */
  crashed: number;
  /** Why messages aren't known, or not wholly, with the number of types. */
  reasons: Record<string, number>;
}

const isStandard = (path: string): boolean => path !== "main" && !path.split("/")[0]!.includes(".");

/** What is claimed of the program's types, and whether it is what values of them say. */
export function compareMessages(program: TruthProgram, built: TruthBuild, map: ErrorMap): MessageScore {
  const custom = map.errorTypes.filter((type) => !isStandard(type.pkgPath));
  const score: MessageScore = {
    types: custom.length,
    known: custom.filter(({ message }) => isWhole(message)).length,
    partly: custom.filter(({ message }) => message.kind !== "unresolved" && !isWhole(message)).length,
    tried: 0, checked: 0, values: 0, equal: 0, wrong: [], crashed: 0,
    reasons: reasonsOf(custom),
  }; // biome-ignore format: a record
  const own = program.name === "tests/go/messages";
  if (!program.module && !own) return score;
  const file = own ? built.stripped : buildPrinter(program, built, custom);
  const { records, crashed } = own ? { records: runOnce(file, []).records, crashed: 0 } : runAll(file);
  score.crashed = crashed;
  compare(file, records, score);
  return score;
}

function reasonsOf(types: readonly ErrorType[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { message } of types) {
    const gaps = message.kind === "template" ? message.template.gaps : [];
    for (const reason of message.kind === "unresolved" ? [message.reason] : gaps) {
      // in which function, and at which offset, is another matter
      const kind = reason.replace(/, in \S+$/, "").replace(/ at offset \d+/, "");
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
  }
  return counts;
}

const isWhole = (message: MessageInfo): boolean =>
  message.kind === "field" ||
  (message.kind === "template" && message.template.gaps.every((gap) => LONG_LIST.test(gap)));

/** Lists are followed so far: that counts as known. */
const LONG_LIST = /^a list of more than \d+ errors$/;

function compare(file: string, records: readonly PrintedError[], score: MessageScore): void {
  const binary = readGoBinary(readFileSync(file));
  const messages = new Messages(binary);
  const infos = new Map(
    errorTypesOf(binary).map((type) => [keyOf(type.name, type.pkgPath), messages.of(type)]),
  );
  messages.free();
  const tried = new Set<string>();
  const checked = new Set<string>();
  for (const record of records) {
    if (isStandard(record.package ?? "")) continue;
    const key = keyOf(record.type, record.package ?? "");
    tried.add(key);
    const info = infos.get(key);
    if (!info || info.kind === "unresolved") continue;
    const parts =
      info.kind === "field" ? [{ kind: "string" as const, offset: info.offset }] : info.template.parts;
    const message = renderMessage({ parts }, readerOf(record));
    if (!message.complete) continue;
    checked.add(key);
    score.values++;
    const printed = Buffer.from(record.text, "hex");
    if (printed.equals(message.bytes)) score.equal++;
    else
      score.wrong.push(
        `${key}: ${JSON.stringify(message.text)}, it prints ${JSON.stringify(printed.toString())}`,
      );
  }
  score.tried = tried.size;
  score.checked = checked.size;
}

const keyOf = (name: string, path: string): string => `${path} ${name}`;

/** Types that code in a folder of the program's module can name. */
function nameable(types: readonly ErrorType[], from: string): ErrorType[] {
  return types.filter(({ name, pkgPath }) => {
    const internal = /^(.*?)(^|\/)internal(\/|$)/.exec(pkgPath);
    const allowed = !internal || from.startsWith(`${internal[1]}/`);
    return allowed && pkgPath !== "main" && /^\*?[^.[\]]+\.\p{Lu}[\p{L}\d_]*$/u.test(name);
  });
}

const FOLDER = "errscope_truth";

function buildPrinter(program: TruthProgram, built: TruthBuild, types: readonly ErrorType[]): string {
  const out = join(buildDir, "truth", `printer-${program.name.replaceAll("/", "-")}-${program.go}`);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "main.go"), printerSource(nameable(types, `${built.module}/${FOLDER}`)));
  // Go builds nothing beneath its cache but what the cache has.
  const copy = join(out, "module");
  cpSync(built.dir, copy, { recursive: true });
  execFileSync("chmod", ["-R", "u+w", copy]);
  const folder = join(copy, FOLDER);
  mkdirSync(folder);
  renameSync(join(out, "main.go"), join(folder, "main.go"));
  for (const name of ["record.go", "fill.go"]) {
    copyFileSync(join(repoRoot, "tests/go/messages", name), join(folder, name));
  }
  const file = join(out, "printer");
  const args = ["build", "-trimpath", "-ldflags=-s -w", "-o", file, `./${FOLDER}`];
  const env = {
    ...process.env,
    GOTOOLCHAIN: `go${program.go}`,
    GOWORK: "off",
    GOFLAGS: "-buildvcs=false",
    CGO_ENABLED: "0",
  };
  const run = spawnSync(goCommand(), args, { cwd: copy, env, encoding: "utf8", maxBuffer: 2 ** 28 });
  if (run.status !== 0) throw new Error(`go ${args.join(" ")} failed:\n${run.stderr.slice(-4000)}`);
  return file;
}

function printerSource(types: readonly ErrorType[]): string {
  const paths = [...new Set(types.map((type) => type.pkgPath))].sort();
  const imports = paths.map((path, i) => `\tp${i} ${JSON.stringify(path)}`);
  const list = types.map(({ name, pkgPath, pointer }) => {
    const bare = name.slice(name.lastIndexOf(".") + 1);
    return `\t\treflect.TypeOf((*p${paths.indexOf(pkgPath)}.${bare})(nil))${pointer ? "" : ".Elem()"},`;
  });
  return `package main

import (
\t"encoding/json"
\t"fmt"
\t"os"
\t"reflect"
\t"strconv"

${imports.join("\n")}
)

func main() {
\tout := json.NewEncoder(os.Stdout)
\tprint := func(e error, text string) { out.Encode(recordOf(e, text)) }
\tfirst, _ := strconv.Atoi(os.Args[1])
\ttypes := []reflect.Type{
${list.join("\n")}
\t}
\tfor i := first; i < len(types); i++ {
\t\tfmt.Printf("#%d\\n", i)
\t\tprintFilled(types[i:i+1], print)
\t}
}
`;
}

/** All that the program prints, begun anew behind each type at which it ends for good (the runtime throws). */
function runAll(file: string): { records: PrintedError[]; crashed: number } {
  const records: PrintedError[] = [];
  for (let first = 0, crashed = 0; ; crashed++) {
    const run = runOnce(file, [String(first)]);
    records.push(...run.records);
    if (run.status === 0) return { records, crashed };
    const end = Math.max(first, ...run.marks);
    console.error(`  the printer ended at type ${end}: ${run.stderr.split("\n")[0]}`);
    first = end + 1;
  }
}

function runOnce(file: string, args: readonly string[]) {
  const options = { encoding: "utf8", maxBuffer: 2 ** 30, timeout: 300_000, cwd: buildDir } as const;
  const { status, stdout, stderr } = spawnSync(file, args, options);
  const lines = stdout.split("\n");
  const whole = lines.slice(0, -1).filter((line) => line.startsWith("{"));
  const marks = lines.filter((line) => line.startsWith("#")).map((line) => Number(line.slice(1)));
  return { status, stderr, marks, records: recordsOf(whole.join("\n")) };
}
