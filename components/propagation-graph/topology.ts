/**
 * The graph as the layout needs it: without cycles, in connected parts. What is drawn keeps every edge; only the layout
 * sees a turned one, since groups can wrap each other in a circle though single values can't.
 */
export interface Link {
  id: string;
  source: string;
  target: string;
}

export interface Topology {
  /** Connected parts of at least two nodes, largest first. */
  parts: { nodes: string[]; links: Link[] }[];
  /** Nodes that no edge touches, in the order given. */
  single: string[];
  /** Ids of links that point against the layout's direction. */
  turned: Set<string>;
}

/** Links to unknown nodes and from a node to itself are left out; of links between the same two nodes, one is kept. */
export function topologyOf(nodes: readonly string[], links: readonly Link[]): Topology {
  const known = new Set(nodes);
  const between = new Set<string>();
  const usable = links.filter(({ source, target }) => {
    const pair = source < target ? `${source}\0${target}` : `${target}\0${source}`;
    if (source === target || !known.has(source) || !known.has(target) || between.has(pair)) return false;
    between.add(pair);
    return true;
  });
  const turned = cycleClosers(nodes, usable);
  const forward = usable.map((l) =>
    turned.has(l.id) ? { id: l.id, source: l.target, target: l.source } : l,
  );
  return { ...connectedParts(nodes, forward), turned };
}

/** Links whose turning leaves no cycle: those that lead back onto the path of a depth-first walk. */
function cycleClosers(nodes: readonly string[], links: readonly Link[]): Set<string> {
  const from = Map.groupBy(links, (l) => l.source);
  const closers = new Set<string>();
  const state = new Map<string, "on the path" | "done">();
  for (const root of nodes) {
    if (state.has(root)) continue;
    const path: { node: string; next: number }[] = [{ node: root, next: 0 }];
    state.set(root, "on the path");
    while (path.length > 0) {
      const top = path.at(-1)!;
      const link = from.get(top.node)?.[top.next++];
      if (!link) {
        state.set(top.node, "done");
        path.pop();
      } else if (state.get(link.target) === "on the path") closers.add(link.id);
      else if (!state.has(link.target)) {
        state.set(link.target, "on the path");
        path.push({ node: link.target, next: 0 });
      }
    }
  }
  return closers;
}

function connectedParts(
  nodes: readonly string[],
  links: readonly Link[],
): Pick<Topology, "parts" | "single"> {
  const leader = new Map(nodes.map((n) => [n, n]));
  const find = (node: string): string => {
    let at = node;
    while (leader.get(at) !== at) {
      const up = leader.get(leader.get(at)!)!;
      leader.set(at, up);
      at = up;
    }
    return at;
  };
  for (const { source, target } of links) leader.set(find(source), find(target));
  const members = Map.groupBy(nodes, find);
  const inner = Map.groupBy(links, (l) => find(l.source));
  const parts = [...members]
    .filter(([, list]) => list.length > 1)
    .map(([lead, list]) => ({ nodes: list, links: inner.get(lead) ?? [] }))
    .sort((a, b) => b.nodes.length - a.nodes.length);
  return { parts, single: [...members.values()].flatMap((list) => (list.length === 1 ? list : [])) };
}
