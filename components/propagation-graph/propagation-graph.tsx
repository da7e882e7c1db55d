"use client";
import { useCallback, useMemo, useRef } from "react";
import type { PropagationGraph as Graph } from "../../server/events/index.ts";
import { useActions } from "../actions/index.ts";
import { compileFilter, searchableNode } from "../filter/index.ts";
import { formatCount, isOwnCode } from "../format/index.ts";
import { newestOccurrence } from "../group-table/index.ts";
import { type ReadModel, useShown } from "../live/index.ts";
import { ActionButton, Button, useSize } from "../ui/index.ts";
import { useView } from "../view-state/index.ts";
import { NodeTable } from "./node-table.tsx";
import { Picture } from "./picture.tsx";
import styles from "./propagation-graph.module.css";
import { MOST_NODES, relationsOf, subgraph } from "./relations.ts";
import { Side } from "./side.tsx";
import { useLayout } from "./use-layout.ts";

/** Which error came from which: groups, values never seen being made, and facts of the kernel, joined by “came from”. */
export function PropagationGraph() {
  const { model } = useShown();
  const { group, node, filter, init, own, table, go, adjust } = useView();
  const view = useRef<HTMLElement>(null);
  const { width, height } = useSize(view);
  const { graph, left } = useWanted(model, model.graph, filter, init, own);
  const laid = useLayout(graph, width > 0 ? Math.max(0.6, (width - SIDE) / Math.max(200, height)) : 1.6);
  const selected = graph.nodes.find((n) => (group ? n.groupId === group : n.id === node))?.id ?? null;
  const relations = useMemo(() => (selected ? relationsOf(graph.edges, selected) : null), [graph, selected]);

  const select = useCallback(
    (id: string) => {
      const groupId = graph.nodes.find((n) => n.id === id)?.groupId ?? null;
      adjust(groupId ? { group: groupId, node: null } : { group: null, node: id });
    },
    [graph, adjust],
  );
  const open = useCallback(
    (id: string) => {
      const groupId = graph.nodes.find((n) => n.id === id)?.groupId;
      const its = groupId ? model.groups.get(groupId) : undefined;
      if (its) go({ view: "occurrence", group: its.id, occurrence: newestOccurrence(model, its) });
    },
    [graph, model, go],
  );
  const stepRoot = (by: number) => {
    const roots = graph.rootCauses.map((r) => r.node);
    const at = selected ? roots.indexOf(selected) : -1;
    const next = at < 0 ? (by > 0 ? 0 : roots.length - 1) : (at + by + roots.length) % roots.length;
    if (roots[next]) select(roots[next]);
  };
  useActions({
    "graph.next": () => stepRoot(1),
    "graph.previous": () => stepRoot(-1),
    "graph.table": () => adjust({ table: !table }),
    "graph.open": () => selected && open(selected),
    back: () => adjust({ group: null, node: null }),
  });

  return (
    <section ref={view} className={styles.view} aria-label="Propagation of errors">
      <div className={styles.stage}>
        <div className={styles.bar}>
          <span className={styles.quiet}>
            {formatCount(graph.nodes.length)} nodes, {formatCount(graph.edges.length)} edges
            {left > 0 &&
              `; ${formatCount(left)} more with the fewest occurrences are not drawn (at most ${formatCount(MOST_NODES)})`}
          </span>
          {selected && (
            <Button
              icon="close"
              label="Clear the selection (Escape)"
              onClick={() => adjust({ group: null, node: null })}
            />
          )}
          <span className={styles.spacer} />
          {!table && (
            <>
              <ActionButton action="graph.out" icon="minus" />
              <ActionButton action="graph.in" icon="plus" />
              <ActionButton action="graph.fit" icon="fit" />
            </>
          )}
          <ActionButton action="graph.table" icon={table ? "graph" : "table"}>
            {table ? "Picture" : "Table"}
          </ActionButton>
        </div>
        {graph.nodes.length === 0 ? (
          <p className={styles.empty}>
            {filter.trim()
              ? `No node matches “${filter.trim()}”.`
              : own && model.graph.nodes.length > 0
                ? "No error of the program’s own code is in the graph so far."
                : "No error has been seen yet, so there is nothing to join."}
          </p>
        ) : table ? (
          <NodeTable graph={graph} groups={model.groups} selected={selected} onSelect={select} />
        ) : typeof laid === "string" ? (
          <p className={styles.empty}>
            The graph can’t be laid out here: {laid} The table (t) shows the same.
          </p>
        ) : laid ? (
          <Picture
            graph={graph}
            laid={laid}
            groups={model.groups}
            selected={selected}
            relations={relations}
            onSelect={select}
            onOpen={open}
          />
        ) : (
          <p className={styles.empty}>Laying out…</p>
        )}
      </div>
      <Side
        legend={!table}
        graph={graph}
        groups={model.groups}
        selected={selected}
        onSelect={select}
        onOpen={open}
      />
    </section>
  );
}

/** Width of the panel at the side, in CSS pixels. */
const SIDE = 300;

/** The graph without what package initialisation made and nothing wraps, and only the ways that the filter touches, and own
 * code if only that is asked for. */
function useWanted(model: ReadModel, graph: Graph, filter: string, init: boolean, own: boolean) {
  return useMemo(() => {
    const joined = new Set(graph.edges.flatMap((e) => [e.source, e.target]));
    const matches = compileFilter(filter);
    const byId = new Map(graph.nodes.map((n) => [n.id, n]));
    const loose = (id: string) => {
      const its = byId.get(id)?.groupId;
      return !init && !joined.has(id) && its != null && model.groups.get(its)?.init === true;
    };
    const someLoose = graph.nodes.some((n) => loose(n.id));
    if (!matches && !own && !someLoose) return subgraph(graph, null);
    const modules = model.targets.flatMap((target) => target.module ?? []);
    return subgraph(graph, (id) => {
      const its = byId.get(id)!;
      const group = its.groupId ? model.groups.get(its.groupId) : undefined;
      if (
        loose(id) ||
        (own && !(group && (group.kind !== "error" || isOwnCode(group.site.package, modules))))
      )
        return false;
      return !matches || matches(searchableNode(its, group, modules));
    });
  }, [model, graph, filter, init, own]);
}
