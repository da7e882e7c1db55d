/** Brings real programs that we didn't write into .build/real, by the ordinary clients of their registries, once. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { buildDir, type GoVersion, goCommand } from "./go.ts";

const realDir = join(buildDir, "real");

/** Runs `fill` on a scratch folder that becomes `.build/real/NAME` only if all went well. */
function cached(name: string, fill: (dir: string) => void): string {
  const dir = join(realDir, name);
  if (existsSync(dir)) return dir;
  const scratch = join(realDir, `.tmp-${process.pid}-${name}`);
  mkdirSync(scratch, { recursive: true });
  try {
    fill(scratch);
    renameSync(scratch, dir);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return dir;
}

function call(cwd: string, command: string, args: readonly string[], env: Record<string, string> = {}): void {
  try {
    const options = { cwd, env: { ...process.env, ...env }, encoding: "utf8" } as const;
    execFileSync(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new Error(
      `${command} ${args.join(" ")} failed:\n${(error as { stderr?: string }).stderr ?? error}`,
    );
  }
}

/** A file of an npm package, by exact version. */
export function npmFile(name: string, version: string, file: string): string {
  const dir = cached(`npm-${name.replace(/\W+/g, "-")}-${version}`, (scratch) => {
    call(scratch, "npm", ["pack", "--silent", `${name}@${version}`]);
    call(scratch, "tar", ["xzf", readdirSync(scratch)[0]!]);
  });
  return join(dir, "package", file);
}

/** A command of a Go module, by exact version, built as its makers ship it: stripped, without local paths. */
export function goInstall(
  module: string,
  version: string,
  go: GoVersion,
  flags: readonly string[] = [],
): string {
  const command = basename(module.replace(/\/v\d+$/, ""));
  const dir = cached(`go-${command}-${version}-${go}${flags.join("")}`.replace(/=/g, "-"), (scratch) => {
    call(scratch, goCommand(), ["install", "-trimpath", "-ldflags=-s -w", ...flags, `${module}@${version}`], {
      GOBIN: scratch,
      GOTOOLCHAIN: `go${go}`,
      GOFLAGS: "",
      GOWORK: "off",
      CGO_ENABLED: "0",
    });
  });
  return join(dir, command);
}

/** Whether this machine has Debian's (or Ubuntu's) packages. */
export const hasApt = existsSync("/usr/bin/apt-get");

/** A file of a package of this machine's distribution, unpacked without installing it. */
export function debianFile(name: string, file: string): string {
  const dir = cached(`deb-${name}`, (scratch) => {
    try {
      call(scratch, "apt-get", ["download", "-qq", name]);
    } catch {
      // A machine that never asked has no package lists.
      call(scratch, "apt-get", ["update", "-qq"]);
      call(scratch, "apt-get", ["download", "-qq", name]);
    }
    call(scratch, "dpkg", ["-x", readdirSync(scratch)[0]!, "."]);
  });
  return join(dir, file);
}
