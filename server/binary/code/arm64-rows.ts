import { SP } from "./arm64-registers.ts";
import { Access, type Code, Flow, Operand } from "./code.ts";
import { type Columns, clear } from "./columns.ts";
import { Mnemonic } from "./mnemonic.ts";
import { GENERAL, Reg } from "./registers.ts";

/** As an operand that is read or written: the zero register, which has the number of SP in the encoding. */
export const ZERO = 64;
/** A register of the encoding where 31 is the zero register. */
export const orZero = (register: number): number => (register === 31 ? ZERO : register);
/** The mnemonic of an instruction that none of x86-64's does the same as. */
export const OTHER = Mnemonic.Db;

/** Where an instruction's row leaves the flags, as far as conditions can be told from them. */
export const Sets = {
  /** As they were. */
  NOTHING: 0,
  /** As the row of x86-64 does. */
  SAME: 1,
  /** The same, but for the carry. */
  ALMOST: 2,
  /** Otherwise than the row: it changes none, or in another way. */
  OTHERWISE: 4,
} as const;

/** A memory operand. */
export interface Place {
  /** A register, or `Reg.RIP`. */
  base: number;
  index: number;
  scale: number;
  displacement: number;
  /** False: what it adds up to isn't understood. */
  clear: boolean;
}

/** Writes rows of arm64 instructions. `at` is where the instruction lies. */
export class RowWriter {
  readonly columns: Columns;
  /** `Sets`, by row. */
  sets = new Uint8Array(0);
  count = 0;
  #at = 0;
  #inner = 0;

  constructor(columns: Columns) {
    this.columns = columns;
  }

  restart(): void {
    this.count = 0;
  }

  begin(at: number): void {
    this.#at = at;
    this.#inner = 0;
    const { columns } = this;
    if (this.count + 4 > columns.capacity) columns.grow();
    if (this.sets.length < columns.capacity) {
      const grown = new Uint8Array(columns.capacity);
      grown.set(this.sets);
      this.sets = grown;
    }
  }

  get rows(): Code {
    return this.columns.rows;
  }

  /** The next row, empty but for what is given. */
  add(mnemonic: number, sets: number = Sets.NOTHING): number {
    const { rows } = this.columns;
    const n = this.count++;
    clear(rows, n);
    rows.offset[n] = this.#at + this.#inner;
    rows.length[n] = this.#inner === 0 ? 4 : 0;
    this.#inner++;
    rows.mnemonic[n] = mnemonic;
    this.sets[n] = sets;
    return n;
  }

  /** Operand `k` is a register that is written or read, or 0. */
  operand(n: number, k: 0 | 1 | 2, register: number, width: number, reads: boolean, writes = false): void {
    const { rows } = this.columns;
    if (register === ZERO) {
      rows.kind[k][n] = Operand.IMMEDIATE;
      return;
    }
    rows.kind[k][n] = Operand.REGISTER;
    rows.register[k][n] = register;
    rows.width[k][n] = width;
    if (register >= GENERAL) return;
    if (reads) rows.reads[n] = rows.reads[n]! | (1 << register);
    if (writes) rows.writes[n] = rows.writes[n]! | (1 << register);
  }

  immediate(n: number, k: 0 | 1 | 2, low: number, high: number): void {
    const { rows } = this.columns;
    rows.kind[k][n] = Operand.IMMEDIATE;
    rows.immediateLow[n] = low;
    rows.immediateHigh[n] = high;
  }

  /** A number within 32 bits and its sign. */
  small(n: number, k: 0 | 1 | 2, value: number): void {
    this.immediate(n, k, value | 0, value < 0 ? -1 : 0);
  }

  memory(n: number, k: 0 | 1 | 2, place: Place, size: number, access: number): void {
    const { rows } = this.columns;
    rows.kind[k][n] = Operand.MEMORY;
    rows.base[n] = place.base;
    rows.index[n] = place.index;
    rows.scale[n] = place.scale;
    rows.displacement[n] = place.displacement;
    rows.memorySize[n] = size;
    rows.memoryAccess[n] = access;
    rows.segment[n] = place.clear ? 0 : 1;
    for (const register of [place.base, place.index])
      if (register < GENERAL) rows.reads[n] = rows.reads[n]! | (1 << register);
  }

  nothing(): void {
    this.add(Mnemonic.Nop);
  }

  move(to: number, from: number, width: number): void {
    if (to === ZERO) return this.nothing();
    const n = this.add(Mnemonic.Mov);
    this.operand(n, 0, to, width, false, true);
    this.operand(n, 1, from, width, true);
  }

