import { arm64 } from "./arm64.ts";
import { registerWord } from "./arm64-arithmetic.ts";
import { branchWord } from "./arm64-branches.ts";
import { settleConditions } from "./arm64-flags.ts";
import { immediateWord } from "./arm64-immediates.ts";
import { memoryWord } from "./arm64-memory.ts";
import { ASSEMBLER, Known, SP } from "./arm64-registers.ts";
import { RowWriter, Sets } from "./arm64-rows.ts";
import { vectorWord } from "./arm64-vectors.ts";
import { bits, signedBits } from "./arm64-words.ts";
import { type Code, Flow } from "./code.ts";
import { Columns } from "./columns.ts";
import type { Decodes } from "./isa.ts";
import { GENERAL } from "./registers.ts";
import { MAX_FUNCTION } from "./x86.ts";

/**
 * Instructions for which it is remembered, of the assembler's own register and of others. Go's assembler makes one
 * instruction of the source into two or three with a constant or an address between, which this puts together again
 * (cmd/internal/obj/arm64/asm7.go).
 */
const OWN_WINDOW = 3;
const WINDOW = 1;
/** Instructions of a prologue between the new SP's computation and its use (obj7.go). */
const FRAME_WINDOW = 3;

/**
 * Decodes arm64 into the rows of x86-64 instructions that do the same. Source of all encodings: Arm Architecture Reference
 * Manual, C4. A word that isn't known here becomes a row that writes whatever its fields may name.
 */
export class Arm64Disassembler implements Decodes {
  readonly #columns = new Columns(arm64);
  readonly rows = new RowWriter(this.#columns);
  readonly #kind = new Uint8Array(GENERAL);
  readonly #value = new Float64Array(GENERAL);
  readonly #low = new Int32Array(GENERAL);
  readonly #high = new Int32Array(GENERAL);
  readonly #since = new Int32Array(GENERAL);
  /** Registers of which something is known. */
  #live = 0;
  #noted = 0;
  #k = 0;
  bytes: DataView = new DataView(new ArrayBuffer(0));
  start = 0;

  free(): void {}

  decode(bytes: Uint8Array, start: number): Code {
    const count = this.#decode(bytes, start);
    return this.#columns.sliced(start, start + bytes.length, count);
  }

  decodeForNow(bytes: Uint8Array, start: number): Code {
    const count = this.#decode(bytes, start);
    return this.#columns.shared(start, start + bytes.length, count);
  }

  #decode(bytes: Uint8Array, start: number): number {
    if (bytes.length > MAX_FUNCTION)
      throw new RangeError(`a function of ${bytes.length} bytes is not decoded`);
    const { rows } = this;
    this.bytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.start = start;
    this.#live = 0;
    rows.restart();
    const words = bytes.length >> 2;
    const targets = targetsOf(this.bytes, words);
    for (let k = 0; k < words; k++) {
      const first = rows.count;
      this.#k = k;
      this.#noted = 0;
      // on other paths here it is something else
      if (targets[k]) this.#live = 0;
      rows.begin(k * 4);
      this.#word(this.bytes.getInt32(k * 4, true), start + k * 4);
      if (this.#live !== 0) this.#forget(first);
      this.#live |= this.#noted;
    }
    if (bytes.length % 4 !== 0) {
      rows.begin(words * 4);
      rows.trap();
      rows.rows.length[rows.count - 1] = bytes.length % 4;
    }
    settleConditions(rows.rows, rows.sets, rows.count, start, targets);
    return rows.count;
  }

  /** What the rows from `first` on write isn't known any more. */
  #forget(first: number): void {
    const { rows, count } = this.rows;
    for (let n = first; n < count; n++) {
      this.#live &= ~rows.writes[n]!;
      if (rows.flow[n] !== Flow.NEXT) this.#live = 0;
    }
    for (let n = first; n < count; n++) {
      if (!(rows.writes[n]! & (1 << SP))) continue;
      for (let register = 0; register < SP; register++)
        if (this.#kind[register] === Known.FRAME) this.#live &= ~(1 << register);
    }
  }

  note(register: number, kind: number, value: number, low = 0, high = 0): void {
    if (register >= SP) return;
    this.#noted |= 1 << register;
    this.#kind[register] = kind;
    this.#value[register] = value;
    this.#low[register] = low;
    this.#high[register] = high;
    this.#since[register] = this.#k;
  }

  /** The halves of a number that a register is known to hold. */
  low(register: number): number {
    return this.#low[register]!;
  }

  high(register: number): number {
    return this.#high[register]!;
  }

  /** The kind of what is known of a register. */
  known(register: number, window = register === ASSEMBLER ? OWN_WINDOW : WINDOW): number {
    const is = register < SP && this.#live & (1 << register) && this.#k - this.#since[register]! <= window;
    return is ? this.#kind[register]! : Known.NOTHING;
  }

  /** The address, the number, or the bytes from SP. */
  value(register: number): number {
    return this.#value[register]!;
  }

  #word(word: number, pc: number): void {
    switch (bits(word, 25, 28)) {
      case 8:
      case 9:
        return immediateWord(this, word, pc);
      case 10:
      case 11:
        return branchWord(this, word, pc);
      case 4:
      case 6:
      case 12:
      case 14:
        return memoryWord(this, word, pc);
      case 5:
      case 13:
        return registerWord(this, word);
      case 7:
      case 15:
        return vectorWord(this, word);
      case 2: // SVE
        return this.rows.other(-1, 0);
      default:
        return this.rows.trap();
    }
  }

  /** A register gets what isn't understood. */
  computes(to: number, from: readonly number[], sets: number = Sets.OTHERWISE): void {
    let reads = 0;
    for (const register of from) if (register !== 31) reads |= 1 << register;
    this.rows.other(to === 31 ? 0 : 1 << to, reads, { sets });
  }

  /** SP becomes register `from` plus `by`. */
  setStack(from: number, by: number): void {
    if (from === SP) this.rows.moveStack(by);
    else if (this.known(from, FRAME_WINDOW) === Known.FRAME) this.rows.moveStack(this.value(from) + by);
    else this.rows.other(1 << SP, 1 << from);
  }

  noteNumber(to: number, low: number, high: number): void {
    this.note(to, Known.NUMBER, high * 4294967296 + (low >>> 0), low, high);
  }

  zero(to: number, width: number): void {
    this.rows.constant(to, 0, 0, width);
    this.noteNumber(to, 0, 0);
  }
}

/** 1 for each word that a direct jump goes to. */
function targetsOf(bytes: DataView, words: number): Uint8Array {
  const targets = new Uint8Array(words);
  for (let k = 0; k < words; k++) {
    const word = bytes.getInt32(k * 4, true);
    const top = word >>> 24;
    let distance = 0;
    if ((top & 0xfc) === 0x14) distance = signedBits(word, 0, 25);
    else if (top === 0x54 || (top & 0x7e) === 0x34) distance = signedBits(word, 5, 23);
    else if ((top & 0x7e) === 0x36) distance = signedBits(word, 5, 18);
    else continue;
    const target = k + distance;
    if (target >= 0 && target < words) targets[target] = 1;
  }
  return targets;
}
