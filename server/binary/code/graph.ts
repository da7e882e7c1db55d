import { type Code, Flow } from "./code.ts";

/** The control-flow graph of one function. Blocks are numbered in address order. */
export interface Graph {
  readonly blocks: number;
  /** Block of each instruction. */
  readonly blockOf: Int32Array;
  /** First and last instruction of each block. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** Blocks that control goes to from the end of each block, within the function; empty after a trap or a return. */
  readonly successors: readonly (readonly number[])[];
  readonly predecessors: readonly (readonly number[])[];
  /** Immediate dominator of each block, -1 for roots: the entry, and blocks that nothing seen jumps to (jump-table
   * targets, the place where runtime.deferreturn's caller resumes after a recovered panic). */
  readonly dominator: Int32Array;
  /** Position in reverse postorder. */
  readonly order: Int32Array;
  /** The blocks that block `b` dominates are those `c` with `enter[b] <= enter[c] < leave[b]`. */
  readonly enter: Int32Array;
  readonly leave: Int32Array;
}

const NONE: readonly number[] = [];
/** `[n]` for each n: the common list of successors or predecessors, one for all graphs. */
const single: (readonly number[])[] = [];
const only = (block: number): readonly number[] => {
  if (block >= MAX_SINGLE) return [block];
  for (let n = single.length; n <= block; n++) single.push([n]);
  return single[block]!;
};
const MAX_SINGLE = 1 << 14;

/** Rows by their offset: for the function whose graph is built. What others left there, `offset` tells. */
let rowAt = new Int32Array(1 << 14);

function fillRows({ offset, count }: Code): void {
  const bytes = count > 0 ? offset[count - 1]! + 1 : 0;
  if (bytes > rowAt.length) rowAt = new Int32Array(2 ** Math.ceil(Math.log2(bytes)));
  for (let i = 0; i < count; i++) rowAt[offset[i]!] = i;
}

/** As `indexOf`, after `fillRows`. */
function rowOf({ start, offset, count }: Code, target: number): number {
  const at = target - start;
  if (!(at >= 0 && at < rowAt.length)) return -1;
  const row = rowAt[at]!;
  return row < count && offset[row] === at ? row : -1;
}

/** By row, for the function whose graph is built: 1 for the first of a block; 1 for one that control doesn't simply leave. */
let leader = new Uint8Array(1 << 14);
let ends = new Uint8Array(1 << 14);

function clearRows(count: number): void {
  if (count >= leader.length) {
    leader = new Uint8Array(2 * count);
    ends = new Uint8Array(2 * count);
    return;
  }
  leader.fill(0, 0, count + 1);
  ends.fill(0, 0, count);
}

/** Memory for graphs of which one is needed at a time. */
export class GraphRoom {
  #buffer = new ArrayBuffer(1 << 16);

  /** `bytes` of it; what was taken before is no longer its taker's. */
  take(bytes: number): ArrayBuffer {
    if (bytes > this.#buffer.byteLength) this.#buffer = new ArrayBuffer(2 * bytes);
    return this.#buffer;
  }
}

/**
 * Builds the graph. `returns(i)` is false for a call that never comes back (runtime.gopanic, …), so that what follows it
 * isn't taken for its successor. With `room`, only until that is used again.
 */
export function buildGraph(code: Code, returns: (i: number) => boolean, room?: GraphRoom): Graph {
  const { count, flow: flows } = code;
  clearRows(count);
  leader[0] = 1;
  fillRows(code);
  // rows of jumps, and where they go
  const jumps: number[] = [];
  const targets: number[] = [];
  for (let i = 0; i < count; i++) {
    const flow = flows[i]!;
    if (flow === Flow.NEXT || flow === Flow.INDIRECT_CALL || (flow === Flow.CALL && returns(i))) continue;
    ends[i] = 1;
    leader[i + 1] = 1;
    if (flow !== Flow.JUMP && flow !== Flow.CONDITIONAL) continue;
    const target = rowOf(code, code.target[i]!);
    if (target < 0) continue;
    jumps.push(i);
    targets.push(target);
    leader[target] = 1;
  }
  let blocks = 0;
  for (let i = 0; i < count; i++) blocks += leader[i]!;
  // one buffer, since each is slow to make
  const bytes = 4 * (3 * blocks + count);
  const buffer = room?.take(bytes) ?? new ArrayBuffer(bytes);
  const first = new Int32Array(buffer, 0, blocks);
  const last = new Int32Array(buffer, 4 * blocks, blocks);
  const goesTo = new Int32Array(buffer, 8 * blocks, blocks).fill(-1);
  const blockOf = new Int32Array(buffer, 12 * blocks, count);
  let block = -1;
  for (let i = 0; i < count; i++) {
    if (leader[i]) first[++block] = i;
    blockOf[i] = block;
    last[block] = i;
  }
  for (let k = 0; k < jumps.length; k++) goesTo[blockOf[jumps[k]!]!] = blockOf[targets[k]!]!;
  const successors: (readonly number[])[] = [];
  const predecessors: (readonly number[])[] = [];
  for (let b = 0; b < blocks; b++) predecessors.push(NONE);
  const enters = (to: number, b: number) => {
    const before = predecessors[to]!;
    // a list of one is shared
    if (before.length === 0) predecessors[to] = only(b);
    else if (before.length === 1) predecessors[to] = [before[0]!, b];
    else (before as number[]).push(b);
  };
  for (let b = 0; b < blocks; b++) {
    const end = last[b]!;
    const falls = (!ends[end] || flows[end] === Flow.CONDITIONAL) && b + 1 < blocks;
    const target = goesTo[b]!;
    const branches = target >= 0 && (!falls || target !== b + 1);
    if (falls) successors.push(branches ? [b + 1, target] : only(b + 1));
    else successors.push(branches ? only(target) : NONE);
    if (falls) enters(b + 1, b);
    if (branches) enters(target, b);
  }
  return new BuiltGraph(blocks, blockOf, first, last, successors, predecessors);
}

/** A class, so that all graphs have one shape for V8. Most functions need no dominators. */
class BuiltGraph implements Graph {
  readonly blocks: number;
  readonly blockOf: Int32Array;
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly successors: Graph["successors"];
  readonly predecessors: Graph["predecessors"];
  #dominance: Dominance | null = null;

