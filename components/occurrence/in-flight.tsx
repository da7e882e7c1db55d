"use client";
import type { GoroutineEvent, OccurrenceEvent } from "../../server/events/index.ts";
import { errorOf, useShown } from "../live/index.ts";
import { GoName } from "../ui/index.ts";
import styles from "./occurrence.module.css";

/** The errors that a goroutine had in flight, each leading to where it was made or first seen. */
export function InFlight({ event, onOpen }: { event: GoroutineEvent; onOpen(other: OccurrenceEvent): void }) {
  const { model } = useShown();
  return (
    <ul>
      {event.inFlight.map((id) => {
        const seen = model.originOf(event.process, id)?.event;
        const error = seen && errorOf(seen);
        return (
          <li key={id}>
            {seen && error ? (
              <button type="button" className={styles.sighting} onClick={() => onOpen(seen)}>
                <GoName name={error.type} short /> <span className={styles.what}>{error.message}</span>
              </button>
            ) : (
              <p className={styles.sighting}>Error {id} is not in the page’s memory.</p>
            )}
          </li>
        );
      })}
    </ul>
  );
}
