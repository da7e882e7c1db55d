"use client";
import type { MouseEvent } from "react";
import type { OccurrenceEvent, Target } from "../../server/events/index.ts";
import { baseName, endWords, formatClock } from "../format/index.ts";
import { errorOf, useShown } from "../live/index.ts";
import { GoName, Tag } from "../ui/index.ts";
import { useView } from "../view-state/index.ts";
import { endingOf } from "./ending.ts";
import styles from "./targets.module.css";

/** How a program ended: its status or signal, which goroutine ended it and where, and on which error. */
export function Ended({ target }: { target: Target }) {
  const { model } = useShown();
  const { go } = useView();
  const ending = endingOf(model, target);
  if (!ending) {
    if (target.state !== "exited" || !target.reason) return null;
    return <p className={styles.reason}>Ended with {target.reason}.</p>;
  }
  const { exit, fatal, inFlight } = ending;
  const open = (event: OccurrenceEvent) => (click: MouseEvent<HTMLElement>) => {
    click.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover();
    go({ view: "occurrence", occurrence: event.id, group: model.groupOf(event)?.id ?? null });
  };
  return (
    <section
      aria-label="How it ended"
      className={styles.ended}
      data-clean={exit?.code === 0 && fatal.length === 0}
    >
      {exit && (
        <p>
          <b>{endWords(exit)}</b> <span className={styles.quiet}>at {formatClock(exit.time)}</span>
        </p>
      )}
      {exit?.site && (
        <p>
          {exit.site.op === "exit" ? "os.Exit called" : "not recovered"} in{" "}
          <GoName name={exit.site.function} />{" "}
          <code>
            {baseName(exit.site.file)}:{exit.site.line}
          </code>
          {exit.goroutine && <span className={styles.quiet}>, goroutine {exit.goroutine.id}</span>}
        </p>
      )}
      {exit && !exit.site && !exit.signal && fatal.length === 0 && (
        <p className={styles.quiet}>main.main returned, or the process ended without os.Exit.</p>
      )}
      {fatal.map((event) => {
        const panic = event.panic ? model.occurrence(event.panic) : null;
        return (
          <button key={event.id} type="button" className={styles.cause} onClick={open(panic ?? event)}>
            <Tag tone="bad">{panic ? "panic" : "fatal"}</Tag> {event.text}
          </button>
        );
      })}
      {fatal.length === 0 &&
        inFlight.map(({ id, seen, message }) =>
          seen ? (
            <button key={id} type="button" className={styles.cause} onClick={open(seen)}>
              <Tag>in flight</Tag> <GoName name={errorOf(seen)?.type ?? id} short /> {message}
            </button>
          ) : (
            <p key={id} className={styles.quiet}>
              Error {id} was in flight; it is not in the page’s memory.
            </p>
          ),
        )}
    </section>
  );
}
