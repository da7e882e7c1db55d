/**
 * ULIDs: 48 bits of Unix milliseconds and 80 random bits in Crockford's base 32, so that ids sort by time as text
 * (specification: github.com/ulid/spec). Ids of one source never repeat and never go down, also when time does.
 */
import { randomBytes } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RANDOM_BITS = 80n;
const RANDOM_MASK = (1n << RANDOM_BITS) - 1n;
const MAX_MS = 2 ** 48 - 1;

function encode(value: bigint): string {
  let text = "";
  for (let shift = 125n; shift >= 0n; shift -= 5n) text += ALPHABET[Number((value >> shift) & 31n)];
  return text;
}

export class UlidSource {
  #last = -1n;
  #random: () => bigint;

  /** `random` gives 80 bits; the default draws them from the system. */
  constructor(random: () => bigint = systemRandom) {
    this.#random = random;
  }

  /** The next id for an event at `unixMs`. 26 characters. */
  next(unixMs: number): string {
    const ms = BigInt(Math.min(Math.max(Math.trunc(unixMs), 0), MAX_MS));
    const fresh = (ms << RANDOM_BITS) | (this.#random() & RANDOM_MASK);
    this.#last = ms <= this.#last >> RANDOM_BITS ? this.#last + 1n : fresh;
    return encode(this.#last);
  }
}

function systemRandom(): bigint {
  return BigInt(`0x${randomBytes(10).toString("hex")}`);
}

/** Unix milliseconds that a ULID carries; NaN if `id` is none. */
export function ulidTime(id: string): number {
  if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id)) return Number.NaN;
  let ms = 0;
  for (const letter of id.slice(0, 10)) ms = ms * 32 + ALPHABET.indexOf(letter);
  return ms;
}
