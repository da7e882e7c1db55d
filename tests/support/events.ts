/** Reads the JSON lines of `--json` and picks from them. */
import { type ErrorEvent, type ErrorValue, type Event, eventSchema } from "../../server/events/index.ts";

/** Every line, validated. @throws with the line and the schema's complaint if one is no event. */
export function parseEvents(stdout: string): Event[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const result = eventSchema.safeParse(JSON.parse(line));
      if (!result.success) throw new Error(`not an event: ${line}\n${result.error.message}`);
      return result.data;
    });
}

/** Errors that the program's own code made after initialisation. */
export function madeErrors(events: readonly Event[]): ErrorEvent[] {
  return events.filter(
    (event) => event.kind === "error" && event.made && event.init !== true,
  ) as ErrorEvent[];
}

export function eventsOf<K extends Event["kind"]>(events: readonly Event[], kind: K) {
  return events.filter((event) => event.kind === kind) as Extract<Event, { kind: K }>[];
}

/** An error and its causes as nested types and messages: what a test compares. */
export interface ChainTruth {
  type: string;
  message: string;
  causes?: readonly ChainTruth[];
}
export function chainOf(error: ErrorValue): ChainTruth {
  const causes = error.causes.filter((cause) => cause.via === "unwrap").map((cause) => chainOf(cause.error));
  return { type: error.type, message: error.message, ...(causes.length > 0 ? { causes } : {}) };
}
