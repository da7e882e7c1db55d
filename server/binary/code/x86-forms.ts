/**
 * Encodings without their constants. An x86 instruction is prefixes, opcode, ModRM and SIB, which say all about it, then a
 * displacement and an immediate (Intel SDM volume 2, 2.1): what iced said of one holds for all that begin with the same
 * bytes.
 */
import { type Columns, NARROW } from "./columns.ts";
import { Reg } from "./registers.ts";
import { twice } from "./twice.ts";

/** Where an instruction's constants are. */
export interface Constants {
  displacementAt: number;
  /** In bytes: 0, 1 or 4. */
  displacementSize: number;
  /** Where the immediate or the branch's distance is. */
  immediateAt: number;
  /** In bytes: 0, 1, 2, 4 or 8. */
  immediateSize: number;
  /** Sign-extended; else zero-extended. */
  immediateSigned: boolean;
  branch: boolean;
}

/** Bytes of a form: the columns of one byte in their order, then its constants. */
const FORM_BYTES = 32;
const DISPLACEMENT_AT = NARROW;
const DISPLACEMENT_SIZE = NARROW + 1;
const IMMEDIATE_AT = NARROW + 2;
const IMMEDIATE_SIZE = NARROW + 3;
/** 0: unsigned, 1: signed, 2: a branch's distance. */
const IMMEDIATE_KIND = NARROW + 4;
/** 1: the displacement is from the next instruction. */
const RELATIVE = NARROW + 5;
/** Where the base register is among the columns of one byte. */
const BASE = 12;
/** Words of a form: mnemonic, writes, reads. */
const FORM_WORDS = 4;

const FANOUT = 256;
const MAX_NODES = 1 << 14;
/** What the trie's numbers hold. */
const MAX_FORMS = 1 << 15;

/** Forms by their leading bytes: a trie, since no form's bytes begin another's. */
export class EncodedForms {
  /** 256 entries a node: 0 nothing yet, n > 0 node n, n < 0 form ~n. */
  #nodes = new Int16Array(64 * FANOUT);
  #nodeCount = 1;
  #bytes = new Uint8Array(256 * FORM_BYTES);
  #words = new Uint32Array(256 * FORM_WORDS);
  #count = 0;

  /**
   * Fills the rows from `n` up to `limit` with the instructions from `offset` of `bytes` on, which lie at static address
   * `start`, until one comes that none like it was learnt of, or that the bytes don't hold whole. Returns the next row.
   */
  fill(
    { rows, narrow, capacity }: Columns,
    n: number,
    limit: number,
    bytes: Uint8Array,
    offset: number,
    start: number,
  ): number {
    const {
      offset: offsets,
      mnemonic,
      writes,
      reads,
      displacement,
      target,
      immediateLow,
      immediateHigh,
    } = rows;
    const nodes = this.#nodes;
    const formBytes = this.#bytes;
    const formWords = this.#words;
    const size = bytes.length;
    let row = n;
    for (let at = offset; row < limit && at < size; row++) {
      let node = 0;
      for (let k = at; node >= 0; k++) {
        if (k >= size) return row;
        node = nodes[node * FANOUT + bytes[k]!]!;
        if (node === 0) return row;
      }
      const form = ~node * FORM_BYTES;
      const next = at + formBytes[form]!;
      if (next > size) return row;
      // the columns of one byte, without a loop: twice as fast
      narrow[row] = formBytes[form]!;
      narrow[row + capacity] = formBytes[form + 1]!;
      narrow[row + 2 * capacity] = formBytes[form + 2]!;
      narrow[row + 3 * capacity] = formBytes[form + 3]!;
      narrow[row + 4 * capacity] = formBytes[form + 4]!;
      narrow[row + 5 * capacity] = formBytes[form + 5]!;
      narrow[row + 6 * capacity] = formBytes[form + 6]!;
      narrow[row + 7 * capacity] = formBytes[form + 7]!;
      narrow[row + 8 * capacity] = formBytes[form + 8]!;
      narrow[row + 9 * capacity] = formBytes[form + 9]!;
      narrow[row + 10 * capacity] = formBytes[form + 10]!;
      narrow[row + 11 * capacity] = formBytes[form + 11]!;
      narrow[row + 12 * capacity] = formBytes[form + 12]!;
      narrow[row + 13 * capacity] = formBytes[form + 13]!;
      narrow[row + 14 * capacity] = formBytes[form + 14]!;
      narrow[row + 15 * capacity] = formBytes[form + 15]!;
      narrow[row + 16 * capacity] = formBytes[form + 16]!;
      narrow[row + 17 * capacity] = formBytes[form + 17]!;
      offsets[row] = at;
      const words = ~node * FORM_WORDS;
      mnemonic[row] = formWords[words]!;
      writes[row] = formWords[words + 1]!;
      reads[row] = formWords[words + 2]!;
      const displacementSize = formBytes[form + DISPLACEMENT_SIZE]!;
      if (displacementSize === 0) displacement[row] = 0;
      else {
        const from = formBytes[form + RELATIVE] === 1 ? start + next : 0;
        displacement[row] = from + signed(bytes, at + formBytes[form + DISPLACEMENT_AT]!, displacementSize);
      }
      const immediateSize = formBytes[form + IMMEDIATE_SIZE]!;
      let low = 0;
      let high = 0;
      let goesTo = -1;
      if (immediateSize !== 0) {
        const from = at + formBytes[form + IMMEDIATE_AT]!;
        const kind = formBytes[form + IMMEDIATE_KIND]!;
        if (immediateSize === 8) {
          low = signed(bytes, from, 4);
          high = signed(bytes, from + 4, 4);
        } else {
          low = signed(bytes, from, immediateSize);
          if (kind === 2) {
            goesTo = start + next + low;
            low = 0;
          } else if (kind === 1) high = low >> 31;
          else if (immediateSize < 4) low &= immediateSize === 1 ? 0xff : 0xffff;
        }
      }
      target[row] = goesTo;
      immediateLow[row] = low;
      immediateHigh[row] = high;
      at = next;
    }
    return row;
  }

