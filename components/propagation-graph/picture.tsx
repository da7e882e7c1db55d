"use client";
import { type KeyboardEvent, useEffect, useMemo, useRef } from "react";
import type { GraphNode, Group, PropagationGraph } from "../../server/events/index.ts";
import { useActions } from "../actions/index.ts";
import { useSize } from "../ui/index.ts";
import { ArrowHeads, Edge } from "./edges.tsx";
import { centreOn, fitTransform, nearest, type Way } from "./geometry.ts";
import { isInSight, NodeBox } from "./node-box.tsx";
import styles from "./propagation-graph.module.css";
import type { Relations } from "./relations.ts";
import type { Laid } from "./use-layout.ts";
import { useZoom } from "./use-zoom.ts";

interface Props {
  graph: PropagationGraph;
  laid: Laid;
  groups: ReadonlyMap<string, Group>;
  selected: string | null;
  relations: Relations | null;
  onSelect(id: string): void;
  onOpen(id: string): void;
}

/** Nodes up to which all are in the document, in sight or not. */
const FEW = 150;
/** Zoom that is asked for when a node is brought into sight: its text is readable. */
const READABLE = 0.85;
/** Zoom below which not even the shapes tell anything. */
const LEGIBLE = 0.25;

export function Picture({ graph, laid, groups, selected, relations, onSelect, onOpen }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLDivElement>(null);
  const size = useSize(place);
  const { settled, moved, moveTo, scaleBy } = useZoom(place, picture);
  const { layout } = laid;
  const ranks = useMemo(() => new Map(graph.rootCauses.map((r, i) => [r.node, i + 1])), [graph.rootCauses]);
  const shown = graph.nodes.filter((n) => layout.nodes.has(n.id));
  const showAll = () => moveTo(fitTransform(layout, size));

  // The picture is moved by itself only until the user takes it over, or asks for a node.
  // biome-ignore lint/correctness/useExhaustiveDependencies: moves when the layout, the place or the selection change
  useEffect(() => {
    if (size.width === 0 || layout.nodes.size === 0) return;
    const at = selected ? layout.nodes.get(selected) : undefined;
    const whole = fitTransform(layout, size);
    if (!at) {
      // Of a very large graph the whole says nothing: begin where most came from.
      const first = whole.k < LEGIBLE ? layout.nodes.get(graph.rootCauses[0]?.node ?? "") : undefined;
      if (!moved.current) moveTo(first ? centreOn(first, size, READABLE) : whole);
      return;
    }
    const { x, y, k } = settled;
    const [px, py] = [at.x * k + x, at.y * k + y];
    const visible = px > 60 && py > 40 && px < size.width - 60 && py < size.height - 40;
    if (!moved.current) moveTo(whole.k >= READABLE ? whole : centreOn(at, size, READABLE));
    else if (!visible) moveTo(centreOn(at, size, Math.max(k, READABLE)));
  }, [layout, size.width, size.height, selected]);

  useActions({
    "graph.fit": () => {
      moved.current = false;
      showAll();
    },
    "graph.in": () => scaleBy(1.35),
    "graph.out": () => scaleBy(1 / 1.35),
  });

  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = (event.target as HTMLElement).dataset.node;
    if (!id) return;
    if (event.key === "Enter" && id === selected) onOpen(id);
    else if (event.key.startsWith("Arrow")) {
      const next = nearest(layout.nodes, id, event.key as Way);
      if (next) onSelect(next);
      requestAnimationFrame(() =>
        document
          .querySelector<HTMLElement>(`[data-node="${CSS.escape(next ?? id)}"]`)
          ?.focus({ preventScroll: true }),
      );
    } else return;
    event.preventDefault();
  };

  const { x, y, k } = settled;
  const margin = 200 / k;
  const sight = {
    left: -x / k - margin,
    top: -y / k - margin,
    right: (size.width - x) / k + margin,
    bottom: (size.height - y) / k + margin,
  };
  const inSight = (node: GraphNode) => shown.length <= FEW || isInSight(layout.nodes.get(node.id)!, sight);
  const lit = (id: string) =>
    !relations || id === selected || relations.upstream.has(id) || relations.downstream.has(id);
  const tabbable =
    selected && layout.nodes.has(selected) ? selected : (graph.rootCauses[0]?.node ?? shown[0]?.id);

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no place for a picture
    <div
      ref={place}
      className={styles.place}
      role="group"
      aria-label="Propagation graph, causes at the top"
      onKeyDown={press}
    >
      <div ref={picture} className={styles.picture}>
        <svg
          className={styles.edges}
          width={Math.max(1, layout.width)}
          height={Math.max(1, layout.height)}
          aria-hidden="true"
        >
          <ArrowHeads />
          {graph.edges.map((edge) => {
            const bends = layout.links.get(edge.id);
            if (!bends) return null;
            const state = !relations ? "plain" : onTheWay(edge, selected, relations) ? "lit" : "dim";
            return <Edge key={edge.id} edge={edge} bends={bends} state={state} />;
          })}
        </svg>
        {shown.filter(inSight).map((node) => {
          const at = layout.nodes.get(node.id)!;
          return (
            <NodeBox
              key={node.id}
              node={node}
              group={node.groupId ? groups.get(node.groupId) : undefined}
              x={at.x}
              y={at.y}
              root={ranks.get(node.id) ?? 0}
              selected={node.id === selected}
              dimmed={!lit(node.id)}
              tabbable={node.id === tabbable}
              onSelect={onSelect}
              onOpen={onOpen}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Whether an edge is part of a way through the selected node. */
function onTheWay(
  { source, target }: { source: string; target: string },
  selected: string | null,
  r: Relations,
): boolean {
  const before = (id: string) => id === selected || r.upstream.has(id);
  const after = (id: string) => id === selected || r.downstream.has(id);
  return (before(source) && before(target)) || (after(source) && after(target));
}
