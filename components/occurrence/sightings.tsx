"use client";
import { useMemo } from "react";
import type { OccurrenceEvent } from "../../server/events/index.ts";
import { baseName, formatClock, formatCount } from "../format/index.ts";
import { useShown } from "../live/index.ts";
import { GoName, Tag } from "../ui/index.ts";
import { type Fact, whatBecame } from "./became.ts";
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
  const shown = useShown();
  const { facts, elsewhere } = useMemo(() => whatBecame(shown.model, event), [shown, event]);
  if (event.kind === "goexit" || event.kind === "goroutine") return null;
  return (
    <section aria-labelledby="sightings" className={styles.sightings}>
      <h2 id="sightings">What became of it</h2>
      {facts.length === 0 && (
        <p className={styles.quiet}>
          {event.kind === "panic"
            ? "No recover was seen so far."
            : "Not seen again so far, in this page’s memory."}
        </p>
      )}
      <ul>
        {facts.slice(0, MOST).map((fact) => (
          <li key={fact.event.id}>
            <FactRow fact={fact} onOpen={onOpen} />
          </li>
        ))}
      </ul>
      {facts.length > MOST && <p className={styles.quiet}>and {formatCount(facts.length - MOST)} more</p>}
      {elsewhere > 0 && (
        <p className={styles.quiet}>
          The program shares this value: {formatCount(elsewhere)} other {elsewhere === 1 ? "event" : "events"}{" "}
          with it {elsewhere === 1 ? "is" : "are"} not listed here.
        </p>
      )}
    </section>
  );
}

function FactRow({ fact, onOpen }: { fact: Fact; onOpen(other: OccurrenceEvent): void }) {
  const { how, title, bad, event, type, at } = fact;
  const words = (
    <>
      <Tag tone={bad ? "bad" : "plain"}>{how}</Tag>
      {type && <GoName name={type} short />}
      <span className={styles.where}>
        {at ? (
          <>
            <GoName name={at.function} short /> {baseName(at.file)}:{at.line}
          </>
        ) : (
          formatClock(event.time)
        )}
      </span>
    </>
  );
  // The end of a process is no occurrence: there is nothing more to open than what the line says.
  if (event.kind === "exit")
    return (
      <p className={styles.sighting} title={title}>
        {words}
      </p>
    );
  return (
    <button type="button" className={styles.sighting} title={title} onClick={() => onOpen(event)}>
      {words}
    </button>
  );
}
