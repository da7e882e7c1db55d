"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { formatCount, formatShare } from "../format/index.ts";
import { GoName, Icon, treeKey } from "../ui/index.ts";
import { type FlameTree, selfOf } from "./build.ts";
import styles from "./flame-graph.module.css";
import type { FlameNames } from "./names.ts";
import { type FlameLine, flameLines } from "./table.ts";

interface Props {
  tree: FlameTree;
  names: FlameNames;
  marked: number;
  onMark(node: number): void;
}

const ROW = 26;

/** The flame graph as a table that opens line by line: the same numbers, without a picture. */
export function FlameTable({ tree, names, marked, onMark }: Props) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const keyOf = (node: number) => pathKey(tree, node);
  // biome-ignore lint/correctness/useExhaustiveDependencies: keyOf is of the tree
  const lines = useMemo(() => {
    const nodes = new Set<number>();
    for (let node = 0; node < tree.size; node++)
      if (toggled.size > 0 && toggled.has(keyOf(node))) nodes.add(node);
    return flameLines(tree, nodes);
  }, [tree, toggled]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 20,
  });
  const focused = String(marked >= 0 ? marked : 0);

  const toggle = (node: number) => {
    const next = new Set(toggled);
    if (!next.delete(keyOf(node))) next.add(keyOf(node));
    setToggled(next);
  };
  const focus = (path: string) => {
    onMark(Number(path));
    const at = lines.findIndex((l) => l.path === path);
    virtual.scrollToIndex(at, { align: "auto" });
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-node="${path}"]`)?.focus(),
    );
  };
  const press = (event: KeyboardEvent) => {
    const act = treeKey(lines, focused, event.key);
    if (!act) return;
    if ("focus" in act) focus(act.focus);
    else toggle(Number(act.toggle));
    event.preventDefault();
  };

  return (
    <div className={styles.table}>
      <div className={styles.line} data-head="" aria-hidden="true">
        <span>Function</span>
        <span>Errors</span>
        <span>Share</span>
        <span>Own</span>
      </div>
      <div ref={scroller} className={styles.lines}>
        <div
          role="tree"
          aria-label="Error stacks"
          style={{ height: virtual.getTotalSize(), position: "relative" }}
          onKeyDown={press}
        >
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index]!;
            const { node } = line;
            return (
              <div
                key={line.path}
                role="treeitem"
                data-node={line.path}
                tabIndex={line.path === focused ? 0 : -1}
                aria-level={line.depth}
                aria-expanded={line.open ?? undefined}
                aria-selected={line.path === focused}
                className={styles.line}
                style={{ position: "absolute", top: item.start, insetInline: 0 }}
                onFocus={() => onMark(node)}
                onClick={() => {
                  onMark(node);
                  if (line.open !== null) toggle(node);
                }}
                onKeyDown={(event) => {
                  if (event.key === "Enter" && line.open !== null) toggle(node);
                }}
              >
                <Cells tree={tree} names={names} line={line} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Cells({ tree, names, line }: { tree: FlameTree; names: FlameNames; line: FlameLine }) {
  const { node } = line;
  const name = names.list[tree.name[node]!]!;
  const own = selfOf(tree, node);
  return (
    <>
      <span
        className={styles.cell}
        data-kind={name.kind}
        style={{ paddingLeft: Math.min(line.depth - 1, 40) * 14 }}
      >
        <span className={styles.twist}>
          {line.open !== null && <Icon name={line.open ? "down" : "right"} size={12} />}
        </span>
        <GoName name={name.full} />
        {tree.repeat[node]! > 1 && ` ↻${tree.repeat[node]}`}
      </span>
      <span>{formatCount(tree.total[node]!)}</span>
      <span>{formatShare(tree.total[node]! / tree.total[0]!)}</span>
      <span>{own > 0 ? formatCount(own) : ""}</span>
    </>
  );
}

/** Identity of a node that outlives the tree. */
function pathKey(tree: FlameTree, node: number): string {
  let key = "";
  for (let at = node; at > 0; at = tree.parent[at]!) key = `${tree.name[at]}/${key}`;
  return key;
}
