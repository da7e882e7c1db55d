"use client";
import { useEffect, useRef, useState } from "react";
import type { PropagationGraph } from "../../server/events/index.ts";
import type { Layout } from "./layout.ts";
import type { LayoutReply, LayoutRequest } from "./layout.worker.ts";

/** What a layout depends on: which nodes and edges there are, not how often each was seen. */
export function shapeOf(graph: PropagationGraph): string {
  return JSON.stringify([graph.nodes.map((n) => n.id), graph.edges.map((e) => [e.source, e.target])]);
}

export interface Laid {
  layout: Layout;
  /** Milliseconds that it took. */
  ms: number;
}

/** Positions for the graph, worked out beside the page and only when nodes or edges come or go. While a layout runs, only
 * the newest wish waits. Null until the first one is there; a text when the thread can't run. */
export function useLayout(graph: PropagationGraph, aspect: number): Laid | string | null {
  const [laid, setLaid] = useState<Laid | string | null>(null);
  const worker = useRef<{ ask(request: LayoutRequest): void } | null>(null);
  const count = useRef(0);

  useEffect(() => {
    const thread = new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
    let busy = false;
    let waiting: LayoutRequest | null = null;
    const ask = (request: LayoutRequest) => {
      if (busy) waiting = request;
      else thread.postMessage(request);
      busy = true;
    };
    thread.onmessage = ({ data }: MessageEvent<LayoutReply>) => {
      busy = false;
      setLaid({ layout: data.layout, ms: data.ms });
      const next = waiting;
      waiting = null;
      if (next) ask(next);
    };
    thread.onerror = (event) => setLaid(event.message || "The layout’s thread could not start.");
    worker.current = { ask };
    return () => {
      worker.current = null;
      thread.terminate();
    };
  }, []);

  const shape = shapeOf(graph);
  const rounded = Math.round(aspect * 2) / 2;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape says all of the graph that matters here
  useEffect(() => {
    const links = graph.edges.map(({ id, source, target }) => ({ id, source, target }));
    worker.current?.ask({ id: ++count.current, nodes: graph.nodes.map((n) => n.id), links, aspect: rounded });
  }, [shape, rounded]);
  return laid;
}
