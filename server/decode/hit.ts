/** One hit of a probe while it is made an event: what all kinds of events need of it. */
import type { Site } from "../binary/index.ts";
import { EVENT_VERSION, type Event, type GoroutineRef, type SiteOp } from "../events/index.ts";
import { rfc3339, type WallClock } from "./clock.ts";
import { type DecodedTree, decodeTree } from "./error-tree.ts";
import type { Executable } from "./executable.ts";
import type { ProcessState } from "./process-state.ts";
import type { RawEvent } from "./raw-event.ts";
import { duringInit, siteRef, stackNote } from "./stack.ts";
import type { UlidSource } from "./ulid.ts";

export interface Clocks {
  wall: WallClock;
  ulids: UlidSource;
}

export interface Hit {
  raw: RawEvent;
  site: Site;
  executable: Executable;
  process: ProcessState;
  /** What events of all kinds have. */
  common: ReturnType<typeof commonOf>;
  /** @param madeAt index of the site, where the error is surely made here; null: seen. */
  tree(madeAt: number | null): DecodedTree | null;
  /** The event, and before it what was given to package fmt on this goroutine. */
  now(event: Event): Event[];
}

export function hitOf(
  raw: RawEvent,
  site: Site,
  executable: Executable,
  process: ProcessState,
  clocks: Clocks,
): Hit {
  const tree = (madeAt: number | null) => {
    const decoded = decodeTree(raw, {
      names: executable.names,
      identity: process.identity,
      readOnly: executable.readOnly(raw.bias),
      madeAt,
      ...(site.elsewhere ? { isMaking: (at) => executable.map.plan.sites[at]?.eface ?? false } : {}),
    });
    if (!decoded) return null;
    process.mentions.complete(decoded.root);
    process.contexts.complete(decoded.root);
    // a package-level error is everybody's, wherever its object is
    if (site.op === "sentinel" || "init" in common) process.handovers.share(decoded.own);
    else process.handovers.own(decoded.own);
    return decoded;
  };
  const common = commonOf(raw, site, executable, process, clocks);
  const now = (event: Event): Event[] => [...process.mentions.take(raw.goroutine), event];
  return { raw, site, executable, process, common, tree, now };
}

/** @param frame the frame that stands for the event. */
export const siteOf = (frame: Parameters<typeof siteRef>[0], op: SiteOp) => ({ site: siteRef(frame, op) });

function commonOf(raw: RawEvent, site: Site, executable: Executable, process: ProcessState, clocks: Clocks) {
  const wall = clocks.wall.wall(raw.mono) ?? 0n;
  const stack = executable.symbols.stack(raw, originOf(site, raw));
  const note = stackNote(raw.stackEnd);
  return {
    v: EVENT_VERSION,
    id: clocks.ulids.next(Number(wall / 1_000_000n)),
    time: rfc3339(wall),
    mono: Number(raw.mono),
    process: process.ref,
    thread: raw.thread,
    goroutine: goroutineOf(raw, executable, process),
    stack,
    ...(note ? { stackNote: note } : {}),
    // What ends the program is nobody's housekeeping: sysmon is who sees a deadlock.
    ...(site.op !== "fatal" && duringInit(stack) ? { init: true } : {}),
    sampled: 1 + raw.skipped,
  } as const;
}

/** Static address of the instruction that stands for the site. */
function originOf(site: Site, raw: RawEvent): number {
  const itab = Number(raw.word0 - raw.bias);
  const fitting = site.origins.filter((origin) => origin.itab === itab);
  const pcs = new Set((fitting.length > 0 ? fitting : site.origins).map((origin) => origin.pc));
  const [only] = pcs;
  return pcs.size === 1 && only !== undefined ? only : site.pc;
}

function goroutineOf(raw: RawEvent, executable: Executable, { ancestry }: ProcessState): GoroutineRef | null {
  if (!raw.goroutineKnown || raw.goroutine === 0n) return null;
  const lastWait = executable.map.facts.park?.reasons[raw.waitReason - 1];
  const id = Number(raw.goroutine);
  const hasParents = executable.map.facts.parentGoid !== null;
  // Goroutine 1 is started by the runtime's entry code (runtime/asm_amd64.s, rt0_go), not by a go statement.
  const createdBy = id === 1 ? null : executable.symbols.functionAt(raw.createdAt, raw.bias);
  if (hasParents) ancestry.learn(id, Number(raw.parentGoroutine), createdBy);
  return {
    id,
    parent: raw.parentGoroutine === 0n ? null : Number(raw.parentGoroutine),
    createdBy,
    ...(lastWait ? { lastWait } : {}),
  };
}
