/** Builds the Go programs of tests/go into a cache, each with the Go version and in the form that a test asks for. */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, delimiter, join, relative, resolve } from "node:path";
import { fetchingSync } from "./registry.ts";

export const repoRoot = resolve(import.meta.dirname, "../..");
export const buildDir = join(repoRoot, ".build");

/** The Go versions that tests run with: the oldest supported, the ones around a change of layout, the newest. */
export const goVersions = ["1.20.14", "1.22.0", "1.23.12", "1.24.0", "1.25.0", "1.26.8", "1.27.1"] as const;
/** Those that only tests/go/old compiles with, each with a layout of its own; 1.15 is refused. */
export const oldGoVersions = ["1.15.15", "1.16.15", "1.17.13", "1.18.10", "1.19.13"] as const;
export type GoVersion = (typeof goVersions)[number] | (typeof oldGoVersions)[number];

/** `stripped` is what distributions ship: no symbols, no DWARF, no local paths. `pie` is linked internally. */
export const goForms = ["plain", "stripped", "pie", "pie-stripped"] as const;
export type GoForm = (typeof goForms)[number];

const formFlags: Record<GoForm, readonly string[]> = {
  plain: [],
  stripped: ["-trimpath", "-ldflags=-s -w"],
  pie: ["-buildmode=pie"],
  "pie-stripped": ["-buildmode=pie", "-trimpath", "-ldflags=-s -w"],
};

export interface GoBuild {
  /** Folder of the main package, relative to the repository's root. */
  dir: string;
  go?: GoVersion;
  form?: GoForm;
  tags?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/**
 * The `go` command: $ERRSCOPE_GO, else the first on PATH, else the one that tests/scripts/setup.sh installed into .build.
 * @throws if there's none, with the command that brings it.
 */
export function goCommand(): string {
  const candidates = [
    process.env.ERRSCOPE_GO ?? "",
    ...(process.env.PATH ?? "").split(delimiter).map((dir) => (dir === "" ? "" : join(dir, "go"))),
    join(buildDir, "bin/go"),
  ];
  const found = candidates.find((path) => path !== "" && existsSync(path));
  if (found === undefined) throw new Error("no Go toolchain: `npm run setup` installs one");
  return found;
}

const outDir = join(buildDir, "go-bin");

/** For one build; the first of a version fetches its toolchain and compiles the standard library. */
const SECONDS = 300;

/** What decides the bytes of a build: every file below the main package's module but tests' own data. */
function sourceHash(moduleDir: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(moduleDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(ts|md)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    hash.update(`${relative(moduleDir, file)}\0`);
    hash.update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** A lock that was left behind: its owner is gone, or it is older than any build. */
function isStale(lock: string): boolean {
  const ageMs = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (ageMs > 2 * SECONDS * 1000) return true;
  let owner = "";
  try {
    owner = readFileSync(lock, "utf8");
    if (owner !== "") process.kill(Number(owner), 0);
    // killed before it wrote its number
    return owner === "" && ageMs > 5000;
  } catch (error) {
    return owner !== "" && (error as { code?: string }).code === "ESRCH";
  }
}

/** Not while another process does what has the same name: two that compile a standard library at once compile it twice. */
function alone(name: string, work: () => void): void {
  const lock = join(outDir, `.lock-${name}`);
  const pause = new Int32Array(new SharedArrayBuffer(4));
  mkdirSync(outDir, { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, `${process.pid}`, { flag: "wx" });
      break;
    } catch (error) {
      if ((error as { code?: string }).code !== "EEXIST") throw error;
    }
    if (isStale(lock)) rmSync(lock, { force: true });
    else Atomics.wait(pause, 0, 0, 100);
  }
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function moduleRoot(dir: string): string {
  for (let at = dir; at.startsWith(repoRoot); at = resolve(at, "..")) {
    if (existsSync(join(at, "go.mod"))) return at;
  }
  throw new Error(`${dir}: no go.mod in it or above it`);
}

/**
 * Builds one main package and returns the executable's absolute path; a build made before is reused. Offline once the
 * toolchain of that version is in Go's module cache. cgo is off unless `env` turns it on.
 * @throws with the compiler's output if the build fails.
 */
export function buildGo(build: GoBuild): string {
  const { form = "plain", go = "1.26.8", tags = [], env = {} } = build;
  const dir = resolve(repoRoot, build.dir);
  const key = createHash("sha256")
    .update(JSON.stringify([sourceHash(moduleRoot(dir)), build.dir, go, form, tags, env]))
    .digest("hex")
    .slice(0, 16);
  // The folder carries the key, so that the process keeps the program's own name.
  const out = join(outDir, `${basename(dir)}-${go}-${form}-${key}`, basename(dir));
  if (existsSync(out)) return out;

  const scratch = join(outDir, `.tmp-${process.pid}-${key}`);
  mkdirSync(scratch, { recursive: true });
  try {
    const args = ["build", "-mod=mod", ...formFlags[form]];
    if (tags.length > 0) args.push(`-tags=${tags.join(",")}`);
    const options = {
      cwd: dir,
      env: {
        GOTOOLCHAIN: `go${go}`,
        GOWORK: "off",
        // Go before 1.18 writes no version control state and doesn't know the flag.
        GOFLAGS: /^1\.1[0-7]\./.test(go) ? "-mod=mod" : "-buildvcs=false",
        CGO_ENABLED: "0",
        GOOS: "linux",
        ...env,
      },
      seconds: SECONDS,
    };
    const argv = [goCommand(), ...args, "-o", join(scratch, basename(dir)), "."];
    const library = [go, form, ...Object.values(env)].join("-").replace(/\W+/g, "-");
    alone(library, () => fetchingSync(argv, options));
    mkdirSync(join(out, "../.."), { recursive: true });
    try {
      renameSync(scratch, join(out, ".."));
    } catch (error) {
      // Another test worker built the same thing meanwhile.
      if (!existsSync(out)) throw error;
    }
  } catch (error) {
    throw new Error(`go build of ${build.dir} with go${go} (${form}): ${(error as Error).message}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return out;
}
