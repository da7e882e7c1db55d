"use client";
import { useMemo, useRef } from "react";
import type { Group } from "../../server/events/index.ts";
import { type ReadModel, useShown } from "../live/index.ts";
import { useView } from "../view-state/index.ts";
import { type GroupList, holdOrder, listGroups } from "./list.ts";

/** The list as filter, order and toggles say. While `held`, rows stay where they are and new ones come last. */
export function useGroups(held: boolean): GroupList {
  const shown = useShown();
  const { filter, init, own, sort, descending } = useView();
  const order = useRef<{ asked: string; ids: string[] }>({ asked: "", ids: [] });
  return useMemo(() => {
    const modules = shown.model.targets.flatMap((target) => target.module ?? []);
    const list = listGroups(shown.model.groups.values(), { filter, init, own, modules, sort, descending });
    const asked = JSON.stringify([filter, init, own, sort, descending]);
    const rows = held && order.current.asked === asked ? holdOrder(list.rows, order.current.ids) : list.rows;
    order.current = { asked, ids: rows.map((g) => g.id) };
    return { ...list, rows };
  }, [shown, filter, init, own, sort, descending, held]);
}

/** The newest occurrence of a group that can be shown; null when none is left in the page's memory. */
export function newestOccurrence(model: ReadModel, group: Group): string | null {
  return model.occurrencesOf(group.id)[0] ?? group.occurrences[0] ?? null;
}
