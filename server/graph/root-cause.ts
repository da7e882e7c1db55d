/**
 * Which node explains the most. A root is a node without a cause that something came from. It explains its own
 * occurrences and each occurrence that came from it, counted once and only where that very value is among its causes:
 * reachability alone would credit a root with errors of a shared group that came from another. An occurrence with several
 * roots (errors.Join) is explained by each. What happened within the standard library alone, on goroutines of its own, comes after
 * all else: net/http stops a read of its own by a deadline at each request.
 */
import { formatCount, type GraphEdge, type GraphNode, type Group, type RootCause } from "../events/index.ts";
import type { Picture } from "./propagation.ts";

const MAX_ROOTS = 50;

/** @param isOutside whether a group has to do with other code than the standard library's. */
export function rootCauses(
  { nodes, edges, groups: byNode, explained, led, total }: Picture,
  isOutside: (group: Group) => boolean,
): RootCause[] {
  const caused = new Set(edges.map((edge) => edge.target));
  const targets = targetsOf(edges);
  const roots = nodes
    .filter(({ id }) => led.has(id) && !caused.has(id))
    .map((node) => {
      const after = nodesAfter(node.id, targets);
      const groups = [node.id, ...after].flatMap((id) => byNode.get(id) ?? []);
      return {
        node,
        explains: explained.get(node.id) ?? 0,
        groups: after.filter((id) => id.startsWith("g:")).length,
        outside: groups.length === 0 || groups.some(isOutside),
      };
    })
    // A failed call and the errno that it became are one failure: something must have come of them.
    .filter(({ node, groups }) => node.kind !== "kernel" || groups > 1);
  roots.sort(
    (a, b) =>
      Number(b.outside) - Number(a.outside) || b.explains - a.explains || (a.node.id < b.node.id ? -1 : 1),
  );
  return roots.slice(0, MAX_ROOTS).map(({ node, explains, groups, outside }) => {
    const reason = reasonOf(node, byNode.get(node.id), explains, total, groups);
    return {
      node: node.id,
      explains,
      share: total === 0 ? 0 : explains / total,
      reason: outside ? reason : `${reason} All of it within the standard library.`,
    };
  });
}

function targetsOf(edges: readonly GraphEdge[]): Map<string, string[]> {
  const targets = new Map<string, string[]>();
  for (const { source, target } of edges) {
    const list = targets.get(source);
    if (list) list.push(target);
    else targets.set(source, [target]);
  }
  return targets;
}

/** Nodes that a node leads to, near or far. */
function nodesAfter(from: string, targets: ReadonlyMap<string, string[]>): string[] {
  const seen = new Set<string>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of targets.get(id) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return [...seen];
}

function reasonOf(
  node: GraphNode,
  group: Group | undefined,
  explains: number,
  total: number,
  groups: number,
): string {
  const of = `${formatCount(explains)} of ${formatCount(total)} occurrences`;
  const led = `it led to ${formatCount(groups)} other ${groups === 1 ? "group" : "groups"}`;
  if (node.kind === "kernel")
    return `${of} came from the failed call ${node.type}${node.label ? ` of ${node.label}` : ""}: ${led}.`;
  return group
    ? `${of} came from this ${originWords(group)} ${node.where}, which has no cause of its own: ${led}.`
    : `${of} came from this ${node.type}, of which no cause is known and the making was not seen: ${led}.`;
}

/** What happened at a root's site: `*fs.PathError made in`, `panic (runtime.plainError) in`. */
function originWords({ kind, type, site }: Group): string {
  if (kind !== "error") return type === kind ? `${kind} in` : `${kind} (${type}) in`;
  return `${type} ${site.op === "sentinel" ? "used" : "made"} in`;
}
