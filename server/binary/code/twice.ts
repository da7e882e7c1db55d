type Numbers = Uint8Array | Int16Array | Int32Array | Uint32Array | Float64Array;

/** A copy with room for twice as many numbers, the rest 0. */
export function twice<T extends Numbers>(numbers: T): T {
  const larger = new (numbers.constructor as new (length: number) => T)(2 * numbers.length);
  larger.set(numbers);
  return larger;
}