  constant(to: number, low: number, high: number, width: number): void {
    if (to === ZERO) return this.nothing();
    const n = this.add(Mnemonic.Mov);
    this.operand(n, 0, to, width, false, true);
    this.immediate(n, 1, low, width === 8 ? high : 0);
  }

  address(to: number, place: Place, width: number): void {
    if (to === ZERO) return this.nothing();
    const n = this.add(Mnemonic.Lea);
    this.operand(n, 0, to, width, false, true);
    this.memory(n, 1, place, 0, 0);
  }

  /** `to` becomes `to` op `from`. */
  combine(mnemonic: number, to: number, from: number, width: number, sets: number): void {
    const n = this.add(mnemonic, sets);
    this.operand(n, 0, to, width, true, true);
    this.operand(n, 1, from, width, true);
  }

  combineNumber(mnemonic: number, to: number, low: number, high: number, width: number, sets: number): void {
    const n = this.add(mnemonic, sets);
    this.operand(n, 0, to, width, true, true);
    this.immediate(n, 1, low, high);
  }

  /** `to` becomes `a` op `b`; false if that takes a register of its own. */
  operation(
    mnemonic: number,
    to: number,
    a: number,
    b: number,
    width: number,
    sets: number,
    commutes: boolean,
  ): boolean {
    if (to === ZERO || (to === b && to !== a && !commutes)) return false;
    if (to === b && to !== a) {
      this.combine(mnemonic, to, a, width, sets);
      return true;
    }
    if (to !== a) this.move(to, a, width);
    this.combine(mnemonic, to, b, width, sets);
    return true;
  }

  operationNumber(
    mnemonic: number,
    to: number,
    a: number,
    low: number,
    high: number,
    width: number,
    sets: number,
  ): void {
    if (to !== a) this.move(to, a, width);
    this.combineNumber(mnemonic, to, low, high, width, sets);
  }

  /** An instruction that only compares; `b`: a register, `ZERO`, or null for what isn't understood. */
  compare(mnemonic: number, a: number, b: number | null, width: number, sets: number): void {
    const n = this.add(mnemonic, sets);
    if (a === ZERO) this.rows.kind[0][n] = Operand.OTHER;
    else this.operand(n, 0, a, width, true);
    if (b === null) this.rows.kind[1][n] = Operand.OTHER;
    else this.operand(n, 1, b, width, true);
  }

  compareNumber(mnemonic: number, a: number, low: number, high: number, width: number, sets: number): void {
    const n = this.add(mnemonic, sets);
    if (a === ZERO) this.rows.kind[0][n] = Operand.OTHER;
    else this.operand(n, 0, a, width, true);
    this.immediate(n, 1, low, high);
  }

  /** The stack pointer plus `bytes`. */
  moveStack(bytes: number): void {
    const n = this.add(bytes < 0 ? Mnemonic.Sub : Mnemonic.Add, Sets.OTHERWISE);
    this.operand(n, 0, SP, 8, true, true);
    this.small(n, 1, Math.abs(bytes));
  }

  load(mnemonic: number, to: number, width: number, place: Place, size: number): void {
    const n = this.add(mnemonic);
    this.operand(n, 0, to, width, false, true);
    this.memory(n, 1, place, size, Access.READ);
  }

  store(mnemonic: number, from: number, place: Place, size: number): void {
    const n = this.add(mnemonic);
    this.memory(n, 0, place, size, Access.WRITE);
    this.operand(n, 1, from, Math.min(size, 16), true);
  }

  /** What isn't understood: `writes` and `reads` are masks, `access` bits of `Access`. */
  other(
    writes: number,
    reads: number,
    { access = 0, place = null as Place | null, vector = -1, sets = Sets.OTHERWISE as number } = {},
  ): void {
    const { rows } = this.columns;
    const n = this.add(OTHER, sets);
    if (vector >= 0) this.operand(n, 0, GENERAL + vector, 16, false, true);
    if (place) this.memory(n, vector >= 0 ? 1 : 0, place, 16, access);
    rows.memoryAccess[n] = access;
    rows.writes[n] = writes;
    rows.reads[n] = rows.reads[n]! | reads;
  }

  jump(flow: number, target: number, mnemonic: number): number {
    const n = this.add(mnemonic);
    this.rows.flow[n] = flow;
    this.rows.target[n] = target;
    this.rows.kind[0][n] = Operand.BRANCH;
    return n;
  }

  trap(): void {
    this.rows.flow[this.add(OTHER)] = Flow.TRAP;
  }
}

export const placeAt = (base: number, displacement: number, index: number = Reg.NONE, scale = 1): Place => ({
  base,
  index,
  scale,
  displacement,
  clear: true,
});
