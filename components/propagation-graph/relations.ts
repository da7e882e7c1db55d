import type { GraphEdge, PropagationGraph } from "../../server/events/index.ts";

/** What led to a node and what came of it, as ids of nodes, the node itself in neither. */
export interface Relations {
  upstream: Set<string>;
  downstream: Set<string>;
}

export function relationsOf(edges: readonly GraphEdge[], node: string): Relations {
  return {
    upstream: reach(
      edges,
      node,
      (e) => e.target,
      (e) => e.source,
    ),
    downstream: reach(
      edges,
      node,
      (e) => e.source,
      (e) => e.target,
    ),
  };
}

function reach(
  edges: readonly GraphEdge[],
  start: string,
  from: (e: GraphEdge) => string,
  to: (e: GraphEdge) => string,
): Set<string> {
  const out = Map.groupBy(edges, from);
  const found = new Set<string>();
  const work = [start];
  while (work.length > 0) {
    for (const edge of out.get(work.pop()!) ?? []) {
      const next = to(edge);
      if (next === start || found.has(next)) continue;
      found.add(next);
      work.push(next);
    }
  }
  return found;
}

/** Nodes drawn at most. */
export const MOST_NODES = 2000;

/**
 * The part of the graph to draw: nodes that `wanted` takes, with everything up- and downstream of them, so that a filter
 * shows whole ways and not loose nodes.
 * @returns `left`: how many more than can be drawn there were; those with the fewest occurrences are left out
 */
export function subgraph(
  graph: PropagationGraph,
  wanted: ((nodeId: string) => boolean) | null,
): { graph: PropagationGraph; left: number } {
  let keep = new Set(graph.nodes.map((n) => n.id));
  if (wanted) {
    const hits = graph.nodes.filter((n) => wanted(n.id)).map((n) => n.id);
    keep = new Set(hits);
    for (const id of hits) {
      const { upstream, downstream } = relationsOf(graph.edges, id);
      for (const other of [...upstream, ...downstream]) keep.add(other);
    }
  }
  let nodes = graph.nodes.filter((n) => keep.has(n.id));
  const left = Math.max(0, nodes.length - MOST_NODES);
  if (left > 0) nodes = nodes.toSorted((a, b) => b.count - a.count).slice(0, MOST_NODES);
  if (nodes.length === graph.nodes.length) return { graph, left };
  const kept = new Set(nodes.map((n) => n.id));
  return {
    left,
    graph: {
      nodes,
      edges: graph.edges.filter((e) => kept.has(e.source) && kept.has(e.target)),
      rootCauses: graph.rootCauses.filter((r) => kept.has(r.node)),
    },
  };
}
