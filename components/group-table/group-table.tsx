"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Group } from "../../server/events/index.ts";
import { useActions } from "../actions/index.ts";
import { useNow, useShown } from "../live/index.ts";
import { useSize } from "../ui/index.ts";
import { type SortKey, useView } from "../view-state/index.ts";
import { GroupRow } from "./group-row.tsx";
import styles from "./group-table.module.css";
import { newestOccurrence, useGroups } from "./use-groups.ts";

const COLUMNS: { key: SortKey | null; title: string; number?: boolean; className?: string }[] = [
  { key: "type", title: "Type" },
  { key: "message", title: "Message" },
  { key: "site", title: "Where" },
  { key: null, title: "Last 60 s", className: "spark" },
  { key: "count", title: "Count", number: true },
  { key: "lastSeen", title: "Last", number: true },
  { key: "firstSeen", title: "First", number: true, className: "first" },
];

/** Width below which a group takes two lines instead of one. */
const WIDE = 1080;
/** Width below which it takes three, as beside an occurrence. */
const PHONE = 640;
const ROW = { wide: 32, narrow: 52, rail: 66 };

/** All groups as a grid of virtual rows.
 *  @param rail a narrow list beside an occurrence: moving through it opens what it reaches */
export function GroupTable({ rail = false }: { rail?: boolean }) {
  const { model } = useShown();
  const { group: selected, go, adjust, sort, descending } = useView();
  const [held, setHeld] = useState(false);
  const { rows } = useGroups(held);
  const now = useNow();
  const scroller = useRef<HTMLDivElement>(null);
  const { width } = useSize(scroller);
  const shape = rail || (width > 0 && width < PHONE) ? "rail" : width > 0 && width < WIDE ? "narrow" : "wide";
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW[shape],
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sizes of rows follow the shape
  useEffect(() => virtual.measure(), [shape, virtual]);

  const open = useCallback(
    (group: Group, how: typeof go) =>
      how({ view: "occurrence", group: group.id, occurrence: newestOccurrence(model, group) }),
    [model],
  );
  const at = rows.findIndex((g) => g.id === selected);
  const moveTo = (index: number) => {
    const group = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!group) return;
    virtual.scrollToIndex(rows.indexOf(group), { align: "auto" });
    if (rail) open(group, adjust);
    else adjust({ group: group.id });
  };
  const opener = rail ? {} : { "list.open": () => rows[at] && open(rows[at], go) };
  useActions({
    "list.down": () => moveTo(at + 1),
    "list.up": () => moveTo(at < 0 ? 0 : at - 1),
    "list.first": () => moveTo(0),
    "list.last": () => moveTo(rows.length - 1),
    ...opener,
  });

  return (
    <div className={styles.table} data-shape={shape}>
      {!rail && (
        <div className={styles.head}>
          {COLUMNS.map(({ key, title, number, className }) => (
            <span key={title} className={className && styles[className]} data-number={number}>
              {key ? (
                <button
                  type="button"
                  className={styles.sort}
                  aria-pressed={sort === key}
                  title={`Sort by ${title.toLowerCase()}`}
                  onClick={() =>
                    adjust({ sort: key, descending: sort === key ? !descending : Boolean(number) })
                  }
                >
                  {title}
                  <span aria-hidden="true">{sort === key ? (descending ? "↓" : "↑") : ""}</span>
                </button>
              ) : (
                title
              )}
            </span>
          ))}
        </div>
      )}
      <div
        ref={scroller}
        className={styles.scroller}
        onPointerEnter={() => setHeld(true)}
        onPointerLeave={() => setHeld(false)}
      >
        <ul
          className={styles.rows}
          style={{ height: virtual.getTotalSize() }}
          aria-label={`Error groups, ${rows.length}`}
        >
          {virtual.getVirtualItems().map((item) => {
            const group = rows[item.index]!;
            return (
              <li
                key={group.id}
                className={styles.item}
                style={{ height: item.size, transform: `translateY(${item.start}px)` }}
                aria-setsize={rows.length}
                aria-posinset={item.index + 1}
              >
                <GroupRow
                  group={group}
                  now={now}
                  selected={group.id === selected}
                  onOpen={() => open(group, go)}
                />
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}
