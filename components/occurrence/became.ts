/** What led to an occurrence and what became of its value, as far as the page's memory reaches. Pure. */
import type {
  ErrorEvent,
  ErrorValue,
  Event,
  ExitEvent,
  Frame,
  GoroutineEvent,
  OccurrenceEvent,
  SiteRef,
} from "../../server/events/index.ts";
import { endWords, formatNanoseconds, goroutineWords } from "../format/index.ts";
import { errorOf, type ReadModel, valuesBelow } from "../live/index.ts";
import { mentionOf } from "./mention.ts";

export interface Fact {
  /** One or two words. */
  how: string;
  /** The same as a sentence. */
  title: string;
  bad?: boolean;
  event: OccurrenceEvent | ExitEvent;
  /** Type of another error or panic that came of the value. */
  type?: string;
  at: Pick<SiteRef, "function" | "file" | "line"> | null;
}

export interface Became {
  /** Oldest first. */
  facts: Fact[];
  /** Events that hold the same value but are not told, since the program shares the value and they may be other stories. */
  elsewhere: number;
}

export function whatBecame(model: ReadModel, event: OccurrenceEvent): Became {
  const facts = new Map<string, Fact>();
  const add = (fact: Fact | null) => {
    if (fact && fact.event.id !== event.id && !facts.has(fact.event.id)) facts.set(fact.event.id, fact);
  };
  const own = event.kind === "panic" ? event.id : "panic" in event ? event.panic : undefined;
  if (event.kind === "panic") {
    add(
      before(
        model,
        event.during,
        "began during",
        "This panic began in a deferred call, while that one was on its way",
      ),
    );
    add(
      before(model, event.again, "thrown again", "That panic was recovered, and its value thrown again here"),
    );
  } else add(before(model, own ?? undefined, "panic", "The panic that this is the end of"));
  for (const other of own ? model.aboutPanic(own) : []) add(afterPanic(other, own!));
  const error = errorOf(event);
  const { others, elsewhere } = error ? withValue(model, event, error) : { others: [], elsewhere: 0 };
  for (const other of others) add(error && sighting(other, error.id));
  for (const end of model.endings) {
    if (end.kind !== "exit" || !sameProcess(end, event)) continue;
    if (event.kind === "fatal" || (error && end.inFlight.includes(error.id))) add(exitFact(end));
  }
  const inOrder = [...facts.values()].sort((a, b) => (a.event.id < b.event.id ? -1 : 1));
  const sorted = keptOnce(withoutEndedWaits(inOrder));
  const last = sorted.at(-1);
  const isKept = sorted.some(({ how }) => how === KEPT);
  if (last?.event.kind === "goroutine" && last.event.state === "ended" && !isKept) {
    last.bad = true;
    last.title += ", and nothing was seen of it since";
  }
  return { facts: sorted, elsewhere };
}

function exitFact(end: ExitEvent): Fact {
  const title = end.signal
    ? `The program was ${endWords(end)} while this was in flight`
    : `The program exited with status ${end.code} here`;
  return { how: endWords(end), title, bad: true, event: end, at: end.site ?? null };
}

function before(model: ReadModel, id: string | undefined, how: string, title: string): Fact | null {
  const other = id ? model.occurrence(id) : null;
  return other && { how, title, event: other, at: other.site };
}

function afterPanic(event: OccurrenceEvent, panic: string): Fact {
  const fact = { event, at: event.site };
  if (event.kind === "recover") return { ...fact, how: "recovered", title: "recover stopped the panic here" };
  if (event.kind === "fatal")
    return {
      ...fact,
      how: "ended the program",
      title: "Nothing recovered the panic: it ended the program",
      bad: true,
    };
  if (event.kind === "panic" && event.again === panic)
    return { ...fact, how: "thrown again", title: "It was recovered, and its value thrown again here" };
  return { ...fact, how: "another panic", title: "Another panic began in a deferred call during this one" };
}

/** The same value is known elsewhere: of a value that was made once, all of that is its story. A value that the program
 * shares (a sentinel, a static text) has many: told is what happened on this goroutine, until it used the value anew. */
function withValue(model: ReadModel, event: OccurrenceEvent, error: ErrorValue) {
  const { seen, carried } = model.sightings(event.process, error.id);
  const all = [...seen, ...carried].filter((other) => other.id !== event.id);
  const begins = seen.filter((other) => beginning(other));
  const made = begins.filter((other) => other.kind === "error");
  if ((made.length > 0 ? made : begins).length === 1) return { others: all, elsewhere: 0 };
  if (!event.goroutine) return { others: [], elsewhere: all.length };
  const others = storyOf(model.events, event, error.id);
  const told = new Set(others.map((other) => other.id));
  return { others, elsewhere: all.filter((other) => !told.has(other.id)).length };
}

/** Whether a value enters the story here, rather than being passed on. */
function beginning(event: OccurrenceEvent): boolean {
  if (event.kind === "error") return event.made || event.site.op === "sentinel";
  return event.kind === "panic" && !event.again;
}

