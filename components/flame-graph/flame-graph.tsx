"use client";
import { useState } from "react";
import { useActions } from "../actions/index.ts";
import { formatCount } from "../format/index.ts";
import { useShown } from "../live/index.ts";
import { ActionButton, Button, GoName } from "../ui/index.ts";
import { useView } from "../view-state/index.ts";
import { follow, pathTo } from "./build.ts";
import { FlameCanvas } from "./canvas.tsx";
import { FlameDetails } from "./details.tsx";
import styles from "./flame-graph.module.css";
import { FlameTable } from "./flame-table.tsx";
import { useFlame } from "./use-flame.ts";

/** Where errors come from, by stack: each box is a function, as wide as the errors made in it or below it. */
export function FlameGraph() {
  const { model } = useShown();
  const { group: groupId, filter, made, table, go, adjust } = useView();
  const { tree, names } = useFlame();
  const [zoomPath, setZoomPath] = useState<readonly number[]>([]);
  const [markedPath, setMarkedPath] = useState<readonly number[] | null>(null);
  const zoom = follow(tree, zoomPath);
  const marked = markedPath ? follow(tree, markedPath) : -1;
  const modules = model.targets.flatMap((t) => t.module ?? []);
  const group = groupId ? model.groups.get(groupId) : undefined;

  const zoomTo = (node: number) => setZoomPath(pathTo(tree, node));
  const out = () => zoomTo(Math.max(0, tree.parent[zoom]!));
  useActions({
    "flame.out": out,
    "flame.reset": () => setZoomPath([]),
    "flame.made": () => adjust({ made: !made }),
    "flame.table": () => adjust({ table: !table }),
    back: () => (zoom > 0 ? out() : groupId ? go({ group: null }) : undefined),
  });

  return (
    <section className={styles.view} aria-label="Flame graph of error stacks">
      <header className={styles.bar}>
        <nav aria-label="Zoom" className={styles.crumbs}>
          <button type="button" onClick={() => setZoomPath([])} aria-current={zoom === 0}>
            all stacks
          </button>
          {crumbs(zoomPath.slice(0, tree.depth[zoom])).map(({ name, path }) => (
            <button
              key={path.join(" ")}
              type="button"
              onClick={() => setZoomPath(path)}
              aria-current={path.length === tree.depth[zoom]}
            >
              {names.list[name]!.label}
            </button>
          ))}
        </nav>
        {groupId && (
          <span className={styles.only}>
            only group <GoName name={group?.type ?? groupId} />
            <Button icon="close" label="Show all groups" onClick={() => go({ group: null })} />
          </span>
        )}
        <ActionButton action="flame.made" pressed={made}>
          First sightings only
        </ActionButton>
        <ActionButton action="flame.table" icon={table ? "picture" : "table"}>
          {table ? "Picture" : "Table"}
        </ActionButton>
      </header>
      {tree.events === 0 ? (
        <p className={styles.empty}>
          {groupId
            ? "No event of this group is in the page’s memory."
            : made
              ? "No error was seen for the first time yet. Press m to count errors that were seen again, too."
              : "No error with a stack is in the page’s memory."}
        </p>
      ) : table ? (
        <FlameTable
          tree={tree}
          names={names}
          marked={marked}
          onMark={(node) => setMarkedPath(pathTo(tree, node))}
        />
      ) : (
        <FlameCanvas
          tree={tree}
          names={names}
          modules={modules}
          zoom={zoom}
          marked={marked}
          filtered={filter.trim() !== ""}
          onMark={(node) => setMarkedPath(node < 0 ? null : pathTo(tree, node))}
          onZoom={zoomTo}
        />
      )}
      <FlameDetails
        tree={tree}
        names={names}
        node={marked >= 0 ? marked : zoom}
        filtered={filter.trim() !== ""}
        scope={`${formatCount(tree.events)} of the newest ${formatCount(model.events.length)} events`}
      />
    </section>
  );
}

/** Every step of a zoom path, the last few where it is long. */
function crumbs(path: readonly number[]): { name: number; path: readonly number[] }[] {
  return path.map((name, i) => ({ name, path: path.slice(0, i + 1) })).slice(-4);
}
