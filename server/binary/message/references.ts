/**
 * Where the program's code and data refer to its variables: one pass over the code's bytes for operands that name
 * them, one over the data for pointers. The pass knows no instruction boundaries, so that it finds more than there are,
 * never fewer; what matters to a question is then decoded.
 */
import { Access, type Code, isaOf, Mnemonic, pcOf, Reg, twice } from "../code/index.ts";
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

/** What refers to variables; plain data, for another thread. */
export interface VariableUses {
  stores: Places;
  taken: Places;
}

/** Finds them. Types aren't needed. */
export function variableUses({
  arch,
  image,
  moduleData,
}: Pick<GoBinary, "arch" | "image" | "moduleData">): VariableUses {
  const { text, etext, noptrdata, enoptrbss } = moduleData;
  const first = noptrdata - IMMEDIATES.at(-1)!;
  const stores = new PlaceList(first, enoptrbss);
  const taken = new PlaceList(first, enoptrbss);
  const code = image.bytes(text, etext - text);
  if (code)
    isaOf(arch).scanForUses(code, text, noptrdata, enoptrbss, (used, target, pc) => {
      (used === "stores" ? stores : taken).push(target, pc);
    });
  const table = image.relocationTable;
  eachPointer(image, noptrdata, enoptrbss, (where, target) => {
    // A relocation names every word that it patches: that is no use of the variable by the program.
    if (!table || where < table.address || where >= table.address + table.size) taken.push(target, 0);
  });
  return { stores: stores.settled(), taken: taken.settled() };
}

export class References {
  readonly #uses: VariableUses;
  readonly #codeAt: (pc: number) => Code | null;

  /** `codeAt` decodes the function that holds an address; null where it can't. */
  constructor(uses: VariableUses, codeAt: (pc: number) => Code | null) {
    this.#uses = uses;
    this.#codeAt = codeAt;
  }

  /** Stores into [address, address + size). `pc` is inside the instruction. */
  stores(address: number, size: number): Reference[] {
    const from = address - WIDEST + 1;
    const to = address + size;
    return within(this.#uses.stores, from - IMMEDIATES.at(-1)!, to).filter((place) => {
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
    return within(this.#uses.taken, address, address + size).filter(
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

/** Many references in little memory, put together by their targets. */
interface Places {
  /** Of all targets. */
  low: number;
  bucket: number;
  /** Targets less `low`; and where they are referred to. */
  targets: Float64Array;
  pcs: Float64Array;
  /** Places in the list by bucket, and where each bucket's begin. */
  order: Int32Array;
  starts: Int32Array;
}

/** Those to [from, to). */
function within({ low, bucket, targets, pcs, order, starts }: Places, from: number, to: number): Reference[] {
  const found: Reference[] = [];
  const first = Math.max(0, Math.floor((from - low) / bucket));
  const last = Math.min(starts.length - 1, Math.ceil((to - low) / bucket));
  for (let at = starts[first] ?? 0; at < (starts[last] ?? 0); at++) {
    const k = order[at]!;
    const target = targets[k]! + low;
    if (target >= from && target < to) found.push({ target, pc: pcs[k]! });
  }
  return found;
}

/** Collects them, in any order. */
class PlaceList {
  readonly #low: number;
  readonly #high: number;
  readonly #bucket: number;
  #targets = new Float64Array(1024);
  #pcs = new Float64Array(1024);
  #count = 0;

  /** @param low all targets are in [low, high). */
  constructor(low: number, high: number) {
    this.#low = low;
    this.#high = high;
    this.#bucket = Math.max(BUCKET, Math.ceil((high - low) / MAX_BUCKETS));
  }

  push(target: number, pc: number): void {
    if (target < this.#low || target >= this.#high) return;
    if (this.#count === this.#targets.length) {
      this.#targets = twice(this.#targets);
      this.#pcs = twice(this.#pcs);
    }
    this.#targets[this.#count] = target - this.#low;
    this.#pcs[this.#count++] = pc;
  }

  /** Counts each bucket's references, then puts them there. */
  settled(): Places {
    const low = this.#low;
    const bucket = this.#bucket;
    const targets = this.#targets;
    const count = this.#count;
    const buckets = Math.ceil(Math.max(0, this.#high - low) / bucket);
    const starts = new Int32Array(buckets + 1);
    for (let k = 0; k < count; k++) starts[Math.floor(targets[k]! / bucket) + 1]!++;
    for (let b = 0; b < buckets; b++) starts[b + 1]! += starts[b]!;
    const free = starts.slice();
    const order = new Int32Array(count);
    for (let k = 0; k < count; k++) order[free[Math.floor(targets[k]! / bucket)]!++] = k;
    return { low, bucket, targets, pcs: this.#pcs, order, starts };
  }
}
