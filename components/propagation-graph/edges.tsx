"use client";
import { memo } from "react";
import type { GraphEdge } from "../../server/events/index.ts";
import { formatCompact, formatCount, formatNanoseconds } from "../format/index.ts";
import { edgePath, labelPoint } from "./geometry.ts";
import type { Point } from "./layout.ts";
import { GAP, NODE } from "./node-size.ts";
import styles from "./propagation-graph.module.css";

interface Props {
  edge: GraphEdge;
  bends: readonly Point[];
  state: "plain" | "lit" | "dim";
}

/** What an edge's kind means, for labels and the legend. */
export const VIA_WORDS: Record<GraphEdge["via"], string> = {
  unwrap: "wrapped",
  field: "held in a field",
  mention: "mentioned by %v",
  context: "the cause of its context",
  panic: "became a panic",
  kernel: "a failed system call",
};

/** An edge from a cause to what came of it. Kinds differ by dash, arrow and word. */
export const Edge = memo(function Edge({ edge, bends, state }: Props) {
  const at = labelPoint(bends, NODE.height, GAP.layer);
  const kind = edge.via === "unwrap" ? formatCompact(edge.count) : `${edge.via} ${formatCompact(edge.count)}`;
  const words = edge.handovers ? `${kind} ⇄` : kind;
  return (
    <g className={styles.edge} data-edge={edge.id} data-via={edge.via} data-state={state}>
      <path
        d={edgePath(bends, NODE.height)}
        strokeWidth={Math.min(5, 1.2 + Math.log10(Math.max(1, edge.count)) * 0.9)}
        markerEnd={`url(#end-${edge.via}-${state === "lit" ? "lit" : "plain"})`}
      />
      <text x={at.straight ? at.x + 7 : at.x} y={at.y + 4} textAnchor={at.straight ? "start" : "middle"}>
        {words}
        {edge.handovers && (
          <title>{`${formatCount(edge.handovers.count)} times seen on another goroutine, up to ${formatNanoseconds(edge.handovers.longestNs)} before`}</title>
        )}
      </text>
    </g>
  );
});

/** Arrow heads: whole for what errors.Is follows, open for what it doesn't, a bar for a panic. */
export function ArrowHeads() {
  const shapes: Record<GraphEdge["via"], string> = {
    unwrap: "M0 0L9 4.5 0 9z",
    field: "M0 4.5L4.5 0 9 4.5 4.5 9z",
    mention: "M1 1L9 4.5 1 8",
    context: "M1 1L9 4.5 1 8",
    kernel: "M0 0L9 4.5 0 9z",
    panic: "M0 0L9 4.5 0 9zM8 0H10V9H8z",
  };
  return (
    <defs>
      {Object.entries(shapes).flatMap(([via, d]) =>
        ["plain", "lit"].map((state) => (
          <marker
            key={via + state}
            id={`end-${via}-${state}`}
            className={styles.head}
            data-via={via}
            data-state={state}
            viewBox="0 0 10 9"
            refX="9"
            refY="4.5"
            markerWidth="10"
            markerHeight="9"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d={d} />
          </marker>
        )),
      )}
    </defs>
  );
}
