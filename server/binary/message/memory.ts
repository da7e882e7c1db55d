/**
 * Symbolic memory of one path: what was written to the stack, to the receiver object and to allocations. Copies share
 * their cells until one of them writes.
 */
import { compose, constant, extract, field, type Region, unknown, type Value } from "./value.ts";

interface Cell {
  size: number;
  value: Value;
}
type Cells = Map<number, Cell>;

/** The longest piece of memory that is kept as one value. */
const LONGEST = 8;

export class Memory {
  readonly #regions: Map<Region, Cells>;
  /** Regions whose cells no other copy can see. */
  readonly #own = new Set<Region>();
  /** Bytes of the receiver object. */
  readonly #objectSize: number;

  private constructor(objectSize: number, regions: Map<Region, Cells>) {
    this.#objectSize = objectSize;
    this.#regions = regions;
  }

  static of(objectSize: number): Memory {
    return new Memory(objectSize, new Map());
  }

  clone(): Memory {
    this.#own.clear();
    return new Memory(this.#objectSize, new Map(this.#regions));
  }

  read(region: Region, offset: number, size: number): Value {
    const cells = this.#regions.get(region);
    const exact = cells?.get(offset);
    if (exact?.size === size) return exact.value;
    const pieces: { value: Value; size: number }[] = [];
    for (let at = offset; at < offset + size; ) {
      const found = cells && covering(cells, at);
      const end = found ? found.start + found.cell.size : this.#nextCell(cells, at, offset + size);
      const length = Math.min(end, offset + size) - at;
      const value = found
        ? extract(found.cell.value, at - found.start, length)
        : this.#initial(region, at, length);
      pieces.push({ value, size: length });
      at += length;
    }
    return pieces.length === 0 ? constant(0) : compose(pieces);
  }

  write(region: Region, offset: number, size: number, value: Value): void {
    const cells = this.#writable(region);
    for (let at = offset - LONGEST + 1; at < offset + size; at++) {
      const cell = cells.get(at);
      if (!cell || at + cell.size <= offset) continue;
      cells.delete(at);
      for (let i = 0; i < cell.size; i++) {
        if (at + i >= offset && at + i < offset + size) continue;
        cells.set(at + i, { size: 1, value: extract(cell.value, i, 1) });
      }
    }
    cells.set(offset, { size, value });
  }

  /** True if both copies hold the same cells, but for the stack below `stackFrom`. */
  sameAbove(other: Memory, stackFrom: number): boolean {
    for (const region of new Set([...this.#regions.keys(), ...other.#regions.keys()])) {
      const mine = this.#regions.get(region);
      const theirs = other.#regions.get(region);
      if (mine === theirs) continue;
      // an allocation that only one path made is reachable by that path's results alone
      if (typeof region === "number" && (!mine || !theirs)) continue;
      if (!sameCells(mine ?? new Map(), theirs ?? new Map(), region === "stack" ? stackFrom : -Infinity))
        return false;
    }
    return true;
  }

  #initial(region: Region, offset: number, size: number): Value {
    if (region === "stack") return unknown("uninitialised memory");
    if (typeof region === "number") return constant(0);
    return offset >= 0 && offset + size <= this.#objectSize
      ? field(offset, size)
      : unknown("memory beyond the object");
  }

  #nextCell(cells: Cells | undefined, from: number, limit: number): number {
    for (let at = from + 1; at < limit; at++) if (cells?.has(at)) return at;
    return limit;
  }

  #writable(region: Region): Cells {
    const cells = this.#regions.get(region);
    if (cells && this.#own.has(region)) return cells;
    const copy: Cells = new Map(cells);
    this.#regions.set(region, copy);
    this.#own.add(region);
    return copy;
  }
}

function covering(cells: Cells, at: number): { start: number; cell: Cell } | null {
  for (let start = at; start > at - LONGEST; start--) {
    const cell = cells.get(start);
    if (cell) return start + cell.size > at ? { start, cell } : null;
  }
  return null;
}

function sameCells(a: Cells, b: Cells, from: number): boolean {
  const covers = (cells: Cells, others: Cells) => {
    for (const [offset, cell] of cells) {
      if (offset < from) continue;
      const other = others.get(offset);
      if (!other || (other !== cell && !(other.size === cell.size && other.value === cell.value)))
        return false;
    }
    return true;
  };
  return covers(a, b) && covers(b, a);
}
