import { PF_X } from "./elf.ts";
import type { Image, Segment } from "./model.ts";

/**
 * Every aligned word of the file's data that is an address in [low, high), in order: where it is, and the address. Only of
 * the segments that are `wanted`; of code none.
 */
export function eachPointer(
  image: Image,
  low: number,
  high: number,
  take: (where: number, target: number) => void,
  wanted: (segment: Segment) => boolean = () => true,
): void {
  for (const segment of image.segments) {
    const bytes =
      segment.flags & PF_X || !wanted(segment) ? null : image.bytes(segment.address, segment.fileSize);
    if (!bytes) continue;
    const skipped = (8 - (segment.address % 8)) % 8;
    scan(wordsOf(bytes, skipped), segment.address + skipped, low, high, take);
  }
}

/** The words of 4 bytes from an offset on: a view, or a copy where that can't be. */
function wordsOf(bytes: Uint8Array, from: number): Uint32Array {
  const count = Math.max(0, Math.floor((bytes.length - from) / 8)) * 2;
  const at = bytes.byteOffset + from;
  if (at % 4 === 0) return new Uint32Array(bytes.buffer, at, count);
  return new Uint32Array(bytes.slice(from, from + 4 * count).buffer);
}

function scan(
  words: Uint32Array,
  address: number,
  low: number,
  high: number,
  take: (where: number, target: number) => void,
): void {
  // the upper halves that the addresses have: most words of data have others
  const least = Math.floor(low / 2 ** 32);
  const most = Math.floor(high / 2 ** 32);
  const none = words.length - 1;
  if (least === most) {
    // in halves, that all of it is done in integers
    const first = low - least * 2 ** 32;
    const span = high - low;
    for (let k = 0; k < none; k += 2)
      if (words[k + 1] === least && (words[k]! - first) >>> 0 < span)
        take(address + 4 * k, words[k]! + least * 2 ** 32);
    return;
  }
  for (let k = 0; k < none; k += 2) {
    const half = words[k + 1]!;
    if (half < least || half > most) continue;
    const target = words[k]! + half * 2 ** 32;
    if (target >= low && target < high) take(address + 4 * k, target);
  }
}
