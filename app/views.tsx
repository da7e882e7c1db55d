"use client";
import type { ComponentType } from "react";
import { EmptyState } from "../components/empty-state/index.ts";
import { FlameGraph } from "../components/flame-graph/index.ts";
import { GroupTable, useGroups } from "../components/group-table/index.ts";
import { Occurrence } from "../components/occurrence/index.ts";
import { PropagationGraph } from "../components/propagation-graph/index.ts";
import type { View } from "../components/view-state/index.ts";
import styles from "./views.module.css";

function GroupsPage() {
  const { rows, ...hidden } = useGroups(false);
  if (rows.length === 0) return <EmptyState {...hidden} />;
  return <GroupTable />;
}

function OccurrencePage() {
  return (
    <div className={styles.split}>
      <aside className={styles.rail} aria-label="Groups">
        <GroupTable rail />
      </aside>
      <Occurrence />
    </div>
  );
}

/** What each view of the address shows. */
export const VIEW_PAGES: Record<View, ComponentType> = {
  groups: GroupsPage,
  occurrence: OccurrencePage,
  flame: FlameGraph,
  graph: PropagationGraph,
};
