import { expect, test } from "vitest";
import { CHUNK, type Chunk, chunkAt } from "./chunks.ts";

function chunks(first: number, end: number): Chunk[] {
  const all: Chunk[] = [];
  for (let from = first; from < end; from = all.at(-1)!.to) all.push(chunkAt(from, end, 3));
  return all;
}

test("a run that begins anywhere tries each number once, on the executable that it is tried on alone", () => {
  const [first, end] = [CHUNK - 500, 4 * CHUNK + 7];
  const all = chunks(first, end);
  expect([all[0]!.from, all.at(-1)!.to]).toEqual([first, end]);
  expect(all.map(({ seed }) => seed)).toEqual([0, 1, 2, 0, 1]);
  for (const { from, to, seed } of all)
    for (const number of [from, to - 1]) expect(chunkAt(number, number + 1, 3).seed).toBe(seed);
});
