"use client";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import type { ErrorValue, OccurrenceEvent } from "../../server/events/index.ts";
import { formatCount } from "../format/index.ts";
import type { Origin } from "../live/index.ts";
import { treeKey } from "../ui/index.ts";
import styles from "./chain-tree.module.css";
import { CAUSES_SHOWN, type ChainRow, flattenChain, MOST_ROWS } from "./flatten.ts";
import { ValueCard } from "./value-card.tsx";

/** Pixels that an indent takes, up to so many of them, and how far left of a value its line is. */
const STEP = 24;
const MOST_STEPS = 24;
const RAIL = 9;
const leftOf = (indent: number) => Math.min(indent, MOST_STEPS) * STEP;

interface Props {
  root: ErrorValue;
  /** Where a value came to be, as far as the page knows; not asked for the root. */
  originOf(error: ErrorValue): Origin | null;
  onOpen(occurrence: OccurrenceEvent): void;
}

/** The error and everything below it: what errors.Is and errors.As see, and what they don't. */
export function ChainTree({ root, originOf, onOpen }: Props) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [more, setMore] = useState<ReadonlyMap<string, number>>(new Map());
  const [focused, setFocused] = useState("0");
  const list = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => flattenChain(root, toggled, more), [root, toggled, more]);

  const toggle = (path: string) => {
    const next = new Set(toggled);
    if (!next.delete(path)) next.add(path);
    setToggled(next);
  };
  const focus = (path: string) => {
    setFocused(path);
    list.current?.querySelector<HTMLElement>(`[data-path="${path}"]`)?.focus();
  };
  const press = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement) || event.target.role !== "treeitem") return;
    const act = treeKey(rows.map(lineOf), focused, event.key);
    const row = rows.find((r) => r.path === focused);
    if (event.key === "Enter" && row?.kind === "value" && row.cause) {
      const origin = originOf(row.error);
      if (origin) onOpen(origin.event);
    } else if (event.key === "Enter" && row?.kind === "more") showMore(row.parent);
    else if (act && "focus" in act) focus(act.focus);
    else if (act) toggle(act.toggle);
    else if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
  };
  const showMore = (path: string) => setMore(new Map(more).set(path, (more.get(path) ?? 0) + 1));

  return (
    <div ref={list} role="tree" aria-label="Chain of causes" className={styles.tree} onKeyDown={press}>
      {rows.map((row) => (
        <div
          key={row.path}
          role="treeitem"
          data-path={row.path}
          data-error={row.kind === "value" ? row.error.id : undefined}
          tabIndex={row.path === focused ? 0 : -1}
          aria-level={row.depth}
          aria-setsize={row.kind === "value" ? row.siblings : undefined}
          aria-posinset={row.kind === "value" ? row.position : undefined}
          aria-expanded={row.kind === "value" && row.error.causes.length > 0 ? row.open : undefined}
          aria-selected={row.path === focused}
          className={styles.item}
          data-via={row.kind === "value" ? (row.cause?.via ?? "root") : "more"}
          style={{ marginLeft: `${leftOf(row.indent)}px` }}
          data-branch={row.kind !== "value" || row.siblings > 1}
          onFocus={(event) => event.target === event.currentTarget && setFocused(row.path)}
        >
          {row.rails.slice(0, MOST_STEPS).map((indent) => (
            <span
              key={indent}
              aria-hidden="true"
              className={styles.rail}
              data-own={indent === row.indent}
              style={{ left: `${leftOf(indent) - leftOf(row.indent) - RAIL}px` }}
            />
          ))}
          {row.kind === "value" && (
            <ValueCard
              error={row.error}
              cause={row.cause}
              open={row.error.causes.length > 0 ? row.open : null}
              origin={row.cause ? originOf(row.error) : null}
              onToggle={() => toggle(row.path)}
              onOpen={onOpen}
            />
          )}
          {row.kind === "more" && (
            <button type="button" tabIndex={-1} className={styles.more} onClick={() => showMore(row.parent)}>
              {formatCount(row.hidden)} more causes; show {formatCount(Math.min(row.hidden, CAUSES_SHOWN))}
            </button>
          )}
          {row.kind === "cut" && (
            <p className={styles.more}>
              The chain goes on; {formatCount(MOST_ROWS)} lines are drawn. Copy as JSON has it whole.
            </p>
          )}
        </div>
      ))}
    </div>
  );
}

function lineOf(row: ChainRow) {
  if (row.kind === "value") {
    return { path: row.path, parent: row.parent, open: row.error.causes.length > 0 ? row.open : null };
  }
  return { path: row.path, parent: row.kind === "more" ? row.parent : null, open: null };
}
