/** One raw event to events of the contract. All state is in the process's; nothing here does I/O. */
import type { Event } from "../events/index.ts";
import { errorEvents } from "./error-events.ts";
import type { Executable } from "./executable.ts";
import { type Clocks, hitOf } from "./hit.ts";
import { markEvents } from "./marks.ts";
import { exitEvents, fatalEvents, goexitEvents, panicEvents, recoverEvents } from "./panic-events.ts";
import { cancelledEvents, causeEvents, groupedEvents, keptEvents, mentionEvents } from "./passed-events.ts";
import type { ProcessState } from "./process-state.ts";
import type { RawEvent } from "./raw-event.ts";

/**
 * @param index of the site in the executable's plan.
 * @returns what is to be told now, in order: none where the words turned out to be none of the site's errors (another path
 *   through a shared instruction with nothing new) or are kept until more is known (an error given to package fmt: see
 *   Mentions); more than one where something kept is told first.
 */
export function decodeEvent(
  raw: RawEvent,
  index: number,
  executable: Executable,
  process: ProcessState,
  clocks: Clocks,
): Event[] {
  const site = executable.map.plan.sites[index];
  if (!site) return [];
  process.bias = raw.bias;
  const hit = hitOf(raw, site, executable, process, clocks);
  switch (site.op) {
    case "recover":
      return recoverEvents(hit);
    case "panic":
      return panicEvents(hit);
    case "fatal":
      return fatalEvents(hit);
    case "goexit":
      return goexitEvents(hit);
    case "exit":
      return exitEvents(hit);
    case "park":
    case "resume":
    case "start":
    case "end":
      return markEvents(hit, site.op);
    case "gc":
      process.gc.mark(executable.symbols.at(site.pc)[0]?.function ?? "", raw.mono);
      return [];
    case "cancelled":
      return cancelledEvents(hit);
    case "cause":
      return causeEvents(hit);
    case "grouped":
      return groupedEvents(hit);
    case "kept":
      return keptEvents(hit);
    case "mention":
      return mentionEvents(hit);
    default:
      return errorEvents(hit, site.op, index);
  }
}