function storyOf(events: Iterable<Event>, event: OccurrenceEvent, id: string): OccurrenceEvent[] {
  const here = [...events].filter(
    (other): other is OccurrenceEvent =>
      "sampled" in other &&
      other.goroutine?.id === event.goroutine?.id &&
      sameProcess(other, event) &&
      holds(other, id),
  );
  here.sort((a, b) => (a.id < b.id ? -1 : 1));
  const isBeginning = (other: OccurrenceEvent) =>
    errorOf(other)?.id === id && other.kind === "error" && beginning(other);
  const at = here.findIndex((other) => other.id === event.id);
  const from = here.findLastIndex((other, i) => i <= at && isBeginning(other));
  const isEnd = (other: OccurrenceEvent) =>
    isBeginning(other) || (event.kind === "panic" && other.kind === "panic");
  const to = here.findIndex((other, i) => i > at && isEnd(other));
  return here
    .slice(from < 0 ? Math.max(0, at) : from, to < 0 ? undefined : to)
    .filter((other) => other.id !== event.id);
}

function holds(event: OccurrenceEvent, id: string): boolean {
  const root = errorOf(event);
  return root !== null && valuesBelow(root).some((value) => value.id === id);
}

function sighting(event: OccurrenceEvent, id: string): Fact {
  if (event.kind === "goroutine") return lifeFact(event);
  if (event.kind === "error" && event.kept?.id === id) return keptFact(event);
  const root = errorOf(event)!;
  const [how, title, at] = event.kind === "error" ? soundsLike(event, id) : PANIC;
  const fact = { event, how, title: title + overWords(event, id), at: at ?? event.site };
  if (root.id !== id) return { ...fact, type: root.type };
  return how === DROPPED ? { ...fact, bad: true } : fact;
}

const KEPT = "kept";
const DROPPED = "dropped";

/** A group kept the value when it was given another one. */
function keptFact(event: ErrorEvent): Fact {
  const { type, message } = event.error;
  const title = `The group keeps it, and Wait returns it: ${type} ${message} came later and was dropped`;
  return { event, how: KEPT, title, at: event.site };
}

/** A group drops all that come later: that it keeps the first is told once. */
function keptOnce(facts: readonly Fact[]): Fact[] {
  const first = facts.find(({ how }) => how === KEPT);
  return facts.filter((fact) => fact.how !== KEPT || fact === first);
}

/** Its goroutine did something while the value was in flight on it. */
function lifeFact(event: GoroutineEvent): Fact {
  const { reason, waitNs } = event;
  const why = reason ? `: ${reason}` : "";
  const how = {
    suspended: `waits${why}`,
    resumed: `waited${waitNs === undefined ? "" : ` ${formatNanoseconds(waitNs)}`}${why}`,
    started: "started a goroutine",
    ended: "goroutine ended",
  };
  const title = `Goroutine ${event.goroutine?.id ?? "?"} had it in flight: ${goroutineWords(event)}`;
  return { event, how: how[event.state], title, at: event.site };
}

/** A wait that is over is told once, by its end. */
function withoutEndedWaits(facts: readonly Fact[]): Fact[] {
  const isWait = ({ event }: Fact) =>
    event.kind === "goroutine" && (event.state === "suspended" || event.state === "resumed");
  const waits = facts.filter(isWait);
  return facts.filter((fact) => {
    if (fact.event.kind !== "goroutine" || fact.event.state !== "suspended") return true;
    const { goroutine } = fact.event;
    const later = waits.slice(waits.indexOf(fact) + 1);
    return !later.some(({ event }) => event.goroutine?.id === goroutine?.id);
  });
}

/** Where the value was last seen on another goroutine. */
function overWords(event: OccurrenceEvent, id: string): string {
  const over = "handovers" in event ? event.handovers?.find(({ error }) => error === id) : undefined;
  if (!over) return "";
  return `. It was seen on goroutine ${over.from}, ${formatNanoseconds(over.waitNs)} before`;
}

type Words = readonly [how: string, title: string, at?: Frame | null];
const PANIC: Words = ["panic", "A panic with this value, or with an error that came from it"];

function soundsLike(event: ErrorEvent, id: string): Words {
  const { op } = event.site;
  if (op === "mention") {
    const { how, at } = mentionOf(event);
    const title =
      how === "part of a text" ? "Its text became part of another error's" : `The error was ${how} here`;
    return [how, title, at];
  }
  if (op === "sentinel" && event.error.id === id) return ["used", "The package-level error was used here"];
  if (event.kept)
    return [DROPPED, `The group kept ${event.kept.type} ${event.kept.message}, and dropped this one`];
  if (op === "return")
    return [
      "went on",
      `${event.error.id === id ? "It" : "The error that holds it"} went on here: passed to the caller, or put to use again`,
    ];
  if (!event.made) return ["seen again", "The same value was used again here"];
  if (event.error.id === id) return ["made", "The value was made here"];
  const via = viaOf(event.error, id);
  if (via === "mention")
    return ["quoted", "Its text went into this error without %w: errors.Is can't find it there"];
  if (via === "context")
    return [
      "cause of a context",
      "A context was cancelled with it; this error only says that it was cancelled",
    ];
  if (via === "field") return ["held", "Held in a field of this error that Unwrap does not return"];
  const how = op === "join" ? "joined" : "wrapped";
  return [how, `This error was made with it: ${how}`];
}

/** How the value is held by the one that is nearest to the outside. */
function viaOf(root: ErrorValue, id: string): ErrorValue["causes"][number]["via"] | null {
  for (const value of valuesBelow(root)) {
    for (const { via, error } of value.causes) if (error.id === id) return via;
  }
  return null;
}

function sameProcess(a: Event, b: Event): boolean {
  return a.process.pid === b.process.pid && a.process.host === b.process.host;
}
