import type { Event, ExitEvent, OccurrenceEvent, Target } from "../../server/events/index.ts";
import { type Ending, errorOf, type ReadModel } from "../live/index.ts";

type Fatal = Extract<Event, { kind: "fatal" }>;

/** How a program ended, as far as the page's memory reaches. */
export interface TargetEnding {
  exit: ExitEvent | null;
  /** What the runtime said before, oldest first. */
  fatal: Fatal[];
  /** Errors in flight on the goroutine that ended it: where each was made or seen; null where that is not known here. */
  inFlight: { id: string; seen: OccurrenceEvent | null; message: string | null }[];
}

/** @returns null while the program runs and nothing fatal was seen of it. */
export function endingOf(model: ReadModel, target: Target): TargetEnding | null {
  const its = model.endings.filter(({ process }) => process.pid === target.pid && process.exe === target.exe);
  const exit = target.state === "exited" ? (its.findLast(isExit) ?? null) : null;
  const fatal = its.filter((end): end is Fatal => end.kind === "fatal");
  if (!exit && fatal.length === 0) return null;
  const inFlight = (exit?.inFlight ?? []).map((id) => {
    const seen = exit && model.originOf(exit.process, id)?.event;
    return { id, seen: seen ?? null, message: (seen && errorOf(seen)?.message) ?? null };
  });
  return { exit, fatal, inFlight };
}

const isExit = (end: Ending): end is ExitEvent => end.kind === "exit";
