"use client";
import {
  type Group,
  type Handover,
  type OccurrenceEvent,
  placeWords,
  type SwallowedBy,
} from "../../server/events/index.ts";
import { baseName, faultWords, formatClock, formatCount, formatNanoseconds } from "../format/index.ts";
import { ThreadLane } from "../thread-lane/index.ts";
import { TrapTags } from "../traps/index.ts";
import { ActionButton, CopyButton, GoName, LongText, Tag, type Tone } from "../ui/index.ts";
import { LETS_GO, occurrenceMarkdown, titleOf } from "./markdown.ts";
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
          {at >= 0 ? `${formatCount(at + 1)} of ${formatCount(known)} here` : NO_GROUP[event.kind]}
          {group && `, ${formatCount(group.count)} in all`}
          {group?.written && `, written or logged ${timesWords(group.written)}`}
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
        {event.kind !== "error" && <Tag tone={TONES[event.kind] ?? "plain"}>{event.kind}</Tag>}
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
          <dd title={process.container ? `${process.exe}\ncontainer ${process.container}` : process.exe}>
            {process.name} {process.pid}{" "}
            <span className={styles.quiet}>{[...placeWords(process), `on ${process.host}`].join(", ")}</span>
          </dd>
        </div>
        <div>
          <dt>goroutine</dt>
          <dd>
            {goroutine ? goroutine.id : "none"}
            {goroutine?.lastWait && <span className={styles.quiet}>, last wait: {goroutine.lastWait}</span>}
          </dd>
        </div>
        <div>
          <dt>thread</dt>
          <dd>{event.thread}</dd>
        </div>
        {"handovers" in event && event.handovers && (
          <div>
            <dt>seen before</dt>
            <dd>{event.handovers.map(overWords).join("; ")}</dd>
          </div>
        )}
        {"swallowed" in event && event.swallowed && <LetGo by={event.swallowed} />}
        {"kept" in event && event.kept && (
          <div>
            <dt>the group keeps</dt>
            <dd title={`${event.kept.id}: what Wait returns`}>
              <GoName name={event.kept.type} /> {event.kept.message}
            </dd>
          </div>
        )}
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

/** Of the kinds that are bad news; a recover, or what a goroutine does, is none. */
const TONES: Partial<Record<OccurrenceEvent["kind"], Tone>> = { panic: "panic", fatal: "bad" };

/** Why an event is no occurrence of a group. */
const NO_GROUP: Record<OccurrenceEvent["kind"], string> = {
  error: "a later sighting of its error, in no group",
  panic: "of no group that is known here",
  fatal: "the end of a panic, in no group",
  recover: "a recover, in no group",
  goexit: "no error, in no group",
  goroutine: "no error, in no group",
};

/** Who lets the value go. */
function LetGo({ by }: { by: SwallowedBy }) {
  return (
    <div>
      <dt>{LETS_GO[by.how]} by</dt>
      <dd title={LET_GO[by.how]}>
        <Place at={by} />
        {by.or && (
          <span title="Its machine code doesn't tell whether the function returns the value to this one">
            <span className={styles.quiet}>, or </span>
            <Place at={by.or} />
          </span>
        )}
      </dd>
    </div>
  );
}

const LET_GO: Record<SwallowedBy["how"], string> = {
  dropped: "It is given the value and doesn't look at it",
  tested: "It asks whether the value is nil, and does nothing else with it",
  compared: "It compares the value with another error, or by errors.Is, and does nothing else with it",
};

function Place({ at }: { at: Pick<SwallowedBy, "function" | "file" | "line"> }) {
  return (
    <>
      <GoName name={at.function} />{" "}
      <code className={styles.place} title={at.file}>
        {baseName(at.file)}:{at.line}
      </code>
    </>
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

const timesWords = (n: number): string => (n === 1 ? "once" : `${formatCount(n)} times`);

const overWords = ({ error, from, waitNs }: Handover): string =>
  `${error} on goroutine ${from}, ${formatNanoseconds(waitNs)} before`;

function kernelWords(fact: NonNullable<OccurrenceEvent["kernel"]>): string {
  const parts: string[] = [];
  const on = fact.path ?? fact.address ?? fact.file;
  const call = `${fact.syscall}${on ? ` ${on}` : ""}${fact.fd === undefined ? "" : ` (fd ${fact.fd})`}`;
  if (fact.syscall && fact.socketError) parts.push(`${call} told of ${fact.errno} on the socket`);
  else if (fact.syscall) parts.push(`${call} failed with ${fact.errno}`);
  else if (fact.errno) parts.push(fact.errno);
  if (fact.durationNs !== undefined) parts.push(`took ${formatNanoseconds(fact.durationNs)}`);
  if (fact.agoNs !== null) parts.push(`${formatNanoseconds(fact.agoNs)} before`);
  if (fact.runqueueDelayNs) parts.push(`waited ${formatNanoseconds(fact.runqueueDelayNs)} for a processor`);
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
