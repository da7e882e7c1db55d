"use client";
import { useMemo, useRef } from "react";
import type { Event } from "../../server/events/index.ts";
import { compileFilter } from "../filter/index.ts";
import { useShown, useSlow } from "../live/index.ts";
import { useView } from "../view-state/index.ts";
import { buildFlame, type FlameTree } from "./build.ts";
import { FlameNames } from "./names.ts";

/** Shortest time between two builds: a full ring takes some 50 ms. */
const REBUILD_MS = 1000;

/** The tree of what the page's memory holds, as group, toggles and filter say. */
export function useFlame(): { tree: FlameTree; names: FlameNames } {
  const { group, made, init, own, filter } = useView();
  const shown = useSlow(useShown(), REBUILD_MS, JSON.stringify([group, made, init, own, filter]));
  const names = useRef<FlameNames>(null);
  names.current ??= new FlameNames();
  const kept = names.current;
  const tree = useMemo(() => {
    const { model } = shown;
    const modules = model.targets.flatMap((target) => target.module ?? []);
    const groupOf = (event: Event) => model.groupOf(event)?.id ?? null;
    return buildFlame(
      model.events,
      kept,
      { group, madeOnly: made, init, own, modules, filter: compileFilter(filter) },
      groupOf,
    );
  }, [shown, kept, group, made, init, own, filter]);
  return { tree, names: kept };
}
