"use client";
import { select } from "d3-selection";
import { type ZoomBehavior, zoom, zoomIdentity } from "d3-zoom";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { Transform } from "./geometry.ts";

/** Zoom below which nodes are drawn without text. */
const TEXT_FROM = 0.42;
const LIMITS: [number, number] = [0.04, 2.5];

/**
 * Pan and zoom. The picture's transform is written to the element at once; the returned value follows when the movement
 * rests a little, for what depends on which part is in sight.
 */
export function useZoom(place: RefObject<HTMLElement | null>, picture: RefObject<HTMLElement | null>) {
  const behaviour = useRef<ZoomBehavior<HTMLElement, unknown> | null>(null);
  /** True once the user has moved the picture: then it is theirs, and no update moves it. */
  const moved = useRef(false);
  const [settled, setSettled] = useState<Transform>({ x: 0, y: 0, k: 1 });

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let frame = 0;
    const made = zoom<HTMLElement, unknown>()
      .scaleExtent(LIMITS)
      .filter(
        (event: MouseEvent | WheelEvent) => event.type === "wheel" || (event.button === 0 && !event.ctrlKey),
      )
      .on("zoom", ({ transform, sourceEvent }) => {
        if (sourceEvent) moved.current = true;
        const { x, y, k } = transform;
        if (picture.current) picture.current.style.transform = `translate(${x}px, ${y}px) scale(${k})`;
        element.dataset.text = String(k >= TEXT_FROM);
        cancelAnimationFrame(frame);
        frame = requestAnimationFrame(() => setSettled({ x, y, k }));
      });
    behaviour.current = made;
    const selection = select(element).call(made).on("dblclick.zoom", null);
    return () => {
      cancelAnimationFrame(frame);
      selection.on(".zoom", null);
    };
  }, [place, picture]);

  const moveTo = useCallback(
    ({ x, y, k }: Transform) => {
      if (place.current)
        behaviour.current?.transform(select(place.current), zoomIdentity.translate(x, y).scale(k));
    },
    [place],
  );
  const scaleBy = useCallback(
    (factor: number) => {
      moved.current = true;
      if (place.current) behaviour.current?.scaleBy(select(place.current), factor);
    },
    [place],
  );
  return { settled, moved, moveTo, scaleBy };
}
