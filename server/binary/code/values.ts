import type { Isa } from "./isa.ts";
import { GENERAL } from "./registers.ts";

/**
 * Symbolic values of one function: equal numbers are equal values. Hash-consed, so that two runs over the same code give
 * the same numbers.
 */
export type Value =
  /** What instruction `i` leaves in register `register`, not known further. */
  | { kind: "result"; i: number; register: number }
  /** What a register holds where the run starts. */
  | { kind: "register"; register: number }
  /** What a stack slot holds where the run starts, or after `epoch` calls of it for one that callees may change. */
  | { kind: "slot"; slot: number; epoch: number }
  /** A static address. */
  | { kind: "static"; address: number }
  | { kind: "immediate"; number: number }
  /** The address of a stack slot. */
  | { kind: "frame"; slot: number }
  /** `base` + `index` * `scale`. */
  | { kind: "element"; base: number; index: number; scale: number }
  /** `base` + `offset` bytes. */
  | { kind: "sum"; base: number; offset: number };

const Kind = {
  RESULT: 0,
  REGISTER: 1,
  SLOT: 2,
  STATIC: 3,
  IMMEDIATE: 4,
  FRAME: 5,
  ELEMENT: 6,
  SUM: 7,
} as const;

/** Where numbers start again at 0: far above what one function makes, small enough for V8's small integers. */
const MAX_NUMBER = 2 ** 30;

/** Kept in columns, since a large program has millions of values, few of which are looked at. */
export class Values {
  /** The architecture whose registers these are. */
  readonly isa: Isa;
  /** By number less `#base`: `Kind`, and what it is made of. */
  #kinds = new Uint8Array(256);
  #first = new Float64Array(256);
  #second = new Float64Array(256);
  #third = new Int32Array(256);
  /** The same as objects, each made when it is asked for. */
  readonly #objects: (Value | null)[] = [];
  #count = 0;
  /** Number of the first value: numbers of earlier functions aren't used again. */
  #base = 1;
  /** Numbers by a hash of what they are made of; below `#base`: free, of an earlier function. */
  #table = new Int32Array(1024);
  /** Results in general registers, the common kind, by row and register; below `#base`: of an earlier function. */
  #results = new Int32Array(256 * GENERAL);
  #entry: number[] | null = null;

  constructor(isa: Isa) {
    this.isa = isa;
  }

