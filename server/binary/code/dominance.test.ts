import { describe, expect, test } from "vitest";
import { Dominance } from "./dominance.ts";

/** Reached from `from` without passing `avoiding`. */
function reached(successors: readonly number[][], from: number, avoiding: number): Set<number> {
  const seen = new Set<number>();
  const work = from === avoiding ? [] : [from];
  for (let block = work.pop(); block !== undefined; block = work.pop()) {
    if (seen.has(block) || block === avoiding) continue;
    seen.add(block);
    work.push(...successors[block]!);
  }
  return seen;
}

/** By the definition: every path from the entry passes it. All blocks must be reached from the entry. */
const byDefinition = (successors: readonly number[][], a: number, b: number) =>
  !reached(successors, 0, a).has(b);

function predecessorsOf(successors: readonly number[][]): number[][] {
  const predecessors: number[][] = successors.map(() => []);
  successors.forEach((next, block) => {
    for (const to of next) predecessors[to]!.push(block);
  });
  return predecessors;
}

describe("dominators", () => {
  test("are those of the definition, in 300 graphs whose blocks are reached from the entry", () => {
    let random = 7;
    const below = (n: number) => {
      random = (Math.imul(random, 1103515245) + 12345) >>> 0;
      return (random >>> 8) % n;
    };
    for (let round = 0; round < 300; round++) {
      const blocks = 1 + below(14);
      const successors: number[][] = Array.from({ length: blocks }, () => []);
      for (let block = 1; block < blocks; block++) successors[below(block)]!.push(block);
      for (let more = below(2 * blocks); more > 0; more--) {
        const [from, to] = [below(blocks), below(blocks)];
        // a root has no edge to it
        if (to !== 0 && !successors[from]!.includes(to)) successors[from]!.push(to);
      }
      const dominance = new Dominance(blocks, successors, predecessorsOf(successors));
      for (let b = 0; b < blocks; b++) {
        const wanted = successors.flatMap((_, a) => (byDefinition(successors, a, b) ? [a] : []));
        const found = successors.flatMap((_, a) => (dominance.has(a, b) ? [a] : []));
        expect(found).toEqual(wanted);
        const above = dominance.dominator(b);
        // all but itself dominate the immediate one
        const rest = wanted.filter((a) => a !== b);
        expect(above).toBe(rest.find((a) => rest.every((c) => byDefinition(successors, c, a))) ?? -1);
      }
    }
  });

  test("more blocks than there is room for, and fewer after them", () => {
    const chain = (n: number) => Array.from({ length: n }, (_, block) => (block + 1 < n ? [block + 1] : []));
    for (const n of [5000, 3]) {
      const dominance = new Dominance(n, chain(n), predecessorsOf(chain(n)));
      expect([dominance.has(0, n - 1), dominance.has(n - 1, 0), dominance.dominator(n - 1)]).toEqual([
        true,
        false,
        n - 2,
      ]);
    }
  });

  test("of blocks that nothing leads to, and of circles that nothing enters, there is none above", () => {
    const successors = [[1], [], [1], [4], [3]];
    const dominance = new Dominance(5, successors, predecessorsOf(successors));
    expect([0, 1, 2, 3, 4].map((block) => dominance.dominator(block))).toEqual([-1, -1, -1, -1, 3]);
  });
});
