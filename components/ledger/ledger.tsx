"use client";
import { formatClock, formatCount } from "../format/index.ts";
import { useShown } from "../live/index.ts";
import { Popover } from "../ui/index.ts";
import styles from "./ledger.module.css";
import { sumUp } from "./sum.ts";

/** What the page was told of all the errors made: nothing is lost without a word. */
export function Ledger() {
  const { model } = useShown();
  const { counters, lost, missed, unreadable } = model;
  const { made, shown, sampled, lost: lostCount, pending } = sumUp(counters);
  return (
    <Popover
      above
      label="Counters"
      triggerClass={styles.ledger}
      trigger={
        <>
          <b>{formatCount(made)}</b> made = <b>{formatCount(shown)}</b> shown + <b>{formatCount(sampled)}</b>{" "}
          sampled +{" "}
          <span data-some={lostCount > 0}>
            <b>{formatCount(lostCount)}</b> lost
          </span>
          {pending !== 0 && (
            <>
              {" "}
              + <b>{formatCount(pending)}</b> on the way
            </>
          )}
        </>
      }
    >
      <div className={styles.panel}>
        <h2>Every error is accounted for</h2>
        <dl>
          <Row name="probe hits" value={counters.hits} says="at all sites of all programs" />
          <Row
            name="passed"
            value={0 - counters.passed}
            says="nil, or another type at a shared instruction"
          />
          <Row name="mismatched" value={0 - counters.mismatched} says="words that are no error of the plan" />
          <Row name="made" value={made} says="errors" total />
          <Row name="shown" value={shown} says="came as events" />
          <Row name="sampled" value={sampled} says="over the rate of their site; counted, not recorded" />
          <Row name="lost" value={lostCount} says="see below" />
          {pending !== 0 && <Row name="on the way" value={pending} says="between probe and page" />}
        </dl>
        {missed > 0 && (
          <p>
            This page was too slow for {formatCount(missed)} events and got the groups and counts without
            them.
          </p>
        )}
        {unreadable > 0 && (
          <p>{formatCount(unreadable)} events were left out: this page doesn’t understand them.</p>
        )}
        <h2>Lost records</h2>
        {lost.length === 0 ? (
          <p>None that this page knows of.</p>
        ) : (
          <ul>
            {lost
              .slice(-30)
              .reverse()
              .map((event) => (
                <li key={event.id}>
                  <b>{formatCount(event.count)}</b> at <code>{event.where}</code>: {event.why}
                  <time>{formatClock(event.time)}</time>
                </li>
              ))}
          </ul>
        )}
      </div>
    </Popover>
  );
}

function Row({
  name,
  value,
  says,
  total = false,
}: {
  name: string;
  value: number;
  says: string;
  total?: boolean;
}) {
  return (
    <div data-total={total}>
      <dt>{name}</dt>
      <dd className={styles.number}>{value < 0 ? `−${formatCount(-value)}` : formatCount(value)}</dd>
      <dd>{says}</dd>
    </div>
  );
}
