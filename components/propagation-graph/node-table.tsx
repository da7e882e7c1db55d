"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import type { Group, PropagationGraph } from "../../server/events/index.ts";
import { formatCount } from "../format/index.ts";
import { GoName, Tag } from "../ui/index.ts";
import { kindOf } from "./node-box.tsx";
import styles from "./propagation-graph.module.css";

interface Props {
  graph: PropagationGraph;
  groups: ReadonlyMap<string, Group>;
  selected: string | null;
  onSelect(id: string): void;
}

const ROW = 44;

/** The graph as a list: each node with how many causes and effects it has, root causes first. */
export function NodeTable({ graph, groups, selected, onSelect }: Props) {
  const rows = useMemo(() => {
    const rank = new Map(graph.rootCauses.map((r, i) => [r.node, i + 1]));
    const into = Map.groupBy(graph.edges, (e) => e.target);
    const out = Map.groupBy(graph.edges, (e) => e.source);
    return graph.nodes
      .map((node) => ({
        node,
        rank: rank.get(node.id) ?? 0,
        causes: into.get(node.id)?.length ?? 0,
        effects: out.get(node.id)?.length ?? 0,
      }))
      .sort(
        (a, b) =>
          (a.rank || Number.POSITIVE_INFINITY) - (b.rank || Number.POSITIVE_INFINITY) ||
          b.node.count - a.node.count,
      );
  }, [graph]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 15,
  });
  return (
    <div ref={scroller} className={styles.list}>
      <ul
        style={{ height: virtual.getTotalSize(), position: "relative" }}
        aria-label={`Nodes of the graph, ${rows.length}`}
      >
        {virtual.getVirtualItems().map((item) => {
          const { node, rank, causes, effects } = rows[item.index]!;
          const kind = kindOf(node, node.groupId ? groups.get(node.groupId) : undefined);
          return (
            <li key={node.id} style={{ position: "absolute", top: item.start, insetInline: 0 }}>
              <button
                type="button"
                className={styles.row}
                aria-pressed={node.id === selected}
                onClick={() => onSelect(node.id)}
              >
                <span>
                  <b>
                    <GoName name={node.type} />
                  </b>{" "}
                  {rank > 0 && <Tag tone="root">root {rank}</Tag>} {kind !== "error" && <Tag>{kind}</Tag>}
                </span>
                <span className={styles.words}>{node.label}</span>
                <span>
                  {causes} {causes === 1 ? "cause" : "causes"}, {effects}{" "}
                  {effects === 1 ? "effect" : "effects"}
                </span>
                <b>{formatCount(node.count)}</b>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
