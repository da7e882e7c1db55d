"use client";
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useState } from "react";
import { readColours, useTheme } from "../theme/index.ts";
import { copyText, useSize } from "../ui/index.ts";
import type { FlameTree } from "./build.ts";
import { FLAME_TOKENS } from "./colours.ts";
import { drawFlame, ROW_HEIGHT } from "./draw.ts";
import styles from "./flame-graph.module.css";
import { boxAt, type Direction, layoutFlame, neighbour } from "./layout.ts";
import type { FlameNames } from "./names.ts";

interface Props {
  tree: FlameTree;
  names: FlameNames;
  modules: readonly string[];
  zoom: number;
  /** -1: none. */
  marked: number;
  filtered: boolean;
  onMark(node: number): void;
  onZoom(node: number): void;
}

const ARROWS: Record<string, Direction> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
  w: "up",
  s: "down",
  a: "left",
  d: "right",
};

export function FlameCanvas({ tree, names, modules, zoom, marked, filtered, onMark, onZoom }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(scroller);
  const [top, setTop] = useState(0);
  const themeRev = useTheme((s) => s.rev);
  const boxes = useMemo(() => layoutFlame(tree, zoom, width), [tree, zoom, width]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme's change is why colours are read again
  const style = useMemo(
    () =>
      typeof document === "undefined"
        ? null
        : {
            colours: readColours(FLAME_TOKENS),
            monospace: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
          },
    [themeRev],
  );

  useEffect(() => {
    const ctx = canvas.current?.getContext("2d");
    if (!ctx || !style || width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    ctx.canvas.width = Math.round(width * ratio);
    ctx.canvas.height = Math.round(height * ratio);
    drawFlame(ctx, { tree, names, boxes, modules, ...style, marked, filtered }, top, width, height, ratio);
  }, [tree, names, boxes, modules, style, marked, filtered, top, width, height]);

  const nodeUnder = (event: MouseEvent) => {
    const at = canvas.current!.getBoundingClientRect();
    const row = Math.floor((event.clientY - at.top + top) / ROW_HEIGHT);
    return boxAt(boxes, event.clientX - at.left, row)?.node ?? -1;
  };
  const show = (node: number) => {
    onMark(node);
    const y = tree.depth[node]! * ROW_HEIGHT;
    const element = scroller.current!;
    if (y < element.scrollTop) element.scrollTop = y;
    else if (y + ROW_HEIGHT > element.scrollTop + height) element.scrollTop = y + ROW_HEIGHT - height;
  };
  const press = (event: KeyboardEvent) => {
    const at = marked >= 0 ? marked : zoom;
    if ((event.ctrlKey || event.metaKey) && event.key === "c") {
      copyText(names.list[tree.name[at]!]!.full);
      return event.preventDefault();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const direction = ARROWS[event.key];
    if (direction) show(neighbour(tree, boxes, at, direction));
    else if (event.key === "Enter") onZoom(at);
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no place for a picture
    <div
      ref={scroller}
      className={styles.scroller}
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture is moved through by arrow keys
      tabIndex={0}
      aria-label="Flame graph. Arrow keys move, Enter zooms in, Backspace zooms out, t shows it as a table."
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={press}
    >
      <canvas
        ref={canvas}
        className={styles.canvas}
        style={{ width, height }}
        onPointerMove={(event) => onMark(nodeUnder(event))}
        onPointerLeave={() => onMark(-1)}
        onClick={(event) => {
          const node = nodeUnder(event);
          if (node >= 0) onZoom(node);
        }}
      />
      <div style={{ height: Math.max(0, tree.levels * ROW_HEIGHT - height) }} />
    </div>
  );
}
