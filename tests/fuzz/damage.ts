/** Damage to bytes, decided by a number alone, so that an input that fails can be made again. */

/** Bytes [from, to) of something that a reader believes; `bytes` may hold more. */
export interface Region {
  bytes: Uint8Array;
  from: number;
  to: number;
}

const WORDS = [0, 1, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
/** Bytes that one damage can change, at most. */
const REACH = 64;
const MOST = 4;

/** mulberry32 (Tommy Ettinger, 2017): numbers in [0, 1). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Damage {
  readonly #undo: { bytes: Uint8Array; at: number; was: Uint8Array }[] = [];

  /**
   * Changes one to four places in the regions. `below(n)` gives a number of 0 to n - 1.
   * Returns the offsets in their region's bytes.
   */
  inflict(regions: readonly Region[], below: (n: number) => number): number[] {
    return Array.from({ length: 1 + below(MOST) }, () => {
      const { bytes, from, to } = regions[below(regions.length)]!;
      return this.#once(bytes, from + below(Math.max(1, to - from)), below);
    });
  }

  /** Makes all whole again. */
  mend(): void {
    for (const { bytes, at, was } of this.#undo.reverse()) bytes.set(was, at);
    this.#undo.length = 0;
  }

  #once(bytes: Uint8Array, at: number, below: (n: number) => number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const width = [1, 2, 4, 8][below(4)]!;
    const start = Math.max(0, Math.min(at - (below(2) ? at % width : 0), bytes.length - REACH));
    this.#undo.push({ bytes, at: start, was: bytes.slice(start, start + REACH) });
    const word = WORDS[below(WORDS.length)]!;
    switch (below(6)) {
      case 0:
        bytes[start]! ^= 1 << below(8);
        break;
      case 1:
        bytes[start] = word;
        break;
      case 2:
        view.setUint32(start, word, true);
        break;
      case 3:
        view.setUint32(start, view.getUint32(start, true) + below(33) - 16, true);
        break;
      case 4:
        bytes.fill(below(2) ? 0 : 0xff, start, start + 1 + below(REACH - 1));
        break;
      default: {
        const from = below(bytes.length - REACH);
        bytes.copyWithin(start, from, from + width);
      }
    }
    return start;
  }
}
