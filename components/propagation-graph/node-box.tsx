"use client";
import { memo } from "react";
import type { GraphNode, Group } from "../../server/events/index.ts";
import { formatCount, shortFunction } from "../format/index.ts";
import type { Point } from "./layout.ts";
import { NODE } from "./node-size.ts";
import styles from "./propagation-graph.module.css";

export interface NodeLook {
  /** Rank among the root causes, from 1; 0: none. */
  root: number;
  selected: boolean;
  /** Neither selected nor up- or downstream of what is. */
  dimmed: boolean;
  tabbable: boolean;
}

interface Props extends NodeLook {
  node: GraphNode;
  group: Group | undefined;
  x: number;
  y: number;
  onSelect(id: string): void;
  onOpen(id: string): void;
}

/** What a node is, in words: for its label and its legend. */
export function kindOf(node: GraphNode, group: Group | undefined): string {
  if (node.kind === "kernel") return "kernel";
  if (node.kind === "value") return "not seen being made";
  return group && group.kind !== "error" ? group.kind : "error";
}

export const NodeBox = memo(function NodeBox({
  node,
  group,
  x,
  y,
  root,
  selected,
  dimmed,
  tabbable,
  onSelect,
  onOpen,
}: Props) {
  const kind = kindOf(node, group);
  const where = node.where.split(" ")[0] ?? "";
  return (
    <button
      type="button"
      className={styles.node}
      data-node={node.id}
      data-kind={kind}
      data-root={root > 0}
      data-dim={dimmed}
      aria-pressed={selected}
      tabIndex={tabbable ? 0 : -1}
      title={`${node.type}\n${node.label}\n${node.where}`}
      style={{ left: x - NODE.width / 2, top: y - NODE.height / 2, width: NODE.width, height: NODE.height }}
      onClick={() => onSelect(node.id)}
      onDoubleClick={() => onOpen(node.id)}
    >
      {root > 0 && <span className={styles.badge}>root {root}</span>}{" "}
      <span className={styles.top}>
        <b>{shortFunction(node.type)}</b> <span className={styles.count}>{formatCount(node.count)}</span>
      </span>{" "}
      <span className={styles.label}>{node.label}</span>{" "}
      <span className={styles.where}>
        {kind === "error"
          ? shortFunction(where)
          : kind === "panic" || kind === "fatal"
            ? `${kind} in ${shortFunction(where)}`
            : kind}
      </span>
    </button>
  );
});

/** Whether any of a node is inside of a rectangle of the layout. */
export function isInSight(
  at: Point,
  sight: { left: number; top: number; right: number; bottom: number },
): boolean {
  return (
    at.x + NODE.width / 2 >= sight.left &&
    at.x - NODE.width / 2 <= sight.right &&
    at.y + NODE.height / 2 >= sight.top &&
    at.y - NODE.height / 2 <= sight.bottom
  );
}
