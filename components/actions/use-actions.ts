"use client";
import { useEffect, useRef } from "react";
import { keyName, pressesItself, takesText } from "./keys.ts";
import { ACTIONS, type ActionId } from "./table.ts";

export type Handlers = Partial<Record<ActionId, () => void>>;

/** Handlers of what is on the screen now, innermost last. */
const layers: { current: Handlers }[] = [];

/** Says what actions do while the calling component is on the screen. The innermost component's word counts. */
export function useActions(handlers: Handlers): void {
  const layer = useRef(handlers);
  layer.current = handlers;
  useEffect(() => {
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
    };
  }, []);
}

function handlerOf(id: ActionId): (() => void) | undefined {
  for (let i = layers.length - 1; i >= 0; i--) {
    const handler = layers[i]!.current[id];
    if (handler) return handler;
  }
  return undefined;
}

/** Starts an action as its key would; nothing happens where no component on the screen knows it. */
export function runAction(id: ActionId): void {
  handlerOf(id)?.();
}

/** Binds the keys of the table to the page. Once, in the shell. */
export function useKeys(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target instanceof HTMLElement ? event.target : null;
      const name = keyName(event);
      if (event.defaultPrevented || name === null) return;
      if (takesText(target) && name !== "Escape") return;
      if (name !== "?" && document.querySelector("dialog[open], :popover-open")) return;
      if (pressesItself(target) && (name === "Enter" || name === "Space")) return;
      for (const action of ACTIONS) {
        const handler = action.keys.includes(name) ? handlerOf(action.id) : undefined;
        if (!handler) continue;
        event.preventDefault();
        handler();
        return;
      }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}
