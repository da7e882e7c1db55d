/** Which numbers are tried in one go, and on which of the executables. */

/** An executable has so many numbers in a row. */
export const CHUNK = 2000;

export interface Chunk {
  /** Inputs [from, to). */
  from: number;
  to: number;
  /** Index of the executable: of a number it's the same whatever number a run begins with, so that a fault is found again. */
  seed: number;
}

/** The inputs from `from` on, at most to `end`, that are of one of the `seeds` executables. */
export function chunkAt(from: number, end: number, seeds: number): Chunk {
  const k = Math.floor(from / CHUNK);
  return { from, to: Math.min(end, (k + 1) * CHUNK), seed: k % seeds };
}
