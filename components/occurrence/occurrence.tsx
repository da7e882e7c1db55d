"use client";
import type { OccurrenceEvent } from "../../server/events/index.ts";
import { useActions } from "../actions/index.ts";
import { ChainTree } from "../chain-tree/index.ts";
import { formatCount } from "../format/index.ts";
import { errorOf, useShown } from "../live/index.ts";
import { Stack } from "../stack/index.ts";
import { copyText } from "../ui/index.ts";
import { useView } from "../view-state/index.ts";
import { Ancestry } from "./ancestry.tsx";
import { Head } from "./head.tsx";
import { InFlight } from "./in-flight.tsx";
import { occurrenceMarkdown } from "./markdown.ts";
import styles from "./occurrence.module.css";
import { Sightings } from "./sightings.tsx";

/** One occurrence whole: what and where, its chain, where its value went, and its stack. */
export function Occurrence() {
  const { model } = useShown();
  const { group: groupId, occurrence: id, go, adjust } = useView();
  const event = id ? model.occurrence(id) : null;
  const group = (event && model.groupOf(event)) ?? (groupId ? (model.groups.get(groupId) ?? null) : null);
  const siblings = group ? model.occurrencesOf(group.id) : [];
  const at = id ? siblings.indexOf(id) : -1;

  const open = (other: OccurrenceEvent) =>
    go({ view: "occurrence", occurrence: other.id, group: model.groupOf(other)?.id ?? null });
  const step = (to: number) => siblings[to] && adjust({ occurrence: siblings[to] });
  useActions({
    "occurrence.older": () => step(at + 1),
    "occurrence.newer": () => step(at < 0 ? 0 : at - 1),
    "occurrence.graph": () => group && go({ view: "graph", group: group.id, node: null }),
    "occurrence.flame": () => group && go({ view: "flame", group: group.id }),
    "occurrence.markdown": () => event && copyText(occurrenceMarkdown(event)),
    "occurrence.json": () => event && copyText(JSON.stringify(event, null, 2)),
    back: () => go({ view: "groups", occurrence: null }),
  });

  if (!event) {
    return (
      <div className={styles.gone}>
        <h1>This occurrence is not in the page’s memory</h1>
        <p>
          {group
            ? "A page that is opened begins with the collector’s newest 2,000 events, and keeps 20,000. Press n for the newest of this group that is left."
            : "Its link may be from another run of the collector. Choose a group on the left."}
        </p>
        {id && (
          <p>
            The collector may still have it: <a href={`/api/events/${encodeURIComponent(id)}`}>as JSON</a>.
          </p>
        )}
      </div>
    );
  }
  const error = errorOf(event);
  const modules = model.targets.flatMap((t) => t.module ?? []);
  return (
    <article className={styles.page} data-occurrence={event.id}>
      <Head event={event} group={group} at={at} known={siblings.length} />
      <div className={styles.columns}>
        <section className={styles.section} aria-labelledby="chain">
          <h2 id="chain">{error ? "Chain" : event.kind === "goroutine" ? "Errors in flight" : "Value"}</h2>
          {error && (
            <ChainTree
              key={event.id}
              root={error}
              originOf={(value) => model.originOf(event.process, value.id)}
              onOpen={open}
            />
          )}
          {event.kind === "goroutine" && <InFlight event={event} onOpen={open} />}
          {!error && event.kind !== "goroutine" && (
            <p className={styles.quiet}>No error value belongs to this event.</p>
          )}
          <Sightings event={event} onOpen={open} />
        </section>
        <section className={styles.section} aria-labelledby="stack">
          <h2 id="stack">
            Stack{" "}
            {event.stack.length > 0 && (
              <small>
                innermost first, {formatCount(event.stack.length)}{" "}
                {event.stack.length === 1 ? "frame" : "frames"}
              </small>
            )}
          </h2>
          {event.kind === "goroutine" && event.stack.length === 0 ? (
            <p className={styles.none}>None is taken when a goroutine goes on or ends.</p>
          ) : (
            <Stack
              key={event.id}
              stack={event.stack}
              site={event.site}
              note={event.stackNote}
              modules={modules}
            />
          )}
          {event.goroutine?.createdBy && <Ancestry goroutine={event.goroutine} />}
        </section>
      </div>
    </article>
  );
}
