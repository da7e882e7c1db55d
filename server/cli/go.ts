/** The Go toolchain, and the programs of our own that it builds: the demo, and what doctor compares clocks with. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CommandFailure } from "./failure.ts";

const source = fileURLToPath(new URL("../demo/", import.meta.url));
const folder = fileURLToPath(new URL("../../.build/demo/", import.meta.url));

/** A `go` that runs: the one of PATH, else the one that set-up brought; null if there is none. */
export function goToolchain(): { path: string; version: string } | null {
  const brought = fileURLToPath(new URL("../../.build/bin/go", import.meta.url));
  for (const go of ["go", brought]) {
    const got = spawnSync(go, ["version"], { encoding: "utf8" });
    const [version, minor] = /go1\.(\d+)\S*/.exec(got.stdout ?? "") ?? [];
    if (got.status === 0 && version && Number(minor) >= 21) return { path: go, version };
  }
  return null;
}

/**
 * Builds a program of server/demo.
 * @param dir its folder there. @returns the path of the executable.
 * @throws CommandFailure without a toolchain, or with what the compiler says.
 */
export function buildBundled(dir: string, name: string): string {
  const go = goToolchain();
  if (!go)
    throw new CommandFailure("the demo needs a Go toolchain (1.22 or newer): npm run setup brings one");
  mkdirSync(folder, { recursive: true });
  const program = join(folder, name);
  const env = { ...process.env, GOFLAGS: "-mod=mod", GOWORK: "off" };
  const built = spawnSync(go.path, ["build", "-trimpath", "-o", program, "."], {
    cwd: join(source, dir),
    env,
    encoding: "utf8",
  });
  if (built.status !== 0)
    throw new CommandFailure(`the demo could not be built: ${built.stderr || built.error?.message}`);
  return program;
}
