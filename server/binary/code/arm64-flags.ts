import { Sets } from "./arm64-rows.ts";
import { CONDITIONS } from "./arm64-words.ts";
import { type Code, Flow } from "./code.ts";
import { Mnemonic } from "./mnemonic.ts";

const ASK_CARRY = new Set(CONDITIONS.filter(({ carry }) => carry).map(({ code }) => code));

/**
 * Takes the condition from rows that ask flags which the row before them on some path doesn't leave as arm64 does: most arm64
 * instructions leave them alone, where those of x86-64 that stand for them change them. Go's compiler compares right
 * before it asks, so that few lose theirs. A jump becomes JRCXZ, whose condition no one knows.
 */
export function settleConditions(
  rows: Code,
  sets: Uint8Array,
  count: number,
  start: number,
  targets: Uint8Array,
): void {
  let sources: Map<number, number[]> | null = null;
  const isTarget = (n: number) => rows.length[n] === 4 && targets[rows.offset[n]! >> 2] === 1;
  for (let n = 0; n < count; n++) {
    const condition = rows.condition[n]!;
    if (condition === 0) continue;
    // CBZ and TBZ ask the row before them, which nothing jumps to
    if (rows.length[n] === 0 && rows.flow[n] === Flow.CONDITIONAL) continue;
    let at = n;
    // mostly the row before, or moves between
    while (at > 0 && !isTarget(at) && rows.flow[at - 1] === Flow.NEXT && sets[at - 1] === Sets.NOTHING) at--;
    const plain = at > 0 && !isTarget(at) && rows.flow[at - 1] === Flow.NEXT;
    if (!plain) sources ??= sourcesOf(rows, count, start);
    const before = plain ? sets[at - 1]! : setsBefore(rows, sets, sources!, isTarget, at);
    if (!(before & Sets.OTHERWISE) && !(before & Sets.ALMOST && ASK_CARRY.has(condition))) continue;
    rows.condition[n] = 0;
    if (rows.flow[n] === Flow.CONDITIONAL) rows.mnemonic[n] = Mnemonic.Jrcxz;
  }
}

/** Rows of jumps, by the offset that they go to. */
function sourcesOf(rows: Code, count: number, start: number): Map<number, number[]> {
  const sources = new Map<number, number[]>();
  for (let n = 0; n < count; n++) {
    const flow = rows.flow[n];
    if (flow !== Flow.JUMP && flow !== Flow.CONDITIONAL) continue;
    const offset = rows.target[n]! - start;
    const known = sources.get(offset);
    if (known) known.push(n);
    else sources.set(offset, [n]);
  }
  return sources;
}

/** `Sets` of the last rows before row `n` that set the flags, on all paths. */
function setsBefore(
  rows: Code,
  sets: Uint8Array,
  sources: ReadonlyMap<number, readonly number[]>,
  isTarget: (n: number) => boolean,
  n: number,
): number {
  let found = 0;
  const seen = new Set<number>();
  const work: number[] = [];
  const lookBefore = (row: number) => {
    if (isTarget(row)) work.push(...(sources.get(rows.offset[row]!) ?? []));
    const previous = row > 0 ? rows.flow[row - 1] : Flow.TRAP;
    if (previous === Flow.NEXT || previous === Flow.CONDITIONAL) work.push(row - 1);
  };
  lookBefore(n);
  for (let row = work.pop(); row !== undefined; row = work.pop()) {
    if (seen.has(row)) continue;
    seen.add(row);
    if (sets[row] === Sets.NOTHING) lookBefore(row);
    else found |= sets[row]!;
  }
  return found;
}
