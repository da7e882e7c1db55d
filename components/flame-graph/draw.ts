import { formatCount } from "../format/index.ts";
import type { FlameTree } from "./build.ts";
import { colourToken } from "./colours.ts";
import type { FlameBox } from "./layout.ts";
import type { FlameNames } from "./names.ts";

export const ROW_HEIGHT = 20;
const FONT_SIZE = 11.5;
const PADDING = 5;

export interface FlamePicture {
  tree: FlameTree;
  names: FlameNames;
  boxes: readonly FlameBox[];
  modules: readonly string[];
  /** Token name → colour. */
  colours: ReadonlyMap<string, string>;
  monospace: string;
  /** Node under the pointer or the keyboard's; -1: none. */
  marked: number;
  /** True while a filter is set: boxes without a match are dimmed. */
  filtered: boolean;
}

/**
 * Draws the rows that are in sight.
 * @param top first visible CSS pixel of the graph @param width, height of the canvas in CSS pixels
 * @param ratio device pixels a CSS pixel, so that edges and text stay crisp
 */
export function drawFlame(
  ctx: CanvasRenderingContext2D,
  picture: FlamePicture,
  top: number,
  width: number,
  height: number,
  ratio: number,
): void {
  const { boxes, colours, tree, names } = picture;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  ctx.font = `${FONT_SIZE}px ${picture.monospace}`;
  ctx.textBaseline = "middle";
  const charWidth = ctx.measureText("0").width;
  const firstRow = Math.floor(top / ROW_HEIGHT);
  const lastRow = Math.ceil((top + height) / ROW_HEIGHT);
  const snap = (v: number) => Math.round(v * ratio) / ratio;
  for (const box of boxes) {
    if (box.row < firstRow || box.row > lastRow) continue;
    const x = snap(box.x);
    const y = box.row * ROW_HEIGHT - top;
    const w = Math.max(snap(box.x + box.width) - x - 1, 1 / ratio);
    const dim = picture.filtered && (box.node < 0 || tree.matching[box.node] === 0);
    ctx.globalAlpha = dim ? 0.25 : box.above ? 0.6 : 1;
    const name = box.node < 0 ? null : names.list[tree.name[box.node]!]!;
    ctx.fillStyle = colours.get(name ? colourToken(name, picture.modules) : "line")!;
    ctx.fillRect(x, y, w, ROW_HEIGHT - 1);
    if (!name) continue;
    ctx.globalAlpha = 1;
    const room = Math.floor((w - 2 * PADDING) / charWidth);
    if (room >= 3) {
      ctx.fillStyle = colours.get(dim ? "ink-3" : "ink")!;
      const text = labelOf(name.label, tree.repeat[box.node]!, tree.total[box.node]!, room);
      ctx.fillText(text.label, x + PADDING, y + ROW_HEIGHT / 2);
      if (text.count) {
        ctx.fillText(text.count, x + w - PADDING - text.count.length * charWidth, y + ROW_HEIGHT / 2);
      }
    }
    if (box.node === picture.marked) {
      ctx.strokeStyle = colours.get("accent")!;
      ctx.lineWidth = 2;
      ctx.strokeRect(x + 1, y + 1, Math.max(w - 2, 1), ROW_HEIGHT - 3);
    }
  }
  ctx.globalAlpha = 1;
}

/** A box's text in at most `room` characters: the name, cut at its end, and the count at the right where there is room. */
export function labelOf(
  name: string,
  repeat: number,
  total: number,
  room: number,
): { label: string; count: string | null } {
  const whole = repeat > 1 ? `${name} ↻${repeat}` : name;
  const label = whole.length > room ? `${whole.slice(0, room - 1)}…` : whole;
  const count = formatCount(total);
  return { label, count: label.length + count.length + 2 <= room ? count : null };
}
