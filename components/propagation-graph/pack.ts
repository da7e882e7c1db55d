import type { Point } from "./layout.ts";

export interface Size {
  width: number;
  height: number;
}
export interface Packing extends Size {
  /** Top left corner of each box. */
  places: Point[];
  /** Width that was to be filled. */
  row: number;
}

/** Widths that are tried, as parts of the side that the boxes' area suggests. */
const TRIES = [0.75, 0.9, 1, 1.1, 1.25, 1.45, 1.7];
/** How much larger than the best a packing in the width of the last one may be, so that little changes move nothing. */
const TOLERANCE = 1.3;

/**
 * Places boxes, each as high up as it fits and then to the left, so that the whole can be shown as large as possible in a
 * place that is `aspect` times wider than high.
 * @param last width that the last packing filled; 0 of one without boxes, which says nothing
 */
export function pack(
  boxes: readonly Size[],
  gap: number,
  aspect: number,
  last: number | null = null,
): Packing {
  const area = boxes.reduce((sum, b) => sum + (b.width + gap) * (b.height + gap), 0);
  const widest = Math.max(0, ...boxes.map((b) => b.width));
  const fill = (row: number) => fillRow(boxes, gap, Math.max(widest, row));
  const need = (size: Size) => Math.max(size.width, size.height * aspect);
  const tried = TRIES.map((part) => fill(part * Math.sqrt(area * aspect)));
  const best = tried.reduce((a, b) => (need(b) < need(a) ? b : a));
  const same = last ? fill(last) : best;
  return need(same) <= need(best) * TOLERANCE ? same : best;
}

/** The skyline: for stretches of x, from left to right, the lowest y that is still free. */
type Skyline = { x: number; y: number }[];

function fillRow(boxes: readonly Size[], gap: number, row: number): Packing {
  let sky: Skyline = [{ x: 0, y: 0 }];
  const packing: Packing = { places: [], width: 0, height: 0, row };
  for (const box of boxes) {
    const [width, height] = [box.width + gap, box.height + gap];
    const place = lowest(sky, width, row + gap);
    packing.places.push(place);
    packing.width = Math.max(packing.width, place.x + box.width);
    packing.height = Math.max(packing.height, place.y + box.height);
    sky = raise(sky, place.x, place.x + width, place.y + height);
  }
  return packing;
}

/** The highest place (smallest y) where a box of this width rests on the skyline, the leftmost of several. */
function lowest(sky: Skyline, width: number, row: number): Point {
  let best: Point | null = null;
  for (let i = 0; i < sky.length; i++) {
    const { x } = sky[i]!;
    if (i > 0 && x + width > row + 0.001) break;
    let y = 0;
    for (let j = i; j < sky.length && sky[j]!.x < x + width - 0.001; j++) y = Math.max(y, sky[j]!.y);
    if (!best || y < best.y - 0.001) best = { x, y };
  }
  return best!;
}

function raise(sky: Skyline, from: number, to: number, y: number): Skyline {
  const after = sky.findLast((s) => s.x <= to + 0.001)!;
  const rest = sky.filter((s) => s.x > to + 0.001);
  return [...sky.filter((s) => s.x < from - 0.001), { x: from, y }, { x: to, y: after.y }, ...rest];
}

/** A grid of `count` equal nodes. @returns the centre of each */
export function packSingles(
  count: number,
  node: Size,
  gap: number,
  aspect: number,
): Size & { places: Point[] } {
  const ideal = Math.sqrt((count * aspect * (node.height + gap)) / (node.width + gap));
  const columns = Math.max(1, Math.min(count, Math.round(ideal)));
  const places = Array.from({ length: count }, (_, i) => ({
    x: (i % columns) * (node.width + gap) + node.width / 2,
    y: Math.floor(i / columns) * (node.height + gap) + node.height / 2,
  }));
  const rows = Math.ceil(count / columns);
  return {
    places,
    width: count > 0 ? columns * (node.width + gap) - gap : 0,
    height: Math.max(0, rows * (node.height + gap) - gap),
  };
}
