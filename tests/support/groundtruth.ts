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
  /** `type` is 0 where the program has no runtime type for the field. */
  fields: { name: string; offset: number; type: number }[] | null;
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
}

/** Symbols and DWARF of an executable built without -s -w, by debug/elf and debug/dwarf. */
export function groundTruth(executable: string, pcs: readonly number[] = []): GroundTruth {
  const input = pcs.map((pc) => `${pc.toString(16)}\n`).join("");
  const options = { input, encoding: "utf8", maxBuffer: 1 << 30 } as const;
  return JSON.parse(execFileSync(buildGo({ dir: "tests/go/groundtruth" }), [executable], options));
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
