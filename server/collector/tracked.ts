/** One process that is or was traced, and what is told of it. */
import { basename } from "node:path";
import { certificateOf, IdentityTable, ProcessState } from "../decode/index.ts";
import type { ProcessRef, Target } from "../events/index.ts";
import type { AttachResult } from "../tracer/index.ts";
import type { Loaded } from "./executables.ts";
import { startTicks, whereabouts } from "./whereabouts.ts";

export interface Tracked {
  target: Target;
  /** Clock ticks since boot: with the pid, names the process for ever. 0: not known, it had ended. */
  start: number;
  /** Anew at each exec: nothing of the old program's memory is there any more. */
  state: ProcessState;
  /** Null: refused. */
  loaded: Loaded | null;
  /** It is still the shell that will become the program. */
  launching: boolean;
  /** Resolves when the kernel told that the process ended and all its events before that have come. */
  ended: PromiseWithResolvers<void>;
}

/**
 * Whose probes are in place, as which program. `path`: of the executable, as the process has it. `late`: ns that the probes came
 * after it had begun; null, or negative: they were there before. `nsPid`: as the kernel told it, where /proc may not know any more.
 */
export type Placed = [
  pid: number,
  loaded: Loaded,
  path: string,
  result: AttachResult,
  late: number | null,
  nsPid?: number,
];

/** Of a process whose program is known. @param host its name. */
export function trackedAs(
  [pid, loaded, path, attached, late, nsPid]: Placed,
  host: string,
  ids: () => string,
): Tracked {
  const { map } = loaded.executable;
  const { buildId, goVersion, module } = map.binary;
  const about = {
    goVersion,
    module: module || null,
    state: "attached",
    certificate: certificateOf(path, map, attached),
    ...(late !== null && late > 0 ? { lateNs: late } : {}),
  } as const;
  return trackedOf(refOf(pid, host, { exe: path, buildId }, nsPid), startTicks(pid), ids, about, loaded);
}

/** Of what a process is, before anything is known of its program. @param start clock ticks since boot. */
export function trackedOf(
  ref: ProcessRef,
  start: number,
  ids: () => string,
  about: Partial<Target>,
  loaded: Loaded | null,
): Tracked {
  const { pid, nsPid, name, exe, buildId, container } = ref;
  const target: Target = {
    id: `${pid}:${start}`,
    pid,
    ...(nsPid === undefined ? {} : { nsPid }),
    container,
    name,
    exe,
    buildId,
    goVersion: null,
    module: null,
    state: "attaching",
    reason: null,
    certificate: null,
    ...about,
  };
  const state = new ProcessState(ref, new IdentityTable(ids));
  return { target, start, state, loaded, launching: false, ended: Promise.withResolvers<void>() };
}

/** @param nsPid as the kernel told it, where /proc may not know any more. */
export function refOf(
  pid: number,
  host: string,
  about: { name?: string; exe: string; buildId: string | null },
  nsPid?: number,
): ProcessRef {
  const found = whereabouts(pid);
  const inner = found.nsPid ?? nsPid ?? pid;
  const { exe, buildId, name = basename(exe) } = about;
  const { container } = found;
  return { pid, ...(inner === pid ? {} : { nsPid: inner }), name, exe, buildId, host, container };
}
