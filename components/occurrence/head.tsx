"use client";
import type { Group, OccurrenceEvent } from "../../server/events/index.ts";
import { faultWords, formatClock, formatCount, formatNanoseconds } from "../format/index.ts";
import { ThreadLane } from "../thread-lane/index.ts";
import { TrapTags } from "../traps/index.ts";
import { ActionButton, CopyButton, GoName, LongText, Tag } from "../ui/index.ts";
import { occurrenceMarkdown, titleOf } from "./markdown.ts";
import styles from "./occurrence.module.css";

interface Props {
  event: OccurrenceEvent;
  group: Group | null;
  /** Place among the group's occurrences known here, newest = 0; -1 when unknown. */
  at: number;
  known: number;
}

export function Head({ event, group, at, known }: Props) {
  const { type, message } = titleOf(event);
  const { site, process, goroutine } = event;
  return (
    <header className={styles.head}>
      <div className={styles.bar}>
        <ActionButton action="occurrence.newer" icon="left" disabled={at <= 0} />
        <ActionButton action="occurrence.older" icon="right" disabled={at < 0 || at >= known - 1} />
        <span className={styles.position}>
          {at >= 0 ? `${formatCount(at + 1)} of ${formatCount(known)} here` : "not of a known group"}
          {group && `, ${formatCount(group.count)} in all`}
          {group?.written && `, written or logged ${formatCount(group.written)} times`}
        </span>
        <span className={styles.spacer} />
        <ActionButton action="occurrence.graph" icon="graph" disabled={!group}>
          In the graph
        </ActionButton>
        <ActionButton action="occurrence.flame" icon="picture" disabled={!group}>
          Flame graph
        </ActionButton>
        <CopyButton label="Copy as Markdown (c)" text={() => occurrenceMarkdown(event)}>
          Markdown
        </CopyButton>
        <CopyButton label="Copy as JSON (Shift+C)" text={() => JSON.stringify(event, null, 2)}>
          JSON
        </CopyButton>
      </div>
      <div className={styles.title}>
        {event.kind !== "error" && <Tag tone={event.kind === "fatal" ? "bad" : "panic"}>{event.kind}</Tag>}
        {event.kind === "error" && <Tag title={OPS[site.op] ?? "What happened at the site"}>{site.op}</Tag>}
        <h1>
          <GoName name={type} />
        </h1>
        {event.kind === "error" && !event.made && (
          <Tag title="The value was made earlier; here it was seen again">seen again</Tag>
        )}
        <TrapTags traps={event.traps} />
        {event.init && <Tag>package initialisation</Tag>}
        {event.sampled > 1 && <Tag tone="warn">stands for {formatCount(event.sampled)}</Tag>}
      </div>
      <p className={styles.message}>
        {message ? <LongText key={event.id} text={message} most={500} /> : <i>no message</i>}
      </p>
      <dl className={styles.facts}>
        <div>
          <dt>at</dt>
          <dd title={`${site.function}\n${site.file}:${site.line}`}>
            <GoName name={site.function} />{" "}
            <code className={styles.place}>
              {site.file}:{site.line}
            </code>
          </dd>
        </div>
        <div>
          <dt>time</dt>
          <dd title={event.time}>{formatClock(event.time)}</dd>
        </div>
        <div>
          <dt>process</dt>
          <dd title={process.exe}>
            {process.name} {process.pid} <span className={styles.quiet}>on {process.host}</span>
          </dd>
        </div>
        <div>
          <dt>goroutine</dt>
          <dd>
            {goroutine ? goroutine.id : "none"}
            {goroutine?.lastWait && (
              <span className={styles.quiet}>, last waited for {goroutine.lastWait}</span>
            )}
          </dd>
        </div>
        <div>
          <dt>thread</dt>
          <dd>{event.thread}</dd>
        </div>
        {"fault" in event && event.fault && (
          <div>
            <dt>signal</dt>
            <dd className={styles.kernel}>{faultWords(event.fault)}</dd>
          </div>
        )}
        {event.kernel && kernelWords(event.kernel) && (
          <div>
            <dt>kernel</dt>
            <dd className={styles.kernel}>{kernelWords(event.kernel)}</dd>
          </div>
        )}
        {event.trace && (
          <div>
            <dt>trace</dt>
            <dd>
              <code>{event.trace.traceId}</code>
            </dd>
          </div>
        )}
      </dl>
      {event.kernel?.explanation && (
        <p className={styles.explanation}>
          <b>Why the deadline was missed</b> {event.kernel.explanation}
        </p>
      )}
      {event.kernel && <ThreadLane fact={event.kernel} thread={event.thread} />}
    </header>
  );
}

/** What happened at the site, for words that don't say it themselves. */
const OPS: Partial<Record<OccurrenceEvent["site"]["op"], string>> = {
  new: "An error was allocated here",
  convert: "A value became an error here",
  wrap: "An error was made with a cause here",
  join: "An error was made of several here",
  sentinel: "A package-level error was used here",
  return: "An error that was made before went on here: passed to the caller, or put to use again",
  mention: "An error was given to package fmt here: written, logged, or made a text",
};

function kernelWords(fact: NonNullable<OccurrenceEvent["kernel"]>): string {
  const parts: string[] = [];
  const on = fact.path ?? fact.address ?? fact.file;
  const call = `${fact.syscall}${on ? ` ${on}` : ""}${fact.fd === undefined ? "" : ` (fd ${fact.fd})`}`;
  if (fact.syscall && fact.socketError) parts.push(`${call} told of ${fact.errno} on the socket`);
  else if (fact.syscall) parts.push(`${call} failed with ${fact.errno}`);
  else if (fact.errno) parts.push(fact.errno);
  if (fact.durationNs !== undefined) parts.push(`took ${formatNanoseconds(fact.durationNs)}`);
  if (fact.agoNs !== null) parts.push(`${formatNanoseconds(fact.agoNs)} before`);
  if (fact.runqueueDelayNs) parts.push(`waited ${formatNanoseconds(fact.runqueueDelayNs)} for a CPU`);
  if (fact.unsure) parts.push("known by its number and time alone");
  if (fact.others) parts.push(`${formatCount(fact.others)} other failed calls fit as well`);
  if (fact.softirqNs) parts.push(`${formatNanoseconds(fact.softirqNs)} taken by softirqs`);
  if (fact.hardirqNs) parts.push(`${formatNanoseconds(fact.hardirqNs)} by interrupt handlers`);
  if (fact.pageFaultNs) parts.push(`${formatNanoseconds(fact.pageFaultNs)} waiting for memory from a disk`);
  if (fact.reclaimNs) parts.push(`${formatNanoseconds(fact.reclaimNs)} freeing memory for the kernel`);
  if (fact.gc)
    parts.push(
      `the garbage collector was at work for ${formatNanoseconds(fact.gc.markingNs)} of the time before`,
    );
  return parts.join(", ");
}
