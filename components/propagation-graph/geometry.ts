import type { Point } from "./layout.ts";

/** SVG path of an edge through its bends, from the edge of the source's box that faces the target to that of the target. */
export function edgePath(bends: readonly Point[], nodeHeight: number): string {
  if (bends.length < 2) return "";
  const [first, last] = [bends[0]!, bends.at(-1)!];
  const side = last.y >= first.y ? nodeHeight / 2 : -nodeHeight / 2;
  const points = [{ x: first.x, y: first.y + side }, ...bends.slice(1, -1), { x: last.x, y: last.y - side }];
  let path = `M${r(points[0]!.x)} ${r(points[0]!.y)}`;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1]!, points[i]!];
    const middle = (a.y + b.y) / 2;
    path += `C${r(a.x)} ${r(middle)} ${r(b.x)} ${r(middle)} ${r(b.x)} ${r(b.y)}`;
  }
  return path;
}

/**
 * Where an edge's label goes: on the edge, in the middle of the gap before its target, where edges of one source have already
 * parted and no box is.
 * @param gap height between two layers.
 * @returns the point, and whether the edge runs straight down there: beside it there is room for the label.
 */
export function labelPoint(
  bends: readonly Point[],
  nodeHeight: number,
  gap: number,
): Point & { straight: boolean } {
  const [last, previous] = [bends.at(-1)!, bends.at(-2)!];
  const side = last.y >= previous.y ? -1 : 1;
  const start = bends.length === 2 ? previous.y - (side * nodeHeight) / 2 : previous.y;
  const end = last.y + (side * nodeHeight) / 2;
  const y = Math.abs(end - start) <= gap ? (start + end) / 2 : end + (side * gap) / 2;
  const x = xOnCurve(previous.x, last.x, (y - start) / (end - start));
  return { x: r(x), y, straight: Math.abs(last.x - previous.x) < 1 };
}

/** Where the curve that edgePath draws from one point to another is, when it has gone this share (0 to 1) of its height. */
function xOnCurve(from: number, to: number, share: number): number {
  // both coordinates are the same cubic of t, but for their controls: y's are half-way, x's at its ends
  const yAt = (t: number) => 1.5 * (1 - t) ** 2 * t + 1.5 * (1 - t) * t ** 2 + t ** 3;
  let [low, high] = [0, 1];
  for (let i = 0; i < 20; i++) {
    const middle = (low + high) / 2;
    if (yAt(middle) < share) low = middle;
    else high = middle;
  }
  return from + (to - from) * (3 * (1 - low) * low ** 2 + low ** 3);
}

export interface Transform {
  x: number;
  y: number;
  k: number;
}

/** Zoom that shows a picture whole, at most at its own size, with a margin. */
export function fitTransform(
  picture: { width: number; height: number },
  place: { width: number; height: number },
): Transform {
  const margin = 28;
  const k = Math.min(
    1,
    (place.width - 2 * margin) / picture.width,
    (place.height - 2 * margin) / picture.height,
  );
  return { k, x: (place.width - picture.width * k) / 2, y: (place.height - picture.height * k) / 2 };
}

/** Zoom that has a point in the middle of the place, not smaller than `least`. */
export function centreOn(point: Point, place: { width: number; height: number }, k: number): Transform {
  return { k, x: place.width / 2 - point.x * k, y: place.height / 2 - point.y * k };
}

export type Way = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

/** The nearest node in a direction, by centres; sideways counts double, so that a row is kept. */
export function nearest(nodes: ReadonlyMap<string, Point>, from: string, way: Way): string | null {
  const at = nodes.get(from);
  if (!at) return null;
  const [ahead, aside] =
    way === "ArrowLeft" || way === "ArrowRight" ? (["x", "y"] as const) : (["y", "x"] as const);
  const sign = way === "ArrowLeft" || way === "ArrowUp" ? -1 : 1;
  let best: { id: string; cost: number } | null = null;
  for (const [id, p] of nodes) {
    const forward = (p[ahead] - at[ahead]) * sign;
    if (id === from || forward <= 1) continue;
    const cost = forward + 2 * Math.abs(p[aside] - at[aside]);
    if (!best || cost < best.cost) best = { id, cost };
  }
  return best?.id ?? null;
}

const r = (n: number) => Math.round(n * 10) / 10;
