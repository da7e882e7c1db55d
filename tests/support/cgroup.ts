/** Control groups for programs under test, of either version. */
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = "/sys/fs/cgroup";
let made = 0;

/**
 * A new cgroup with a limit; null where this machine doesn't let one be made (some containers have no writable cgroup file
 * system). Who uses it removes it with rmdirSync.
 * @param v1 file and text in version 1, @param v2 in version 2.
 */
export function limitedGroup(
  controller: "cpu" | "memory",
  v1: readonly [string, string],
  v2: readonly [string, string],
): string | null {
  const name = `errscope-test-${process.pid}-${made++}`;
  for (const [dir, [file, text]] of [
    [join(ROOT, controller, name), v1],
    [join(ROOT, name), v2],
  ] as const) {
    try {
      mkdirSync(dir);
    } catch {
      continue;
    }
    try {
      writeFileSync(join(dir, file), text);
      return dir;
    } catch {
      rmdirSync(dir);
    }
  }
  return null;
}

/**
 * A new cgroup named as a container's is, without limits; null where this machine doesn't let one be made. Who uses it removes
 * it with rmdirSync; a process enters by writing its id into cgroup.procs.
 */
export function namedGroup(name: string): string | null {
  for (const above of ["", "unified", "freezer", "pids"]) {
    const dir = join(ROOT, above, name);
    try {
      mkdirSync(dir);
    } catch {
      continue;
    }
    if (existsSync(join(dir, "cgroup.procs"))) return dir;
    rmdirSync(dir); // a plain folder
  }
  return null;
}
