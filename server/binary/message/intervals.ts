/**
 * Sets of unsigned integers as sorted, disjoint, closed intervals: what is known of an unknown integer on one path
 * through a method. Pure.
 */
export type Intervals = readonly (readonly [low: bigint, high: bigint])[];

/** All values of an unsigned integer of `bits` bits. */
export const everything = (bits: number): Intervals => [[0n, (1n << BigInt(bits)) - 1n]];

export const nothing: Intervals = [];

/** One value's set. */
export const only = (value: bigint): Intervals => [[value, value]];

/** The closed interval, empty where `low` is above `high`. */
export const between = (low: bigint, high: bigint): Intervals => (low > high ? nothing : [[low, high]]);

/** Math.max takes no bigint. */
function greater(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}

/** Members of both sets. */
export function intersect(a: Intervals, b: Intervals): Intervals {
  const result: [bigint, bigint][] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const [aLow, aHigh] = a[i]!;
    const [bLow, bHigh] = b[j]!;
    const low = greater(aLow, bLow);
    const high = aHigh + bHigh - greater(aHigh, bHigh);
    if (low <= high) result.push([low, high]);
    if (aHigh < bHigh) i++;
    else j++;
  }
  return result;
}

/** Members of either set. */
export function union(a: Intervals, b: Intervals): Intervals {
  const all = [...a, ...b].sort((x, y) => (x[0] < y[0] ? -1 : x[0] > y[0] ? 1 : 0));
  const result: [bigint, bigint][] = [];
  for (const [low, high] of all) {
    const last = result.at(-1);
    if (last && low <= last[1] + 1n) {
      if (high > last[1]) last[1] = high;
    } else result.push([low, high]);
  }
  return result;
}

/** Values of `bits` bits that aren't in the set. */
export function complement(set: Intervals, bits: number): Intervals {
  const result: [bigint, bigint][] = [];
  let next = 0n;
  for (const [low, high] of set) {
    if (low > next) result.push([next, low - 1n]);
    next = high + 1n;
  }
  const end = 1n << BigInt(bits);
  if (next < end) result.push([next, end - 1n]);
  return result;
}

/** Adds `amount` to each member, modulo 2^bits. */
export function rotate(set: Intervals, amount: bigint, bits: number): Intervals {
  const modulus = 1n << BigInt(bits);
  const by = ((amount % modulus) + modulus) % modulus;
  let result: Intervals = nothing;
  for (const [low, high] of set) {
    const from = low + by;
    const to = high + by;
    if (to < modulus) result = union(result, [[from, to]]);
    else if (from >= modulus) result = union(result, [[from - modulus, to - modulus]]);
    else result = union(result, union([[from, modulus - 1n]], [[0n, to - modulus]]));
  }
  return result;
}

/** How many members. */
export const size = (set: Intervals): bigint => set.reduce((sum, [low, high]) => sum + high - low + 1n, 0n);

export const sameIntervals = (a: Intervals, b: Intervals): boolean =>
  a.length === b.length && a.every(([low, high], i) => low === b[i]![0] && high === b[i]![1]);

/** The only member, or null if there are none or several. */
export const single = (set: Intervals): bigint | null =>
  set.length === 1 && set[0]![0] === set[0]![1] ? set[0]![0] : null;
