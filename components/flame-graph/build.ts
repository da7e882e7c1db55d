import type { Event } from "../../server/events/index.ts";
import { type Filter, searchableEvent } from "../filter/index.ts";
import { isOwnCode } from "../format/index.ts";
import type { FlameNames } from "./names.ts";

export interface FlameOptions {
  /** Only this group. */
  group: string | null;
  /** Only values seen for the first time; panics count as such. */
  madeOnly: boolean;
  init: boolean;
  /** Only errors of the program's own code and its libraries. */
  own: boolean;
  /** Module paths of the traced programs. */
  modules: readonly string[];
  /** Events it finds are counted apart; the rest is dimmed, not left out. */
  filter: Filter;
}

/**
 * All stacks merged, as flat arrays over nodes in depth-first order: node 0 is “all”, the children of a node follow it, and
 * its subtree ends before `end[node]`. Counts are occurrences, an event standing for `sampled` of them.
 */
export interface FlameTree {
  size: number;
  name: Int32Array;
  parent: Int32Array;
  depth: Int32Array;
  end: Int32Array;
  /** Occurrences at or below the node. */
  total: Float64Array;
  /** Of these, those that the filter finds; equal to `total` without a filter. */
  matching: Float64Array;
  /** Left edge, in occurrences from the left end of the graph. */
  start: Float64Array;
  /** The most times that the node was repeated in one stack (1: no recursion). */
  repeat: Int32Array;
  /** Levels, the root's included. */
  levels: number;
  /** Events that are in it. */
  events: number;
}

interface Draft {
  name: number;
  total: number;
  matching: number;
  repeat: number;
  children: Map<number, Draft>;
}

/** @param groupOf id of an event's group, where known */
export function buildFlame(
  events: Iterable<Event>,
  names: FlameNames,
  options: FlameOptions,
  groupOf: (event: Event) => string | null,
): FlameTree {
  const root: Draft = { name: 0, total: 0, matching: 0, repeat: 1, children: new Map() };
  let nodes = 1;
  let used = 0;
  for (const event of events) {
    if (event.kind !== "error" && event.kind !== "panic" && event.kind !== "fatal") continue;
    if (options.madeOnly && event.kind === "error" && !event.made) continue;
    if (event.init && !options.init) continue;
    if (options.own && event.kind === "error" && !isOwnCode(event.site.package, options.modules)) continue;
    const group = groupOf(event);
    if (options.group !== null && group !== options.group) continue;
    used++;
    const weight = event.sampled;
    const matching = !options.filter || options.filter(searchableEvent(event, options.modules)!) ? weight : 0;
    const path = names.pathOf(event);
    let node = root;
    node.total += weight;
    node.matching += matching;
    const step = (name: number, repeat: number) => {
      let child = node.children.get(name);
      if (!child) {
        child = { name, total: 0, matching: 0, repeat: 1, children: new Map() };
        node.children.set(name, child);
        nodes++;
      }
      child.total += weight;
      child.matching += matching;
      child.repeat = Math.max(child.repeat, repeat);
      node = child;
    };
    path.names.forEach((name, i) => {
      step(name, path.repeats[i]!);
    });
    step(names.errorOf(event, group), 1);
  }
  return { ...flatten(root, nodes, names), events: used };
}

function flatten(root: Draft, size: number, names: FlameNames): Omit<FlameTree, "events"> {
  const tree = {
    size,
    name: new Int32Array(size),
    parent: new Int32Array(size).fill(-1),
    depth: new Int32Array(size),
    end: new Int32Array(size),
    total: new Float64Array(size),
    matching: new Float64Array(size),
    start: new Float64Array(size),
    repeat: new Int32Array(size),
    levels: 1,
  };
  const work: { draft: Draft; parent: number; start: number }[] = [{ draft: root, parent: -1, start: 0 }];
  for (let at = 0; work.length > 0; at++) {
    const { draft, parent, start } = work.pop()!;
    tree.name[at] = draft.name;
    tree.parent[at] = parent;
    tree.depth[at] = parent < 0 ? 0 : tree.depth[parent]! + 1;
    tree.total[at] = draft.total;
    tree.matching[at] = draft.matching;
    tree.start[at] = start;
    tree.repeat[at] = draft.repeat;
    tree.levels = Math.max(tree.levels, tree.depth[at]! + 1);
    // By name, not by weight: boxes keep their places while counts change.
    const children = [...draft.children.values()].sort((a, b) => compareNames(names, a.name, b.name));
    let left = start + draft.total;
    for (const child of children.reverse()) {
      left -= child.total;
      work.push({ draft: child, parent: at, start: left });
    }
  }
  // Backwards, so that a node's end is known once all below it are.
  for (let at = size - 1; at >= 0; at--) {
    tree.end[at] = Math.max(tree.end[at]!, at + 1);
    const parent = tree.parent[at]!;
    if (parent >= 0) tree.end[parent] = Math.max(tree.end[parent]!, tree.end[at]!);
  }
  return tree;
}

function compareNames(names: FlameNames, a: number, b: number): number {
  const [x, y] = [names.list[a]!, names.list[b]!];
  if (x.label !== y.label) return x.label < y.label ? -1 : 1;
  return a - b;
}

/** Names from the root's child to `node`: what stays the same when the tree is built anew. */
export function pathTo(tree: FlameTree, node: number): number[] {
  const path: number[] = [];
  for (let at = node; at > 0; at = tree.parent[at]!) path.push(tree.name[at]!);
  return path.reverse();
}

/** The node that a path leads to, or the last one on the way that still exists. */
export function follow(tree: FlameTree, path: readonly number[]): number {
  let node = 0;
  for (const name of path) {
    let child = node + 1;
    while (child < tree.end[node]! && tree.name[child] !== name) child = tree.end[child]!;
    if (child >= tree.end[node]!) return node;
    node = child;
  }
  return node;
}

/** Direct children, in the order they are drawn. */
export function childrenOf(tree: FlameTree, node: number): number[] {
  const children: number[] = [];
  for (let at = node + 1; at < tree.end[node]!; at = tree.end[at]!) children.push(at);
  return children;
}

/** Occurrences that end in the node itself. */
export function selfOf(tree: FlameTree, node: number): number {
  return childrenOf(tree, node).reduce((rest, child) => rest - tree.total[child]!, tree.total[node]!);
}
