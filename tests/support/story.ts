/** Events as short lines, for truths that are written by hand and compared as a whole. */
import type { ErrorValue, Event } from "../../server/events/index.ts";

/** What differs from run to run: addresses. */
const steady = (text: string): string => text.replace(/0x[0-9a-f]+/g, "0x…");

/** `*main.T "text" [unwrap *main.U "cause", mention …]` */
export function treeLine(error: ErrorValue): string {
  const causes = error.causes.map((cause) => `${cause.via} ${treeLine(cause.error)}`);
  const text = error.typedNil ? "nil" : JSON.stringify(steady(error.message));
  return `${error.type} ${text}${causes.length > 0 ? ` [${causes.join(", ")}]` : ""}`;
}

/** ` (tested main.f, or main.g)` */
function swallowedLine(event: Event): string {
  if ("kept" in event && event.kept) return ` (kept ${JSON.stringify(event.kept.message)})`;
  const by = "swallowed" in event ? event.swallowed : undefined;
  return by ? ` (${by.how} ${by.function}${by.or ? `, or ${by.or.function}` : ""})` : "";
}

/** One event as a line; null for kinds that tell of tracing itself. */
export function storyLine(event: Event): string | null {
  const traps = `${"traps" in event && event.traps ? ` !${event.traps.join(" !")}` : ""}${swallowedLine(event)}`;
  switch (event.kind) {
    case "error": {
      const what = event.made
        ? event.site.op
        : event.site.op === "mention"
          ? "written"
          : `${event.site.op} of`;
      return `${what} ${event.site.function}: ${treeLine(event.error)}${traps}`;
    }
    case "panic": {
      const { value } = event;
      const what =
        "error" in value ? treeLine(value.error) : `${value.type} ${JSON.stringify(steady(value.text))}`;
      const links = `${event.during ? " during another" : ""}${event.again ? " again" : ""}`;
      return `panic ${event.site.function}: ${what}${links}${traps}`;
    }
    case "recover":
      return `recover ${event.site.function}${event.panic ? "" : " of an unknown panic"}${traps}`;
    case "goexit":
      return `goexit ${event.site.function}`;
    case "fatal":
      return `fatal ${event.site.function}: ${event.text}`;
    default:
      return null;
  }
}

/** Lines of the events that have the function, or a closure of it, on their stack; sorted, since some are told late. */
export function storyOf(events: readonly Event[], functionName: string): string[] {
  const isIts = (name: string) => name === functionName || name.startsWith(`${functionName}.`);
  return events
    .filter((event) => "stack" in event && event.stack?.some((frame) => isIts(frame.function)))
    .flatMap((event) => storyLine(event) ?? [])
    .sort();
}
