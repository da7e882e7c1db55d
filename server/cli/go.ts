/** The Go toolchain that builds the demo. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Path of a `go` that runs: the one of PATH, else the one that set-up brought; null if there is none. */
export function goToolchain(): string | null {
  const brought = fileURLToPath(new URL("../../.build/bin/go", import.meta.url));
  for (const go of ["go", brought]) {
    const got = spawnSync(go, ["version"], { encoding: "utf8" });
    const minor = /go1\.(\d+)/.exec(got.stdout ?? "")?.[1];
    if (got.status === 0 && Number(minor) >= 21) return go;
  }
  return null;
}
