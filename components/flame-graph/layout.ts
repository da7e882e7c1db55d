import type { FlameTree } from "./build.ts";

/** A rectangle to draw, in CSS pixels; `row` counts from the top. */
export interface FlameBox {
  /** -1: several nodes too narrow to draw apart. */
  node: number;
  /** How many nodes: 1, or those that were merged. */
  nodes: number;
  x: number;
  width: number;
  row: number;
  /** On the way from “all” to the zoomed node. */
  above: boolean;
}

/** Boxes narrower than this are merged with their neighbours. */
const NARROWEST = 2;

/**
 * The boxes of the graph zoomed to `zoom`, which takes the whole width with everything above it. The root is at the top
 * (an icicle). Work and result are bounded by what can be seen: subtrees of merged boxes aren't visited.
 */
export function layoutFlame(tree: FlameTree, zoom: number, width: number): FlameBox[] {
  const boxes: FlameBox[] = [];
  if (tree.total[0] === 0 || width <= 0) return boxes;
  for (let at = tree.parent[zoom]!; at >= 0; at = tree.parent[at]!) {
    boxes.push({ node: at, nodes: 1, x: 0, width, row: tree.depth[at]!, above: true });
  }
  boxes.reverse();
  const scale = width / tree.total[zoom]!;
  const origin = tree.start[zoom]!;
  const merged = new Map<number, FlameBox>();
  for (let at = zoom; at < tree.end[zoom]!; ) {
    const x = (tree.start[at]! - origin) * scale;
    const wide = tree.total[at]! * scale;
    const row = tree.depth[at]!;
    if (wide >= NARROWEST) {
      boxes.push({ node: at, nodes: 1, x, width: wide, row, above: false });
      at++;
      continue;
    }
    const last = merged.get(row);
    if (last && Math.abs(last.x + last.width - x) < 0.01) {
      last.width += wide;
      last.nodes++;
    } else {
      const box: FlameBox = { node: -1, nodes: 1, x, width: wide, row, above: false };
      merged.set(row, box);
      boxes.push(box);
    }
    at = tree.end[at]!;
  }
  return boxes;
}

/** The box under a point, if any. @param row from the top */
export function boxAt(boxes: readonly FlameBox[], x: number, row: number): FlameBox | null {
  return boxes.find((b) => b.row === row && x >= b.x && x < b.x + b.width) ?? null;
}

export type Direction = "up" | "down" | "left" | "right";

/** Where an arrow key leads from a node: up to the caller, down to its widest callee, sideways along the row. Stays where
 * it is when there is nothing. */
export function neighbour(
  tree: FlameTree,
  boxes: readonly FlameBox[],
  node: number,
  direction: Direction,
): number {
  if (direction === "up") return Math.max(0, tree.parent[node]!);
  const drawn = boxes.filter((b) => b.node >= 0);
  if (direction === "down") {
    const below = drawn.filter((b) => tree.parent[b.node] === node);
    return below.reduce((widest, b) => (b.width > widest.width ? b : widest), { node, width: 0 } as FlameBox)
      .node;
  }
  const row = drawn.filter((b) => b.row === tree.depth[node]).sort((a, b) => a.x - b.x);
  const at = row.findIndex((b) => b.node === node);
  return row[at + (direction === "left" ? -1 : 1)]?.node ?? node;
}
