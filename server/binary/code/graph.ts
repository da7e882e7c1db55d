import { type Code, Flow } from "./code.ts";
import { Dominance } from "./dominance.ts";
import { twice } from "./twice.ts";

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
  /**
   * Roots, without a dominator, are the entry, and blocks that nothing seen jumps to (jump-table targets, the place where
   * runtime.deferreturn's caller resumes after a recovered panic).
   */
  readonly dominance: Dominance;
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
/** Rows of the jumps of that function, and the rows that they go to. */
let jumps = new Int32Array(1 << 12);
let targets = new Int32Array(1 << 12);

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
  let jumpCount = 0;
  for (let i = 0; i < count; i++) {
    const flow = flows[i]!;
    if (flow === Flow.NEXT || flow === Flow.INDIRECT_CALL || (flow === Flow.CALL && returns(i))) continue;
    ends[i] = 1;
    leader[i + 1] = 1;
    if (flow !== Flow.JUMP && flow !== Flow.CONDITIONAL) continue;
    const target = rowOf(code, code.target[i]!);
    if (target < 0) continue;
    if (jumpCount === jumps.length) {
      jumps = twice(jumps);
      targets = twice(targets);
    }
    jumps[jumpCount] = i;
    targets[jumpCount++] = target;
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
  for (let k = 0; k < jumpCount; k++) goesTo[blockOf[jumps[k]!]!] = blockOf[targets[k]!]!;
  const successors = new Array<readonly number[]>(blocks).fill(NONE);
  const predecessors = new Array<readonly number[]>(blocks).fill(NONE);
  for (let b = 0; b < blocks; b++) {
    const end = last[b]!;
    const falls = (!ends[end] || flows[end] === Flow.CONDITIONAL) && b + 1 < blocks;
    const target = goesTo[b]!;
    const branches = target >= 0 && (!falls || target !== b + 1);
    if (falls) successors[b] = branches ? [b + 1, target] : only(b + 1);
    else if (branches) successors[b] = only(target);
    if (falls) enters(predecessors, b + 1, b);
    if (branches) enters(predecessors, target, b);
  }
  return new BuiltGraph(blocks, blockOf, first, last, successors, predecessors);
}

function enters(predecessors: (readonly number[])[], to: number, from: number): void {
  const before = predecessors[to]!;
  // a list of one is shared
  if (before.length === 0) predecessors[to] = only(from);
  else if (before.length === 1) predecessors[to] = [before[0]!, from];
  else (before as number[]).push(from);
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

  get dominance(): Dominance {
    this.#dominance ??= new Dominance(this.blocks, this.successors, this.predecessors);
    return this.#dominance;
  }
}

/** True if every path to block `b` passes block `a`. */
export const dominates = (graph: Graph, a: number, b: number): boolean =>
  a === b || graph.dominance.has(a, b);

/** By block: in which search it was seen last. One goes on at a time. */
let seenIn = new Int32Array(1 << 10);
let searches = 0;

/** True if a path of at least one edge leads from block `from` to block `to` without entering block `avoiding`. */
export function reaches(graph: Graph, from: number, to: number, avoiding: number): boolean {
  if (graph.blocks > seenIn.length) seenIn = new Int32Array(2 * graph.blocks);
  if (++searches === 2 ** 31 - 1) {
    seenIn.fill(0);
    searches = 1;
  }
  const work = [from];
  while (work.length > 0) {
    const next = graph.successors[work.pop()!]!;
    for (let k = 0; k < next.length; k++) {
      const block = next[k]!;
      if (block === avoiding || seenIn[block] === searches) continue;
      if (block === to) return true;
      seenIn[block] = searches;
      work.push(block);
    }
  }
  return false;
}
