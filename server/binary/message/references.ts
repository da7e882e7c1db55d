/**
 * Where the program's code and data refer to its variables: one pass over the code's bytes for operands that name
 * them, one over the data for pointers. The pass knows no instruction boundaries, so that it finds more than there are,
 * never fewer; what matters to a question is then decoded.
 */
import { Access, type Code, isaOf, Mnemonic, pcOf, Reg } from "../code/index.ts";
import type { GoBinary } from "../model.ts";
import { eachPointer } from "../pointers.ts";

/** The widest store to a variable that Go's compiler makes in one row: 16 bytes. */
const WIDEST = 16;

/** Bytes of immediate that may follow the displacement of a store, so that its operand is that much further. */
const IMMEDIATES = [0, 1, 2, 4];

/** An address in the variables and where it was found: a code address, or 0 for a pointer in data. */
export interface Reference {
  target: number;
  pc: number;
}

export class References {
  readonly #stores: PlaceList;
  readonly #taken: PlaceList;

  readonly #codeAt: (pc: number) => Code | null;

  /** `codeAt` decodes the function that holds an address; null where it can't. */
  constructor(binary: GoBinary, codeAt: (pc: number) => Code | null) {
    this.#codeAt = codeAt;
    const { text, etext, noptrdata, enoptrbss } = binary.moduleData;
    const first = noptrdata - IMMEDIATES.at(-1)!;
    this.#stores = new PlaceList(first, enoptrbss);
    this.#taken = new PlaceList(first, enoptrbss);
    const code = binary.image.bytes(text, etext - text);
    if (code)
      isaOf(binary.arch).scanForUses(code, text, noptrdata, enoptrbss, (used, target, pc) => {
        (used === "stores" ? this.#stores : this.#taken).push(target, pc);
      });
    const table = binary.image.relocationTable;
    eachPointer(binary.image, noptrdata, enoptrbss, (where, target) => {
      // A relocation names every word that it patches: that is no use of the variable by the program.
      if (!table || where < table.address || where >= table.address + table.size) this.#taken.push(target, 0);
    });
    this.#stores.settle();
    this.#taken.settle();
  }

  /** Stores into [address, address + size). `pc` is inside the instruction. */
  stores(address: number, size: number): Reference[] {
    const from = address - WIDEST + 1;
    const to = address + size;
    return this.#stores.within(from - IMMEDIATES.at(-1)!, to).filter((place) => {
      const mayBe = IMMEDIATES.some((more) => place.target + more >= from && place.target + more < to);
      return (
        mayBe &&
        this.#confirmed(place, (code, i) => {
          const target = code.displacement[i]!;
          const writes = (code.memoryAccess[i]! & Access.WRITE) !== 0;
          return writes && target < to && target + code.memorySize[i]! > address;
        })
      );
    });
  }

  /** Places that take an address in [address, address + size). */
  taken(address: number, size: number): Reference[] {
    return this.#taken
      .within(address, address + size)
      .filter(
        (place) => place.pc === 0 || this.#confirmed(place, (code, i) => code.mnemonic[i] === Mnemonic.Lea),
      );
  }

  /** True unless the instruction at `place` turns out to be none, or one that `matters` doesn't hold of. */
  #confirmed(place: Reference, matters: (code: Code, i: number) => boolean): boolean {
    const code = this.#codeAt(place.pc);
    if (!code) return true;
    const i = rowAt(code, place.pc);
    return code.base[i] === Reg.RIP && matters(code, i);
  }
}

/** The instruction that holds the byte at `pc`. */
export function rowAt(code: Code, pc: number): number {
  let low = 0;
  let high = code.count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pcOf(code, middle) <= pc) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Bytes of variables whose references are together, at least; and how many such buckets there are, at most. */
const BUCKET = 64;
const MAX_BUCKETS = 1 << 20;

/** Many references in little memory: collected in any order, then put together by their targets. */
class PlaceList {
  readonly #low: number;
  readonly #high: number;
  readonly #bucket: number;
  /** Targets less `#low`; and where they are referred to. */
  #targets = new Float64Array(1024);
  #pcs = new Float64Array(1024);
  #count = 0;
  /** Behind `settle`: places in the list by bucket, and where each bucket's begin. */
  #order = new Int32Array();
  #starts = new Int32Array();

  /** @param low all targets are in [low, high). */
  constructor(low: number, high: number) {
    this.#low = low;
    this.#high = high;
    this.#bucket = Math.max(BUCKET, Math.ceil((high - low) / MAX_BUCKETS));
  }

  push(target: number, pc: number): void {
    if (target < this.#low || target >= this.#high) return;
    if (this.#count === this.#targets.length) {
      const targets = new Float64Array(this.#count * 2);
      const pcs = new Float64Array(this.#count * 2);
      targets.set(this.#targets);
      pcs.set(this.#pcs);
      this.#targets = targets;
      this.#pcs = pcs;
    }
    this.#targets[this.#count] = target - this.#low;
    this.#pcs[this.#count++] = pc;
  }

  /** Counts each bucket's references, then puts them there. */
  settle(): void {
    const buckets = Math.ceil(Math.max(0, this.#high - this.#low) / this.#bucket);
    const starts = new Int32Array(buckets + 1);
    for (let k = 0; k < this.#count; k++) starts[Math.floor(this.#targets[k]! / this.#bucket) + 1]!++;
    for (let b = 0; b < buckets; b++) starts[b + 1]! += starts[b]!;
    const free = starts.slice();
    this.#order = new Int32Array(this.#count);
    for (let k = 0; k < this.#count; k++)
      this.#order[free[Math.floor(this.#targets[k]! / this.#bucket)]!++] = k;
    this.#starts = starts;
  }

  /** Those to [from, to). */
  within(from: number, to: number): Reference[] {
    const found: Reference[] = [];
    const first = Math.max(0, Math.floor((from - this.#low) / this.#bucket));
    const last = Math.min(this.#starts.length - 1, Math.ceil((to - this.#low) / this.#bucket));
    for (let at = this.#starts[first] ?? 0; at < (this.#starts[last] ?? 0); at++) {
      const k = this.#order[at]!;
      const target = this.#targets[k]! + this.#low;
      if (target >= from && target < to) found.push({ target, pc: this.#pcs[k]! });
    }
    return found;
  }
}