  /** Forgets all values, for another function. */
  reset(): void {
    this.#base += this.#count;
    this.#count = 0;
    this.#entry = null;
    if (this.#base < MAX_NUMBER) return;
    this.#base = 1;
    this.#results.fill(0);
    this.#table.fill(0);
  }

  get(number: number): Value {
    const at = number - this.#base;
    const made = this.#objects[at];
    if (made !== null) return made!;
    const value = this.#make(at);
    this.#objects[at] = value;
    return value;
  }

  #make(at: number): Value {
    const first = this.#first[at]!;
    const second = this.#second[at]!;
    switch (this.#kinds[at]) {
      case Kind.RESULT:
        return { kind: "result", i: first, register: second };
      case Kind.REGISTER:
        return { kind: "register", register: first };
      case Kind.SLOT:
        return { kind: "slot", slot: first, epoch: second };
      case Kind.STATIC:
        return { kind: "static", address: first };
      case Kind.IMMEDIATE:
        return { kind: "immediate", number: first };
      case Kind.FRAME:
        return { kind: "frame", slot: first };
      case Kind.ELEMENT:
        return { kind: "element", base: first, index: second, scale: this.#third[at]! };
      default:
        return { kind: "sum", base: first, offset: second };
    }
  }

  /** What the general registers hold where a run starts. The list is the caller's. */
  entry(): number[] {
    if (!this.#entry) {
      this.#entry = [];
      for (let register = 0; register < this.isa.registers; register++)
        this.#entry.push(this.#number(Kind.REGISTER, register, 0));
    }
    return this.#entry.slice();
  }

  /** An index times `scale`, as the least multiple of something else: 4 of an index shifted left by 4 bits are 64 of that. */
  scaled(index: number, scale: number): { index: number; scale: number } {
    const value = this.get(index);
    if (value.kind !== "element") return { index, scale };
    const base = this.get(value.base);
    const isMultiple = base.kind === "immediate" && base.number === 0;
    return isMultiple ? { index: value.index, scale: value.scale * scale } : { index, scale };
  }

  /** What row `i` leaves in register `register`. */
  result(i: number, register: number): number {
    if (i < 0 || register < 0 || register >= GENERAL) return this.#number(Kind.RESULT, i, register);
    const key = i * GENERAL + register;
    if (key >= this.#results.length) this.#results = larger(this.#results, key + 1);
    let number = this.#results[key]!;
    if (number < this.#base) {
      number = this.#add(Kind.RESULT, i, register, 0);
      this.#results[key] = number;
    }
    return number;
  }

  register(register: number): number {
    return this.entry()[register] ?? this.#number(Kind.REGISTER, register, 0);
  }

  slot(slot: number, epoch: number): number {
    return this.#number(Kind.SLOT, slot, epoch);
  }

  staticAddress(address: number): number {
    return this.#number(Kind.STATIC, address, 0);
  }

  immediate(number: number): number {
    return this.#number(Kind.IMMEDIATE, number, 0);
  }

  frame(slot: number): number {
    return this.#number(Kind.FRAME, slot, 0);
  }

  element(base: number, index: number, scale: number): number {
    return this.#number(Kind.ELEMENT, base, index, scale);
  }

  sum(base: number, offset: number): number {
    return this.#number(Kind.SUM, base, offset);
  }

  #number(kind: number, first: number, second: number, third = 0): number {
    const mask = this.#table.length - 1;
    let at = hash(kind, first, second, third) & mask;
    for (; ; at = (at + 1) & mask) {
      const number = this.#table[at]!;
      if (number < this.#base) break;
      const k = number - this.#base;
      const isSame =
        this.#kinds[k] === kind &&
        this.#first[k] === first &&
        this.#second[k] === second &&
        this.#third[k] === third;
      if (isSame) return number;
    }
    const number = this.#add(kind, first, second, third);
    this.#table[at] = number;
    if (2 * this.#count > mask) this.#rehash();
    return number;
  }

  #rehash(): void {
    const table = new Int32Array(4 * this.#table.length);
    const mask = table.length - 1;
    for (const number of this.#table) {
      const k = number - this.#base;
      if (k < 0) continue;
      let at = hash(this.#kinds[k]!, this.#first[k]!, this.#second[k]!, this.#third[k]!) & mask;
      while (table[at] !== 0) at = (at + 1) & mask;
      table[at] = number;
    }
    this.#table = table;
  }

  #add(kind: number, first: number, second: number, third: number): number {
    const at = this.#count++;
    if (at === this.#kinds.length) {
      this.#kinds = larger(this.#kinds, at);
      this.#first = larger(this.#first, at);
      this.#second = larger(this.#second, at);
      this.#third = larger(this.#third, at);
    }
    this.#kinds[at] = kind;
    this.#first[at] = first;
    this.#second[at] = second;
    this.#third[at] = third;
    this.#objects[at] = null;
    return this.#base + at;
  }
}

/** Addresses and immediates may be larger than 32 bits. */
function hash(kind: number, first: number, second: number, third: number): number {
  const low = (first | 0) ^ Math.imul((first / 2 ** 32) | 0, 0x9e3779b1);
  const mixed = Math.imul(low ^ Math.imul((second | 0) + third * 8 + kind, 0x85ebca6b), 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

type Column = Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** A copy with room for more than `length` numbers. */
function larger<T extends Column>(from: T, length: number): T {
  const to = new (from.constructor as new (length: number) => T)(2 * Math.max(length, from.length));
  to.set(from);
  return to;
}