  constructor(
    blocks: number,
    blockOf: Int32Array,
    first: Int32Array,
    last: Int32Array,
    successors: Graph["successors"],
    predecessors: Graph["predecessors"],
  ) {
    this.blocks = blocks;
    this.blockOf = blockOf;
    this.first = first;
    this.last = last;
    this.successors = successors;
    this.predecessors = predecessors;
  }

  get #known(): Dominance {
    this.#dominance ??= dominators(this.blocks, this.successors, this.predecessors);
    return this.#dominance;
  }

  get dominator(): Int32Array {
    return this.#known.dominator;
  }

  get order(): Int32Array {
    return this.#known.order;
  }

  get enter(): Int32Array {
    return this.#known.enter;
  }

  get leave(): Int32Array {
    return this.#known.leave;
  }
}

type Dominance = Pick<Graph, "dominator" | "order" | "enter" | "leave">;

/**
 * Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001), with a virtual root above every block that has no
 * predecessor (and above one block of each cycle that nothing enters).
 */
function dominators(
  blocks: number,
  successors: readonly (readonly number[])[],
  predecessors: readonly (readonly number[])[],
): Dominance {
  const columns = new BlockColumns(blocks);
  const stack = columns.next();
  const order = columns.next();
  const dominator = columns.next();
  const postorder: number[] = [];
  const seen = new Uint8Array(blocks);
  const root = new Uint8Array(blocks);
  /** Successors of each block that were looked at. */
  const taken = new Uint8Array(blocks);
  const visit = (from: number) => {
    if (seen[from]) return;
    root[from] = 1;
    seen[from] = 1;
    stack[0] = from;
    for (let depth = 0; depth >= 0; ) {
      const block = stack[depth]!;
      const next = successors[block]![taken[block]!++];
      if (next === undefined) {
        postorder.push(block);
        depth--;
      } else if (!seen[next]) {
        seen[next] = 1;
        stack[++depth] = next;
      }
    }
  };
  if (blocks > 0) visit(0);
  for (let b = 1; b < blocks; b++) if (predecessors[b]!.length === 0) visit(b);
  for (let b = 1; b < blocks; b++) visit(b);
  postorder.reverse();
  postorder.forEach((block, position) => {
    order[block] = position;
  });
  // the virtual root is -1; -2 is "not known yet"
  dominator.fill(-2);
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
  return { dominator, order, ...numbered(dominator, order, columns) };
}

/** Eight columns of a number for each block, in one buffer, since each is slow to make. */
class BlockColumns {
  readonly #blocks: number;
  readonly #buffer: ArrayBuffer;
  #made = 0;

  constructor(blocks: number) {
    this.#blocks = blocks;
    this.#buffer = new ArrayBuffer(8 * 4 * blocks);
  }

  /** The next one, all 0. */
  next(): Int32Array {
    return new Int32Array(this.#buffer, 4 * this.#blocks * this.#made++, this.#blocks);
  }
}

/** Numbers the dominator tree so that each subtree is a range. A block's dominator comes before it in reverse postorder. */
function numbered(
  dominator: Int32Array,
  order: Int32Array,
  columns: BlockColumns,
): { enter: Int32Array; leave: Int32Array } {
  const blocks = dominator.length;
  const byOrder = columns.next();
  for (let b = 0; b < blocks; b++) byOrder[order[b]!] = b;
  const size = columns.next().fill(1);
  for (let k = blocks - 1; k >= 0; k--) {
    const above = dominator[byOrder[k]!]!;
    if (above >= 0) size[above]! += size[byOrder[k]!]!;
  }
  const enter = columns.next();
  const leave = columns.next();
  /** The next number free in each subtree. */
  const free = columns.next();
  let roots = 0;
  for (let k = 0; k < blocks; k++) {
    const block = byOrder[k]!;
    const above = dominator[block]!;
    const at = above >= 0 ? free[above]! : roots;
    if (above >= 0) free[above]! += size[block]!;
    else roots += size[block]!;
    enter[block] = at;
    leave[block] = at + size[block]!;
    free[block] = at + 1;
  }
  return { enter, leave };
}

/** True if every path to block `b` passes block `a`. */
export function dominates(graph: Graph, a: number, b: number): boolean {
  if (a === b) return true;
  const { enter, leave } = graph;
  return enter[b]! >= enter[a]! && enter[b]! < leave[a]!;
}

/** True if a path of at least one edge leads from block `from` to block `to` without entering block `avoiding`. */
export function reaches(graph: Graph, from: number, to: number, avoiding: number): boolean {
  const seen = new Uint8Array(graph.blocks);
  const work = [from];
  while (work.length > 0) {
    for (const next of graph.successors[work.pop()!]!) {
      if (next === avoiding || seen[next]) continue;
      if (next === to) return true;
      seen[next] = 1;
      work.push(next);
    }
  }
  return false;
}
