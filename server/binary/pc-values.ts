import { VarintReader } from "./bytes.ts";

/** One decoded pc-value table: `values[i]` holds for pc offsets from `ends[i - 1]` (or 0) to `ends[i]`. */
interface PcValues {
  ends: Uint32Array;
  values: Int32Array;
}

const CACHED = 32;
/** More steps than the largest function of a real program has; what is longer is damaged. */
const MAX_STEPS = 1 << 22;

/**
 * Reads the pc-value tables of a pctab (runtime/symtab.go, pcvalue and step): pairs of a zig-zag value delta and a pc
 * delta, both varints, that end with a zero value delta. The tables last asked for are kept decoded, since questions come
 * in runs about one function.
 */
export class PcValueReader {
  readonly #tables: Uint8Array;
  readonly #quantum: number;
  readonly #cache = new Map<number, PcValues>();

  /** `quantum`: bytes of code that a pc delta of one stands for. */
  constructor(tables: Uint8Array, quantum: number) {
    this.#tables = tables;
    this.#quantum = quantum;
  }

  /**
   * The value at `pcOffset` bytes from the function's entry in the table at `table`; null where there is no table (0)
   * or it doesn't reach that far.
   */
  at(table: number, pcOffset: number): number | null {
    if (table === 0) return null;
    const { ends, values } = this.#decode(table);
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ends[middle]! <= pcOffset) low = middle + 1;
      else high = middle;
    }
    return low < values.length ? values[low]! : null;
  }

  #decode(table: number): PcValues {
    const known = this.#cache.get(table);
    if (known) return known;
    const decoded = decode(this.#tables, table, this.#quantum);
    if (this.#cache.size >= CACHED) this.#cache.delete(this.#cache.keys().next().value!);
    this.#cache.set(table, decoded);
    return decoded;
  }
}

function decode(bytes: Uint8Array, table: number, quantum: number): PcValues {
  const ends: number[] = [];
  const values: number[] = [];
  const varints = new VarintReader(bytes, table);
  let pc = 0;
  let value = -1;
  while (ends.length < MAX_STEPS) {
    const delta = varints.next();
    if (delta < 0 || (delta === 0 && ends.length > 0)) break;
    const step = varints.next();
    if (step < 0) break;
    value = (value + (delta & 1 ? ~(delta >>> 1) : delta >>> 1)) | 0;
    pc += step * quantum;
    ends.push(pc);
    values.push(value);
  }
  return { ends: Uint32Array.from(ends), values: Int32Array.from(values) };
}
