import type { SugiNode } from "d3-dag";
import type { Point } from "./layout.ts";

type Layers = SugiNode<string, string>[][];

/**
 * A decrossing operator of d3-dag (it puts the nodes of each layer in order) that keeps the order of the last layout: known
 * nodes where they were, new ones beside their neighbours. Where most nodes are new there is nothing to keep, and `fresh`
 * decides.
 */
export function keepOrder(
  before: ReadonlyMap<string, Point>,
  fresh: (layers: SugiNode[][]) => void,
): (layers: Layers) => void {
  return (layers) => {
    const real = layers.flat().flatMap((n) => (n.data.role === "node" ? [n.data.node.data] : []));
    if (real.filter((id) => before.has(id)).length * 2 < real.length) return fresh(layers);
    const place = new Map<SugiNode<string, string>, number>();
    for (const node of layers.flat()) {
      const x = knownPlace(node, before);
      if (x !== null) place.set(node, x);
    }
    // Twice, there and back, so that a new node between new nodes gets a place, too.
    for (const layer of [...layers, ...layers.toReversed()]) {
      for (const node of layer) {
        if (place.has(node)) continue;
        const near = [...node.parents(), ...node.children()].flatMap((n) => place.get(n) ?? []);
        if (near.length > 0) place.set(node, near.reduce((sum, x) => sum + x, 0) / near.length);
      }
    }
    const rank = (node: SugiNode<string, string>) => place.get(node) ?? Number.POSITIVE_INFINITY;
    for (const layer of layers) {
      layer.sort((a, b) => {
        const [x, y] = [rank(a), rank(b)];
        return x === y ? 0 : x - y;
      });
    }
  };
}

/** Where a node was; for the bend of a long link, half way between its ends. */
function knownPlace({ data }: SugiNode<string, string>, before: ReadonlyMap<string, Point>): number | null {
  if (data.role === "node") return before.get(data.node.data)?.x ?? null;
  const [from, to] = [before.get(data.link.source.data), before.get(data.link.target.data)];
  return from && to ? (from.x + to.x) / 2 : null;
}
