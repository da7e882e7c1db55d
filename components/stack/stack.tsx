"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import type { Frame, SiteRef } from "../../server/events/index.ts";
import { formatCount, shortPath } from "../format/index.ts";
import { GoName, Icon, Tag } from "../ui/index.ts";
import { type StackRow, stackRows } from "./rows.ts";
import styles from "./stack.module.css";

interface Props {
  stack: readonly Frame[];
  site: SiteRef | null;
  /** Why the stack is not whole. */
  note: string | undefined;
  modules: readonly string[];
}

/** Pixels; in a narrow window a row may be higher. */
const ROW_HEIGHT = 24;
/** Rows from which the list gets its own scroller and only draws what is in it. */
const MANY = 300;

/** A whole stack, innermost first; what rarely matters is folded. */
export function Stack({ stack, site, note, modules }: Props) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => stackRows(stack, site, modules, open), [stack, site, modules, open]);
  const toggle = (id: string) => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 20,
    enabled: rows.length > MANY,
  });
  if (stack.length === 0)
    return <p className={styles.note}>No stack was captured{note ? `: ${note}` : "."}</p>;
  return (
    <>
      {note && <p className={styles.note}>The stack is not whole: {note}</p>}
      {rows.length <= MANY ? (
        <ol className={styles.rows}>
          {rows.map((row) => (
            <li key={keyOf(row)}>
              <Row row={row} toggle={toggle} />
            </li>
          ))}
        </ol>
      ) : (
        <section
          ref={scroller}
          className={styles.scroller}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroller must be reachable by keyboard
          tabIndex={0}
          aria-label={`Stack, ${formatCount(stack.length)} frames`}
        >
          <ol className={styles.rows} style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => (
              <li
                key={keyOf(rows[item.index]!)}
                ref={virtual.measureElement}
                data-index={item.index}
                className={styles.virtual}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Row row={rows[item.index]!} toggle={toggle} />
              </li>
            ))}
          </ol>
        </section>
      )}
    </>
  );
}

const keyOf = (row: StackRow) => (row.kind === "frame" ? row.index : row.id);

function Row({ row, toggle }: { row: StackRow; toggle(id: string): void }) {
  if (row.kind === "fold") {
    return (
      <button type="button" className={styles.fold} aria-expanded={row.open} onClick={() => toggle(row.id)}>
        <Icon name={row.open ? "down" : "right"} size={12} />
        {foldWords(row)}
      </button>
    );
  }
  const { frame, role, index } = row;
  return (
    <div className={styles.frame} data-role={role}>
      <span className={styles.index}>{index}</span>
      <span className={styles.function}>
        <GoName name={frame.function} />
      </span>
      {role === "site" && <Tag tone="root">site</Tag>}
      {frame.inlined && <Tag title="The compiler inlined this call into the next frame out">inlined</Tag>}
      <span className={styles.place} title={`${frame.file}:${frame.line}`}>
        {shortPath(frame.file)}:{frame.line}
      </span>
    </div>
  );
}

function foldWords(row: Extract<StackRow, { kind: "fold" }>): string {
  const frames = `${formatCount(row.count)} ${row.count === 1 ? "frame" : "frames"}`;
  if (row.why === "runtime") return `${frames} of the Go runtime`;
  if (row.why === "constructor") return `${frames} that only ${row.count === 1 ? "makes" : "make"} the value`;
  return `the same ${formatCount(row.times)} more times, ${frames}`;
}
