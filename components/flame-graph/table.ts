import type { FlameTree } from "./build.ts";

/** A line of the table that says the same as the picture. */
export interface FlameLine {
  node: number;
  /** The node's number as text: identity among the lines of one tree. */
  path: string;
  parent: string | null;
  depth: number;
  /** Null: nothing below. */
  open: boolean | null;
}

/** Lines drawn at most. */
const MOST_LINES = 20_000;

/**
 * The visible lines, heaviest first among siblings. Open at first is the way that most occurrences took.
 * @param toggled nodes that the user opened or closed against that
 */
export function flameLines(tree: FlameTree, toggled: ReadonlySet<number>): FlameLine[] {
  const lines: FlameLine[] = [];
  const work: { node: number; main: boolean }[] = [{ node: 0, main: true }];
  while (work.length > 0 && lines.length < MOST_LINES) {
    const { node, main } = work.pop()!;
    const children: number[] = [];
    for (let at = node + 1; at < tree.end[node]!; at = tree.end[at]!) children.push(at);
    const open = children.length === 0 ? null : main !== toggled.has(node);
    const parent = tree.parent[node]!;
    lines.push({
      node,
      path: String(node),
      parent: parent < 0 ? null : String(parent),
      depth: tree.depth[node]! + 1,
      open,
    });
    if (!open) continue;
    children.sort((a, b) => tree.total[b]! - tree.total[a]! || a - b);
    for (let i = children.length - 1; i >= 0; i--) work.push({ node: children[i]!, main: main && i === 0 });
  }
  return lines;
}
