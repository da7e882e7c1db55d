/** What /proc says of a process: when it started, its id in its own pid namespace, its container. */
import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import { containerOf } from "./container.ts";

export interface Whereabouts {
  /** Its id as it itself sees it; null where that isn't known. */
  nsPid: number | null;
  /** null: in none, or not known. */
  container: string | null;
}

function read(pid: number, name: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return null; // it has ended, or /proc hides it from us
  }
}

export function whereabouts(pid: number): Whereabouts {
  // outermost first, from the pid namespace of /proc on (proc(5))
  const ids = /^NSpid:\s*(.*)$/m.exec(read(pid, "status") ?? "")?.[1]?.split(/\s+/);
  return { nsPid: Number(ids?.at(-1)) || null, container: containerOf(read(pid, "cgroup") ?? "") };
}

/** Clock ticks since boot at which a process started: proc(5) stat, field 22; 0 if it has ended already. */
export function startTicks(pid: number): number {
  const stat = read(pid, "stat");
  // the name in field 2 may hold anything, brackets too
  return stat === null ? 0 : Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
}

const TICKS_A_SECOND = 100; // USER_HZ, the same on x86-64 and arm64

/** ns since a process started. @param start clock ticks since boot. */
export function ageNs(start: number): number {
  return Math.max(0, Math.round((uptime() - start / TICKS_A_SECOND) * 1e9));
}
