"use client";
import { formatCount, formatShare } from "../format/index.ts";
import { newestOccurrence } from "../group-table/index.ts";
import { useShown } from "../live/index.ts";
import { GoName } from "../ui/index.ts";
import { useView } from "../view-state/index.ts";
import { type FlameTree, selfOf } from "./build.ts";
import styles from "./flame-graph.module.css";
import type { FlameNames } from "./names.ts";

interface Props {
  tree: FlameTree;
  names: FlameNames;
  node: number;
  filtered: boolean;
  /** What the graph is made of, in words. */
  scope: string;
}

/** What is known of the box under the pointer or the keyboard; a fixed strip, so that nothing covers the picture. */
export function FlameDetails({ tree, names, node, filtered, scope }: Props) {
  const { model } = useShown();
  const { go } = useView();
  const name = names.list[tree.name[node]!]!;
  const total = tree.total[node]!;
  const all = tree.total[0]!;
  const self = selfOf(tree, node);
  const group = name.group ? model.groups.get(name.group) : undefined;
  return (
    <footer className={styles.details} aria-live="polite">
      <span className={styles.name}>{name.kind === "all" ? "all stacks" : <GoName name={name.full} />}</span>
      <span>
        {formatCount(total)} {total === 1 ? "error" : "errors"}
        {node > 0 && `, ${formatShare(total / all)} of all`}
        {self > 0 && self < total && `, ${formatCount(self)} in it itself`}
      </span>
      {filtered && <span>{formatCount(tree.matching[node]!)} found by the filter</span>}
      {tree.repeat[node]! > 1 && <span>recursion, up to {formatCount(tree.repeat[node]!)} times</span>}
      {group && (
        <button
          type="button"
          className={styles.link}
          onClick={() =>
            go({ view: "occurrence", group: group.id, occurrence: newestOccurrence(model, group) })
          }
        >
          newest occurrence →
        </button>
      )}
      <span className={styles.scope}>{scope}</span>
    </footer>
  );
}
