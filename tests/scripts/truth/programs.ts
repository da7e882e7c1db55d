/** The programs that errscope's reading is compared on, and how each is built: plain and stripped, from the same objects. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildDir, goCommand, repoRoot } from "../../support/index.ts";

export const goVersions = ["1.19.13", "1.26.8", "1.27.1"] as const;
export type TruthGo = (typeof goVersions)[number];

export interface TruthProgram {
  name: string;
  go: TruthGo;
  arch: "amd64" | "arm64";
  /** Main package: a folder here, or `./cmd` inside a module of the proxy. */
  package: string;
  /** `path@version`; null for our own. */
  module: string | null;
}

const own = (name: string, dir: string, versions: readonly TruthGo[]): TruthProgram[] =>
  versions.map((go) => ({ name, go, arch: "amd64", package: dir, module: null }));

/** For each Go the newest version of the module that it builds. */
const real = (
  name: string,
  path: string,
  pkg: string,
  versions: Readonly<Record<TruthGo, string>>,
): TruthProgram[] =>
  goVersions.map((go) => ({ name, go, arch: "amd64", package: pkg, module: `${path}@${versions[go]}` }));

const newest = (version: string) => ({ "1.26.8": version, "1.27.1": version });

const onAmd64: readonly TruthProgram[] = [
  ...own("tests/go/old", "tests/go/old", goVersions),
  ...["reader", "forms", "twelve", "unwrap", "messages"].flatMap((name) =>
    own(`tests/go/${name}`, `tests/go/${name}`, ["1.26.8", "1.27.1"]),
  ),
  ...real("nats-server", "github.com/nats-io/nats-server/v2", ".", {
    "1.19.13": "v2.9.25",
    ...newest("v2.15.2"),
  }),
  ...real("caddy", "github.com/caddyserver/caddy/v2", "./cmd/caddy", {
    "1.19.13": "v2.6.4",
    ...newest("v2.11.9"),
  }),
  ...real("prometheus", "github.com/prometheus/prometheus", "./cmd/prometheus", {
    "1.19.13": "v0.46.0",
    ...newest("v0.316.0"),
  }),
  ...real("rclone", "github.com/rclone/rclone", ".", { "1.19.13": "v1.64.2", ...newest("v1.76.0") }),
];

/** Those that are built for arm64 as well. */
const onArm64 = ({ name, go }: TruthProgram) =>
  name.startsWith("tests/") || name === "nats-server" || (name === "caddy" && go === "1.26.8");

export const programs: readonly TruthProgram[] = [
  ...onAmd64,
  ...onAmd64.filter(onArm64).map((program): TruthProgram => ({ ...program, arch: "arm64" })),
];

export interface TruthBuild {
  /** With symbols and DWARF. */
  plain: string;
  stripped: string;
  /** What cmd/link -dumpdep prints of the plain build: every symbol that the program has, and what made it so. */
  dependencies: string;
  /** Where its sources are. */
  module: string;
  dir: string;
  goroot: string;
  cache: string;
  remove(): void;
}

/** Builds one program. @throws with the compiler's output. */
export function build(program: TruthProgram): TruthBuild {
  const out = join(buildDir, "truth", `${program.name.replaceAll("/", "-")}-${program.go}-${program.arch}`);
  // what is there already isn't linked again, and so nothing told of it
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const env = {
    ...process.env,
    GOTOOLCHAIN: `go${program.go}`,
    GOWORK: "off",
    GOFLAGS: "-buildvcs=false",
    CGO_ENABLED: "0",
    GOOS: "linux",
    GOARCH: program.arch,
  };
  const ask = (cwd: string, ...args: string[]) =>
    execFileSync(goCommand(), args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  const dir = program.module ? download(program.module) : resolve(repoRoot, program.package);
  const go = (ldflags: string, to: string) => {
    const target = program.module ? program.package : ".";
    const args = ["build", "-trimpath", `-ldflags=${ldflags}`, "-o", join(out, to), target];
    const run = spawnSync(goCommand(), args, { cwd: dir, env, encoding: "utf8", maxBuffer: 2 ** 30 });
    if (run.status !== 0)
      throw new Error(`go ${args.join(" ")} in ${dir} failed:\n${run.stderr.slice(-4000)}`);
    return run.stdout + run.stderr;
  };
  const dependencies = join(out, "dependencies.txt");
  writeFileSync(dependencies, go("-dumpdep", "plain"));
  go("-s -w", "stripped");
  return {
    plain: join(out, "plain"),
    stripped: join(out, "stripped"),
    dependencies,
    module: ask(dir, "list", "-m"),
    dir,
    goroot: ask(dir, "env", "GOROOT"),
    cache: ask(dir, "env", "GOMODCACHE"),
    remove: () => rmSync(out, { recursive: true, force: true }),
  };
}

/** The module's folder in Go's cache, where it is built: its own replacements hold there. */
function download(module: string): string {
  const env = { ...process.env, GOFLAGS: "-mod=mod", GOWORK: "off" };
  const json = execFileSync(goCommand(), ["mod", "download", "-json", module], {
    cwd: buildDir,
    env,
    encoding: "utf8",
  });
  return (JSON.parse(json) as { Dir: string }).Dir;
}
