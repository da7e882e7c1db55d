"use client";
import type { GraphEdge, GraphNode, Group, PropagationGraph } from "../../server/events/index.ts";
import { formatCount, formatNanoseconds, formatShare } from "../format/index.ts";
import { GoName, Tag, type Tone } from "../ui/index.ts";
import { VIA_WORDS } from "./edges.tsx";
import { kindOf } from "./node-box.tsx";
import styles from "./propagation-graph.module.css";

interface Props {
  /** Says what the edges of the picture mean, while nothing is selected. */
  legend: boolean;
  graph: PropagationGraph;
  groups: ReadonlyMap<string, Group>;
  selected: string | null;
  onSelect(id: string): void;
  onOpen(id: string): void;
}

/** Beside the picture: the root causes in order, and what is selected. */
export function Side({ legend, graph, groups, selected, onSelect, onOpen }: Props) {
  const byId = new Map(graph.nodes.map((n) => [n.id, n]));
  const node = selected ? byId.get(selected) : undefined;
  return (
    <aside className={styles.side} aria-label="Root causes and selection">
      <section aria-label="Root causes" className={styles.roots}>
        <h2>Root causes</h2>
        {graph.rootCauses.length === 0 && (
          <p className={styles.quiet}>Not determined: no error here is known to come from another.</p>
        )}
        <ol>
          {graph.rootCauses.map((root, i) => {
            const its = byId.get(root.node);
            if (!its) return null;
            return (
              <li key={root.node}>
                <button
                  type="button"
                  className={styles.root}
                  aria-pressed={root.node === selected}
                  onClick={() => onSelect(root.node)}
                >
                  <span className={styles.badge}>root {i + 1}</span>{" "}
                  <b>
                    <GoName name={its.type} short />
                  </b>
                  <span className={styles.share}>{formatShare(root.share)}</span>
                  <span className={styles.meter} aria-hidden="true">
                    <span style={{ width: `${Math.min(1, root.share) * 100}%` }} />
                  </span>
                  <span className={styles.words}>{its.label}</span>
                  <span className={styles.reason}>{root.reason}</span>
                </button>
              </li>
            );
          })}
        </ol>
      </section>
      {node && (
        <Selected
          node={node}
          group={node.groupId ? groups.get(node.groupId) : undefined}
          edges={graph.edges}
          byId={byId}
          onSelect={onSelect}
          onOpen={onOpen}
        />
      )}
      {!node && legend && <Legend />}
    </aside>
  );
}

/** Of the kinds of nodes that have one. */
const TONES: Record<string, Tone> = { kernel: "kernel", panic: "panic", fatal: "bad" };

interface SelectedProps {
  node: GraphNode;
  group: Group | undefined;
  edges: readonly GraphEdge[];
  byId: ReadonlyMap<string, GraphNode>;
  onSelect(id: string): void;
  onOpen(id: string): void;
}

function Selected({ node, group, edges, byId, onSelect, onOpen }: SelectedProps) {
  const kind = kindOf(node, group);
  return (
    <section aria-label="Selected" data-selected={node.id}>
      <h2>Selected</h2>
      <p className={styles.name}>
        <GoName name={node.type} /> {kind !== "error" && <Tag tone={TONES[kind] ?? "plain"}>{kind}</Tag>}
      </p>
      <p className={styles.words}>{node.label}</p>
      <p className={styles.whereFull}>{node.where}</p>
      <p>
        seen {formatCount(node.count)} {node.count === 1 ? "time" : "times"}
        {node.kind === "value" && ", but not when it was made: it is older than the trace, or a sentinel"}
      </p>
      {group && (
        <button type="button" className={styles.link} onClick={() => onOpen(node.id)}>
          newest occurrence →
        </button>
      )}
      <Neighbours
        title="Came from"
        edges={edges.filter((e) => e.target === node.id)}
        end="source"
        byId={byId}
        onSelect={onSelect}
      />
      <Neighbours
        title="Led to"
        edges={edges.filter((e) => e.source === node.id)}
        end="target"
        byId={byId}
        onSelect={onSelect}
      />
    </section>
  );
}

/** Neighbours listed at most on each side. */
const MOST = 30;

interface NeighboursProps {
  title: string;
  edges: readonly GraphEdge[];
  end: "source" | "target";
  byId: ReadonlyMap<string, GraphNode>;
  onSelect(id: string): void;
}

function Neighbours({ title, edges, end, byId, onSelect }: NeighboursProps) {
  const sorted = edges.toSorted((a, b) => b.count - a.count);
  return (
    <>
      <h3>{title}</h3>
      {edges.length === 0 && (
        <p className={styles.quiet}>
          {end === "source" ? "nothing earlier that is known" : "nothing further that is known"}
        </p>
      )}
      <ul>
        {sorted.slice(0, MOST).map((edge) => (
          <li key={edge.id}>
            <button type="button" className={styles.neighbour} onClick={() => onSelect(edge[end])}>
              <GoName name={byId.get(edge[end])?.type ?? edge[end]} short />
              <span className={styles.quiet}>
                {VIA_WORDS[edge.via]}, {formatCount(edge.count)}×
                {edge.handovers &&
                  `, ${formatCount(edge.handovers.count)}× seen on another goroutine, up to ${formatNanoseconds(edge.handovers.longestNs)} before`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {edges.length > MOST && <p className={styles.quiet}>and {formatCount(edges.length - MOST)} more</p>}
    </>
  );
}

function Legend() {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: in a narrow window it is scrolled, by the keyboard too
    <section className={styles.legend} aria-label="Legend" tabIndex={0}>
      {(["unwrap", "field", "mention", "context", "panic", "kernel"] as const).map((via) => (
        <p key={via}>
          <svg
            width="44"
            height="12"
            aria-hidden="true"
            className={styles.edge}
            data-via={via}
            data-state="plain"
          >
            <path d="M0 6H42" strokeWidth="1.8" markerEnd={`url(#end-${via}-plain)`} />
          </svg>
          {VIA_WORDS[via]}
          {via === "field" || via === "mention" || via === "context" ? ", not seen by errors.Is" : ""}
        </p>
      ))}
      <p>⇄ seen on another goroutine before</p>
    </section>
  );
}
