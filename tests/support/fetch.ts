/** Brings real programs that we didn't write into .build/real, by the ordinary clients of their registries, once. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { buildDir, type GoVersion, goCommand } from "./go.ts";
import { fetching } from "./registry.ts";

const realDir = join(buildDir, "real");

const filling = new Map<string, Promise<string>>();

/** Runs `fill` on a scratch folder that becomes `.build/real/NAME` only if all went well. Asked again meanwhile, it waits for that. */
function cached(name: string, fill: (dir: string) => Promise<void>): Promise<string> {
  const running = filling.get(name) ?? filled(name, fill).finally(() => filling.delete(name));
  filling.set(name, running);
  return running;
}

async function filled(name: string, fill: (dir: string) => Promise<void>): Promise<string> {
  const dir = join(realDir, name);
  if (existsSync(dir)) return dir;
  const scratch = join(realDir, `.tmp-${process.pid}-${name}`);
  mkdirSync(scratch, { recursive: true });
  try {
    await fill(scratch);
    renameSync(scratch, dir);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return dir;
}

/** Seconds for a download of 40 MB at most, and for one of sources with their compilation. */
const DOWNLOAD = 180;
const COMPILATION = 420;

const call = (cwd: string, ...argv: string[]) => fetching(argv, { cwd, seconds: DOWNLOAD });

/** A file of an npm package, by exact version. */
export async function npmFile(name: string, version: string, file: string): Promise<string> {
  const dir = await cached(`npm-${name.replace(/\W+/g, "-")}-${version}`, async (scratch) => {
    await call(scratch, "npm", "pack", "--silent", `${name}@${version}`);
    await call(scratch, "tar", "xzf", readdirSync(scratch)[0]!);
  });
  return join(dir, "package", file);
}

/** A command of a Go module, by exact version, built as its makers ship it: stripped, without local paths. */
export async function goInstall(
  module: string,
  version: string,
  go: GoVersion,
  flags: readonly string[] = [],
): Promise<string> {
  const command = basename(module.replace(/\/v\d+$/, ""));
  const dir = await cached(`go-${command}-${version}-${go}${flags.join("")}`.replace(/=/g, "-"), (scratch) =>
    fetching([goCommand(), "install", "-trimpath", "-ldflags=-s -w", ...flags, `${module}@${version}`], {
      cwd: scratch,
      env: {
        GOBIN: scratch,
        GOTOOLCHAIN: `go${go}`,
        GOFLAGS: "",
        GOWORK: "off",
        CGO_ENABLED: "0",
      },
      seconds: COMPILATION,
    }),
  );
  return join(dir, command);
}

/** Whether this machine has Debian's (or Ubuntu's) packages. */
export const hasApt = existsSync("/usr/bin/apt-get");

/** A file of a package of this machine's distribution, unpacked without installing it. */
export async function debianFile(name: string, file: string): Promise<string> {
  const dir = await cached(`deb-${name}`, async (scratch) => {
    try {
      await call(scratch, "apt-get", "download", "-qq", name);
    } catch {
      // A machine that never asked has no package lists.
      await call(scratch, "apt-get", "update", "-qq");
      await call(scratch, "apt-get", "download", "-qq", name);
    }
    await call(scratch, "dpkg", "-x", readdirSync(scratch)[0]!, ".");
  });
  return join(dir, file);
}
