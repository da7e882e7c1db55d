/** Which block of a function every path to another one passes. */

type Edges = readonly (readonly number[])[];

/** Columns of `room`, a number for each block. */
const Column = { STACK: 0, ORDER: 1, POSTORDER: 2, SEEN: 3, ROOT: 4, TAKEN: 5, SIZE: 6, FREE: 7 } as const;
const COLUMNS = 8;

/** For the function that is looked at: a typed array is slow to make, and there are functions by the ten thousand. */
let room = new Int32Array(COLUMNS << 10);

/** In the room, not known yet. */
const UNKNOWN = -2;

/** The dominator tree of a graph, numbered so that each subtree is a range. */
export class Dominance {
  readonly #blocks: number;
  /** Immediate dominators, then the first number of each block's subtree, then the one behind its last. */
  readonly #numbers: Int32Array;

  /**
   * Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001), with a virtual root above every block that has no
   * predecessor (and above one block of each cycle that nothing enters).
   */
  constructor(blocks: number, successors: Edges, predecessors: Edges) {
    this.#blocks = blocks;
    this.#numbers = new Int32Array(3 * blocks);
    if (COLUMNS * blocks > room.length) room = new Int32Array(2 * COLUMNS * blocks);
    room.fill(0, 0, COLUMNS * blocks);
    inPostorder(blocks, successors, predecessors);
    findDominators(blocks, predecessors, this.#numbers);
    number(blocks, this.#numbers);
  }

  /** Immediate dominator of a block; -1 for roots: the entry, and blocks that nothing seen jumps to. */
  dominator(block: number): number {
    return this.#numbers[block]!;
  }

  /** True if every path to block `b` passes block `a`. */
  has(a: number, b: number): boolean {
    const first = this.#numbers[this.#blocks + b]!;
    return first >= this.#numbers[this.#blocks + a]! && first < this.#numbers[2 * this.#blocks + a]!;
  }
}

/** Fills the columns POSTORDER, ORDER (the position in reverse postorder) and ROOT. */
function inPostorder(blocks: number, successors: Edges, predecessors: Edges): void {
  let done = 0;
  if (blocks > 0) done = visit(0, blocks, successors, done);
  for (let b = 1; b < blocks; b++)
    if (predecessors[b]!.length === 0) done = visit(b, blocks, successors, done);
  for (let b = 1; b < blocks; b++) done = visit(b, blocks, successors, done);
  for (let k = 0; k < blocks; k++)
    room[Column.ORDER * blocks + room[Column.POSTORDER * blocks + k]!] = blocks - 1 - k;
}

function visit(from: number, blocks: number, successors: Edges, before: number): number {
  const seen = Column.SEEN * blocks;
  const taken = Column.TAKEN * blocks;
  const stack = Column.STACK * blocks;
  let done = before;
  if (room[seen + from]) return done;
  room[Column.ROOT * blocks + from] = 1;
  room[seen + from] = 1;
  room[stack] = from;
  for (let depth = 0; depth >= 0; ) {
    const block = room[stack + depth]!;
    const next = successors[block]![room[taken + block]!++];
    if (next === undefined) {
      room[Column.POSTORDER * blocks + done++] = block;
      depth--;
    } else if (!room[seen + next]) {
      room[seen + next] = 1;
      room[stack + ++depth] = next;
    }
  }
  return done;
}

function findDominators(blocks: number, predecessors: Edges, dominator: Int32Array): void {
  // the virtual root is -1
  dominator.fill(UNKNOWN, 0, blocks);
  for (let changed = true; changed; ) {
    changed = false;
    for (let k = blocks - 1; k >= 0; k--) {
      const block = room[Column.POSTORDER * blocks + k]!;
      const from = predecessors[block]!;
      let next = room[Column.ROOT * blocks + block] ? -1 : UNKNOWN;
      for (let n = 0; n < from.length; n++) {
        if (dominator[from[n]!] === UNKNOWN) continue;
        next = next === UNKNOWN ? from[n]! : meet(blocks, dominator, next, from[n]!);
      }
      if (next === dominator[block]) continue;
      dominator[block] = next;
      changed = true;
    }
  }
}

function meet(blocks: number, dominator: Int32Array, a: number, b: number): number {
  const order = Column.ORDER * blocks;
  let x = a;
  let y = b;
  while (x !== y) {
    if (x === -1 || y === -1) return -1;
    if (room[order + x]! > room[order + y]!) x = dominator[x]!;
    else y = dominator[y]!;
  }
  return x;
}

/** A block's dominator comes before it in reverse postorder. */
function number(blocks: number, numbers: Int32Array): void {
  const size = Column.SIZE * blocks;
  const free = Column.FREE * blocks;
  room.fill(1, size, size + blocks);
  for (let k = 0; k < blocks; k++) {
    const block = room[Column.POSTORDER * blocks + k]!;
    const above = numbers[block]!;
    if (above >= 0) room[size + above]! += room[size + block]!;
  }
  let roots = 0;
  for (let k = blocks - 1; k >= 0; k--) {
    const block = room[Column.POSTORDER * blocks + k]!;
    const above = numbers[block]!;
    const at = above >= 0 ? room[free + above]! : roots;
    if (above >= 0) room[free + above]! += room[size + block]!;
    else roots += room[size + block]!;
    numbers[blocks + block] = at;
    numbers[2 * blocks + block] = at + room[size + block]!;
    room[free + block] = at + 1;
  }
}
