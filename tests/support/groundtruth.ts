/** What Go's own tools say of a program, to compare with what server/binary reads of it. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildDir, buildGo, type GoVersion, goCommand, repoRoot } from "./go.ts";

export interface TrueFunction {
  name: string;
  address: number;
  size: number;
}
export interface TrueType {
  name: string;
  address: number;
  /** Number of the kind, 0 where DWARF doesn't say. */
  kind: number;
  size: number;
  fields: TrueField[] | null;
}
export interface TrueField {
  name: string;
  offset: number;
  /** 0 where the program has no runtime type for the field. */
  type: number;
  typeName: string;
  embedded: boolean;
}
/** A method named Error, Unwrap or Cause. */
export interface TrueMethod {
  /** As its symbol: `pkg/path.(*T).Error`. */
  name: string;
  address: number;
  /** False where DWARF doesn't tell the signature. */
  known: boolean;
  params: number;
  /** Each once or several times. */
  results: string[];
  /** What its source returns: `a.b` a field of the receiver, `.` the receiver, `nil`, `? expression`; [] without source. */
  returns: string[];
}
export interface TrueFrame {
  function: string;
  file: string;
  line: number;
  inlined: boolean;
}
export interface GroundTruth {
  functions: TrueFunction[];
  types: TrueType[];
  /** Addresses by `concrete,interface`, both with package paths in full. */
  itabs: Record<string, number>;
  /** One list for each of the program counters asked for. */
  frames: TrueFrame[][];
  methods: TrueMethod[];
  /** Symbols of functions with `error` among their results. */
  returning: string[];
}

/** Where the sources of a program are, to look at what its methods return. */
export interface Sources {
  module: string;
  dir: string;
  goroot: string;
  cache: string;
}

/** Symbols and DWARF of an executable built without -s -w, by debug/elf and debug/dwarf. */
export function groundTruth(executable: string, pcs: readonly number[] = [], sources?: Sources): GroundTruth {
  const input = pcs.map((pc) => `${pc.toString(16)}\n`).join("");
  const options = { input, encoding: "utf8", maxBuffer: 1 << 30 } as const;
  const from = sources ? (["module", "dir", "goroot", "cache"] as const) : [];
  const args = [...from.map((name) => `-${name}=${sources![name]}`), executable];
  return JSON.parse(execFileSync(buildGo({ dir: "tests/go/groundtruth" }), args, options));
}

/** A symbol as the function table names it: without the ABI; up to Go 1.20 type arguments and lengths are left out. */
export function tableName(symbol: string, minor: number): string {
  const name = symbol.replace(/\.abi(0|internal)$/, "");
  return minor <= 20 ? name.replace(/\[.*\]/, "[...]") : name;
}

/** Types declared in functions are numbered, after a dot in symbols and a middle dot in the table, or not at all. */
export function localTypes(name: string): string {
  return name.replace(/[.·](\d+)/g, /^type[:.]\./.test(name) ? "" : "·$1");
}

/** Names of what the linker puts into a program, as it spells them. */
export interface LinkedSymbols {
  types: string[];
  /** `concrete,interface`. */
  itabs: string[];
}

/** The runtime types and itabs that cmd/link's -dumpdep lists, the only full list there is: no symbol table has it. */
export function linkedSymbols(dir: string, go: GoVersion): LinkedSymbols {
  mkdirSync(buildDir, { recursive: true });
  const scratch = mkdtempSync(join(buildDir, "dumpdep-"));
  try {
    const args = ["build", "-buildvcs=false", "-ldflags=-dumpdep", "-o", join(scratch, "out"), "."];
    const env = { ...process.env, GOTOOLCHAIN: `go${go}`, GOWORK: "off", GOFLAGS: "", CGO_ENABLED: "0" };
    const cwd = resolve(repoRoot, dir);
    const run = spawnSync(goCommand(), args, { cwd, env, encoding: "utf8", maxBuffer: 1 << 30 });
    if (run.status !== 0) throw new Error(`go build -ldflags=-dumpdep of ${dir} failed:\n${run.stderr}`);
    const names = new Set<string>();
    for (const line of `${run.stdout}${run.stderr}`.split("\n")) {
      // `from <flags> -> to <flags>`
      for (const part of line.split(" -> ")) names.add(part.replace(/ <[^<>]*>$/, ""));
    }
    const after = (prefix: RegExp) =>
      [...names].filter((n) => prefix.test(n)).map((n) => n.replace(prefix, ""));
    return { types: after(/^type:(?!\.)/), itabs: after(/^go:itab\./) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
