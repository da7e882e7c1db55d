import { twice } from "./twice.ts";

/** What was found before it was asked for, by the buffer that the code lies in: where the code is there, and the offsets. */
const ahead = new WeakMap<ArrayBufferLike, { from: number; to: number; offsets: Int32Array }>();

/** Finds what `ripOperands` will be asked for of this code, or of a part of it, until it is forgotten. */
export function findAhead(code: Uint8Array): void {
  const from = code.byteOffset;
  ahead.set(code.buffer, { from, to: from + code.length, offsets: search(code) });
}

export function forgetOperands(code: Uint8Array): void {
  ahead.delete(code.buffer);
}

/**
 * The offsets, in order, of the bytes of x86-64 code that may be the ModRM of an operand relative to RIP (mod 00, r/m 101: Intel
 * SDM volume 2, 2.2.1.6).
 */
export function ripOperands(code: Uint8Array): Int32Array {
  const known = ahead.get(code.buffer);
  if (!known || code.byteOffset < known.from || code.byteOffset + code.length > known.to) return search(code);
  const skipped = code.byteOffset - known.from;
  const { offsets } = known;
  let first = 0;
  while (first < offsets.length && offsets[first]! < skipped) first++;
  let last = offsets.length;
  while (last > first && offsets[last - 1]! >= skipped + code.length) last--;
  const found = offsets.slice(first, last);
  if (skipped > 0) for (let k = 0; k < found.length; k++) found[k]! -= skipped;
  return found;
}

/** Four bytes at a time where it can be, since most of a text is other bytes. */
function search(code: Uint8Array): Int32Array {
  /** Bytes before the first aligned word. */
  const before = Math.min(-code.byteOffset & 3, code.length);
  const count = (code.length - before) >> 2;
  const words = count > 0 ? new Int32Array(code.buffer, code.byteOffset + before, count) : new Int32Array();
  let found = new Int32Array(1 << 16);
  let n = 0;
  for (let at = 0; at < before; at++) if (isRipModRM(code[at]!)) found[n++] = at;
  const pairs = pairsWithOne();
  for (let k = 0; k < count; k++) {
    const word = words[k]!;
    const low = pairs[word & 0xffff]!;
    const high = pairs[word >>> 16]!;
    if ((low | high) === 0) continue;
    if (n + 4 > found.length) found = twice(found);
    const at = before + 4 * k;
    if (low & 1) found[n++] = at;
    if (low & 2) found[n++] = at + 1;
    if (high & 1) found[n++] = at + 2;
    if (high & 2) found[n++] = at + 3;
  }
  if (n + 4 > found.length) found = twice(found);
  for (let at = before + 4 * count; at < code.length; at++) if (isRipModRM(code[at]!)) found[n++] = at;
  return found.subarray(0, n);
}

const isRipModRM = (byte: number): boolean => (byte & 0xc7) === 0x05;

/** For each two bytes, as a number: which of them are such a ModRM. */
function pairsWithOne(): Uint8Array {
  const pairs = new Uint8Array(1 << 16);
  for (let byte = 0; byte < 256; byte++) {
    if (!isRipModRM(byte)) continue;
    for (let other = 0; other < 256; other++) {
      pairs[byte | (other << 8)]! |= 1;
      pairs[other | (byte << 8)]! |= 2;
    }
  }
  return pairs;
}
