/**
 * Which node explains the most. A root is a node that came from nothing else; it explains every occurrence that can be
 * reached from it. Roots are ranked by what they explain; where several reach the same occurrence each explains it, and
 * the share says of how much of all it does.
 */
import type { GraphEdge, GraphNode, RootCause } from "../events/index.ts";

const MAX_ROOTS = 50;

export function rootCauses(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): RootCause[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const targets = new Map<string, string[]>();
  const hasSource = new Set<string>();
  for (const { source, target } of edges) {
    hasSource.add(target);
    const list = targets.get(source);
    if (list) list.push(target);
    else targets.set(source, [target]);
  }
  const total = nodes.reduce((sum, node) => sum + (node.kind === "group" ? node.count : 0), 0);
  const roots = nodes
    .filter((node) => !hasSource.has(node.id))
    .map((node) => {
      const downstream = reachable(node.id, targets);
      let explains = 0;
      for (const id of downstream) {
        const reached = byId.get(id);
        // An occurrence counts once, where it was made; of a cause seen only inside others nothing more is known.
        // It can't explain more of another group than there were of itself.
        if (reached?.kind === "group") explains += Math.min(reached.count, node.count);
      }
      return { node, explains, groups: downstream.size - 1 };
    })
    .filter(({ explains }) => explains > 0)
    .sort((a, b) => b.explains - a.explains || b.groups - a.groups || (a.node.id < b.node.id ? -1 : 1));
  return roots.slice(0, MAX_ROOTS).map(({ node, explains, groups }) => ({
    node: node.id,
    explains,
    share: total === 0 ? 0 : explains / total,
    reason: reasonOf(node, explains, groups, total),
  }));
}

function reachable(from: string, targets: ReadonlyMap<string, string[]>): Set<string> {
  const seen = new Set([from]);
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of targets.get(id) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return seen;
}

function reasonOf(node: GraphNode, explains: number, groups: number, total: number): string {
  const what = node.kind === "value" ? `${node.type}, ${node.where}` : `${node.type} made in ${node.where}`;
  const of = `${explains} of ${total} occurrences`;
  if (groups === 0) return `${of} are this ${what}: it has no cause of its own and led to nothing else`;
  return `${of} in ${groups + (node.kind === "group" ? 1 : 0)} groups come from this ${what}: it has no cause of its own`;
}
