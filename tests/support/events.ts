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

/** The events of the whole lines that a program which still runs has printed. */
export function eventsSoFar(stdout: string): Event[] {
  return parseEvents(stdout.slice(0, stdout.lastIndexOf("\n") + 1));
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

/** The error of an event and all below it. */
export function valuesOf(event: Event): ErrorValue[] {
  if (event.kind === "error") return withCauses(event.error);
  return event.kind === "panic" && "error" in event.value ? withCauses(event.value.error) : [];
}
const withCauses = (value: ErrorValue): ErrorValue[] => [
  value,
  ...value.causes.flatMap((cause) => withCauses(cause.error)),
];

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
