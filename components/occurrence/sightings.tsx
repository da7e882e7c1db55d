"use client";
import type { Event, OccurrenceEvent } from "../../server/events/index.ts";
import { baseName, formatClock, formatCount } from "../format/index.ts";
import { errorOf, type ReadModel, useShown } from "../live/index.ts";
import { GoName, Tag } from "../ui/index.ts";
import { titleOf } from "./markdown.ts";
import styles from "./occurrence.module.css";

const MOST = 12;

/** Where this value went: the occurrences that saw it again or wrapped it, and what became of a panic. */
export function Sightings({
  event,
  onOpen,
}: {
  event: OccurrenceEvent;
  onOpen(other: OccurrenceEvent): void;
}) {
  const { model } = useShown();
  const others = sightingsOf(model, event);
  if (event.kind !== "error" && event.kind !== "panic") return null;
  const recovered = event.kind === "panic" ? recoverOf(model.events, event.id) : null;
  return (
    <section aria-labelledby="sightings" className={styles.sightings}>
      <h2 id="sightings">What became of it</h2>
      {event.kind === "panic" && (
        <p className={styles.quiet}>
          {recovered ? (
            <>
              recovered by <GoName name={recovered.site.function} /> at {formatClock(recovered.time)}
            </>
          ) : endOf(model.events, event.id) ? (
            "Nothing recovered it: it ended the program."
          ) : (
            "No recover was seen so far."
          )}
          {event.during && " It began in a deferred call, while another panic was on its way."}
          {event.again && " The same value was recovered before, and thrown again here."}
        </p>
      )}
      {others.length === 0 && event.kind === "error" && (
        <p className={styles.quiet}>No later event of this page’s memory carries this value.</p>
      )}
      <ul>
        {others.slice(0, MOST).map(({ how, other }) => (
          <li key={other.id}>
            <button type="button" className={styles.sighting} onClick={() => onOpen(other)}>
              <Tag>{how}</Tag>
              <GoName name={titleOf(other).type} />
              <span className={styles.where}>
                <GoName name={other.site.function} /> {baseName(other.site.file)}:{other.site.line}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {others.length > MOST && <p className={styles.quiet}>and {formatCount(others.length - MOST)} more</p>}
    </section>
  );
}

function sightingsOf(model: ReadModel, event: OccurrenceEvent): { how: string; other: OccurrenceEvent }[] {
  const error = errorOf(event);
  if (!error) return [];
  const { seen, carried } = model.sightings(event.process, error.id);
  const later = [
    ...seen.map((other) => ({ other, how: howSeen(other) })),
    ...carried.map((other) => ({ other, how: other.kind === "panic" ? "panic" : other.site.op })),
  ];
  return later
    .filter(({ other }) => other.id !== event.id)
    .sort((a, b) => (a.other.id < b.other.id ? -1 : 1));
}

/** What happened to the value there, in one word. */
function howSeen(event: OccurrenceEvent): string {
  if (event.kind !== "error") return event.kind;
  if (event.made) return "made";
  if (event.site.op === "mention") return "written";
  return event.site.op === "sentinel" ? "used" : "seen";
}

function endOf(events: Iterable<Event>, panic: string): boolean {
  for (const event of events) if (event.kind === "fatal" && event.panic === panic) return true;
  return false;
}

function recoverOf(events: Iterable<Event>, panic: string) {
  for (const event of events) if (event.kind === "recover" && event.panic === panic) return event;
  return null;
}
