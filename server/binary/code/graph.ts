import { type Code, Flow, indexOf } from "./code.ts";

/** The control-flow graph of one function. Blocks are numbered in address order. */
export interface Graph {
  readonly blocks: number;
  /** Block of each instruction. */
  readonly blockOf: Int32Array;
  /** First and last instruction of each block. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** Blocks that control goes to from the end of each block, within the function; empty after a trap or a return. */
  readonly successors: readonly number[][];
  readonly predecessors: readonly number[][];
  /** Immediate dominator of each block, -1 for roots: the entry, and blocks that nothing seen jumps to (jump-table
   * targets, the place where runtime.deferreturn's caller resumes after a recovered panic). */
  readonly dominator: Int32Array;
  /** Position in reverse postorder. */
  readonly order: Int32Array;
}

/**
 * Builds the graph. `returns(i)` is false for a call that never comes back (runtime.gopanic, …), so that what follows it
 * isn't taken for its successor.
 */
export function buildGraph(code: Code, returns: (i: number) => boolean): Graph {
  const { count, flow: flows } = code;
  const leader = new Uint8Array(count + 1);
  leader[0] = 1;
  const ends = new Uint8Array(count);
  // rows of jumps, and where they go
  const jumps: number[] = [];
  const targets: number[] = [];
  for (let i = 0; i < count; i++) {
    const flow = flows[i]!;
    if (flow === Flow.NEXT || flow === Flow.INDIRECT_CALL || (flow === Flow.CALL && returns(i))) continue;
    ends[i] = 1;
    leader[i + 1] = 1;
    if (flow !== Flow.JUMP && flow !== Flow.CONDITIONAL) continue;
    const target = indexOf(code, code.target[i]!);
    if (target < 0) continue;
    jumps.push(i);
    targets.push(target);
    leader[target] = 1;
  }
  let blocks = 0;
  for (let i = 0; i < count; i++) blocks += leader[i]!;
  const first = new Int32Array(blocks);
  const last = new Int32Array(blocks);
  const blockOf = new Int32Array(count);
  let block = -1;
  for (let i = 0; i < count; i++) {
    if (leader[i]) first[++block] = i;
    blockOf[i] = block;
    last[block] = i;
  }
  const goesTo = new Int32Array(blocks).fill(-1);
  jumps.forEach((i, k) => {
    goesTo[blockOf[i]!] = blockOf[targets[k]!]!;
  });
  const successors: number[][] = [];
  const predecessors: number[][] = Array.from({ length: blocks }, () => []);
  for (let b = 0; b < blocks; b++) {
    const end = last[b]!;
    const next: number[] = [];
    const falls = !ends[end] || flows[end] === Flow.CONDITIONAL;
    if (falls && b + 1 < blocks) next.push(b + 1);
    const target = goesTo[b]!;
    if (target >= 0 && (next.length === 0 || target !== b + 1)) next.push(target);
    successors.push(next);
    for (const to of next) predecessors[to]!.push(b);
  }
  let known: ReturnType<typeof dominators> | null = null;
  const dominance = () => {
    known ??= dominators(blocks, successors, predecessors);
    return known;
  };
  return {
    blocks,
    blockOf,
    first,
    last,
    successors,
    predecessors,
    get dominator() {
      return dominance().dominator;
    },
    get order() {
      return dominance().order;
    },
  };
}

/**
 * Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001), with a virtual root above every block that has no
 * predecessor (and above one block of each cycle that nothing enters).
 */
function dominators(blocks: number, successors: readonly number[][], predecessors: readonly number[][]) {
  const postorder: number[] = [];
  const seen = new Uint8Array(blocks);
  const root = new Uint8Array(blocks);
  const visit = (from: number) => {
    if (seen[from]) return;
    root[from] = 1;
    seen[from] = 1;
    const stack: [number, number][] = [[from, 0]];
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const next = successors[top[0]]![top[1]++];
      if (next === undefined) {
        postorder.push(top[0]);
        stack.pop();
      } else if (!seen[next]) {
        seen[next] = 1;
        stack.push([next, 0]);
      }
    }
  };
  if (blocks > 0) visit(0);
  for (let b = 1; b < blocks; b++) if (predecessors[b]!.length === 0) visit(b);
  for (let b = 1; b < blocks; b++) visit(b);
  const order = new Int32Array(blocks);
  postorder.reverse();
  postorder.forEach((block, position) => {
    order[block] = position;
  });
  // the virtual root is -1; -2 is "not known yet"
  const dominator = new Int32Array(blocks).fill(-2);
  const meet = (a: number, b: number): number => {
    let x = a;
    let y = b;
    while (x !== y) {
      if (x === -1 || y === -1) return -1;
      if (order[x]! > order[y]!) x = dominator[x]!;
      else y = dominator[y]!;
    }
    return x;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of postorder) {
      let next = root[block] ? -1 : -2;
      for (const from of predecessors[block]!) {
        if (dominator[from] === -2) continue;
        next = next === -2 ? from : meet(next, from);
      }
      if (next !== dominator[block]) {
        dominator[block] = next;
        changed = true;
      }
    }
  }
  return { dominator, order };
}

/** True if every path to block `b` passes block `a`. */
export function dominates(graph: Graph, a: number, b: number): boolean {
  if (a === b) return true;
  const { dominator } = graph;
  for (let block = b; block >= 0; block = dominator[block]!) if (block === a) return true;
  return false;
}

/** True if a path of at least one edge leads from block `from` to block `to` without entering block `avoiding`. */
export function reaches(graph: Graph, from: number, to: number, avoiding: number): boolean {
  const seen = new Set<number>();
  const work = [from];
  while (work.length > 0) {
    for (const next of graph.successors[work.pop()!]!) {
      if (next === avoiding || seen.has(next)) continue;
      if (next === to) return true;
      seen.add(next);
      work.push(next);
    }
  }
  return false;
}