  /**
   * Learns the form of row `n`, the instruction at `offset` of `bytes`, which lie at static address `start`: if the row would be
   * made again from it.
   */
  learn(
    columns: Columns,
    n: number,
    bytes: Uint8Array,
    offset: number,
    start: number,
    constants: Constants,
  ): void {
    if (this.#count === MAX_FORMS) return;
    this.#note(columns, n, constants);
    const { rows } = columns;
    const length = rows.length[n]!;
    const leading = Math.min(
      constants.displacementSize > 0 ? constants.displacementAt : length,
      constants.immediateSize > 0 ? constants.immediateAt : length,
    );
    const place = this.#place(bytes, offset, leading);
    if (place < 0) return;
    const before = this.#nodes[place]!;
    this.#nodes[place] = ~this.#count;
    const { displacement, target, immediateLow, immediateHigh } = rows;
    const said = [displacement[n]!, target[n]!, immediateLow[n]!, immediateHigh[n]!] as const;
    this.fill(columns, n, n + 1, bytes, offset, start);
    const isSame =
      displacement[n] === said[0] &&
      target[n] === said[1] &&
      immediateLow[n] === said[2] &&
      immediateHigh[n] === said[3];
    if (isSame) {
      this.#count++;
      return;
    }
    this.#nodes[place] = before;
    [displacement[n], target[n], immediateLow[n], immediateHigh[n]] = said;
  }

  /** Writes the next form, which doesn't count yet. */
  #note({ rows, narrow, capacity }: Columns, n: number, constants: Constants): void {
    if ((this.#count + 1) * FORM_BYTES > this.#bytes.length) {
      this.#bytes = twice(this.#bytes);
      this.#words = twice(this.#words);
    }
    const form = this.#count * FORM_BYTES;
    for (let k = 0; k < NARROW; k++) this.#bytes[form + k] = narrow[n + k * capacity]!;
    this.#bytes[form + DISPLACEMENT_AT] = constants.displacementAt;
    this.#bytes[form + DISPLACEMENT_SIZE] = constants.displacementSize;
    this.#bytes[form + IMMEDIATE_AT] = constants.immediateAt;
    this.#bytes[form + IMMEDIATE_SIZE] = constants.immediateSize;
    this.#bytes[form + IMMEDIATE_KIND] = constants.branch ? 2 : constants.immediateSigned ? 1 : 0;
    this.#bytes[form + RELATIVE] = this.#bytes[form + BASE] === Reg.RIP ? 1 : 0;
    this.#words.set([rows.mnemonic[n]!, rows.writes[n]!, rows.reads[n]!], this.#count * FORM_WORDS);
  }

  /** Where in the trie the form goes that the `length` bytes at `offset` say all about; -1: nowhere. */
  #place(bytes: Uint8Array, offset: number, length: number): number {
    if (this.#nodeCount + length > MAX_NODES) return -1; // no program has so many; hostile bytes may
    let node = 0;
    for (let k = 0; k < length - 1; k++) {
      const at = node * FANOUT + bytes[offset + k]!;
      if (this.#nodes[at] === 0) {
        const made = this.#node(); // may move the table
        this.#nodes[at] = made;
      }
      node = this.#nodes[at]!;
      if (node < 0) return -1;
    }
    return node * FANOUT + bytes[offset + length - 1]!;
  }

  #node(): number {
    if ((this.#nodeCount + 1) * FANOUT > this.#nodes.length) this.#nodes = twice(this.#nodes);
    return this.#nodeCount++;
  }
}

function signed(bytes: Uint8Array, at: number, size: number): number {
  if (size === 1) return (bytes[at]! << 24) >> 24;
  if (size === 2) return ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16;
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
