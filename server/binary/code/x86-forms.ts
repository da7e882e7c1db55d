import type { Code } from "./code.ts";
import { Reg } from "./registers.ts";

/**
 * One encoding without its constants. An x86 instruction is prefixes, opcode, ModRM and SIB, which say all about it, then a
 * displacement and an immediate (Intel SDM volume 2, 2.1): what iced said of one holds for all that begin with the same
 * bytes.
 */
export interface EncodedForm {
  /** Bytes of the whole instruction. */
  length: number;
  mnemonic: number;
  flow: number;
  condition: number;
  kind0: number;
  kind1: number;
  kind2: number;
  register0: number;
  register1: number;
  register2: number;
  width0: number;
  width1: number;
  width2: number;
  base: number;
  index: number;
  scale: number;
  memorySize: number;
  memoryAccess: number;
  segment: number;
  writes: number;
  reads: number;
  /** Where the displacement is, and its bytes: 0, 1 or 4. */
  displacementAt: number;
  displacementSize: number;
  /** Where the immediate or the branch's distance is, and its bytes: 0, 1, 2, 4 or 8. */
  immediateAt: number;
  immediateSize: number;
  /** Sign-extended; else zero-extended. */
  immediateSigned: boolean;
  branch: boolean;
}

/** Where an instruction's constants are. */
export type Constants = Pick<
  EncodedForm,
  "displacementAt" | "displacementSize" | "immediateAt" | "immediateSize" | "immediateSigned" | "branch"
>;

/** The form of row `n`. */
export function formOf(rows: Code, n: number, constants: Constants): EncodedForm {
  return {
    length: rows.length[n]!,
    mnemonic: rows.mnemonic[n]!,
    flow: rows.flow[n]!,
    condition: rows.condition[n]!,
    kind0: rows.kind[0][n]!,
    kind1: rows.kind[1][n]!,
    kind2: rows.kind[2][n]!,
    register0: rows.register[0][n]!,
    register1: rows.register[1][n]!,
    register2: rows.register[2][n]!,
    width0: rows.width[0][n]!,
    width1: rows.width[1][n]!,
    width2: rows.width[2][n]!,
    base: rows.base[n]!,
    index: rows.index[n]!,
    scale: rows.scale[n]!,
    memorySize: rows.memorySize[n]!,
    memoryAccess: rows.memoryAccess[n]!,
    segment: rows.segment[n]!,
    writes: rows.writes[n]!,
    reads: rows.reads[n]!,
    ...constants,
  };
}

/** Writes row `n` for the instruction of this form at `offset` of `bytes`, which lie at static address `start`. */
export function writeRow(
  rows: Code,
  n: number,
  form: EncodedForm,
  bytes: Uint8Array,
  offset: number,
  start: number,
): void {
  rows.offset[n] = offset;
  rows.length[n] = form.length;
  rows.mnemonic[n] = form.mnemonic;
  rows.flow[n] = form.flow;
  rows.condition[n] = form.condition;
  rows.kind[0][n] = form.kind0;
  rows.kind[1][n] = form.kind1;
  rows.kind[2][n] = form.kind2;
  rows.register[0][n] = form.register0;
  rows.register[1][n] = form.register1;
  rows.register[2][n] = form.register2;
  rows.width[0][n] = form.width0;
  rows.width[1][n] = form.width1;
  rows.width[2][n] = form.width2;
  rows.base[n] = form.base;
  rows.index[n] = form.index;
  rows.scale[n] = form.scale;
  rows.memorySize[n] = form.memorySize;
  rows.memoryAccess[n] = form.memoryAccess;
  rows.segment[n] = form.segment;
  rows.writes[n] = form.writes;
  rows.reads[n] = form.reads;
  const next = offset + form.length;
  let displacement = 0;
  if (form.displacementSize > 0) {
    displacement = signed(bytes, offset + form.displacementAt, form.displacementSize);
    if (form.base === Reg.RIP) displacement += start + next;
  }
  rows.displacement[n] = displacement;
  rows.target[n] = -1;
  rows.immediateLow[n] = 0;
  rows.immediateHigh[n] = 0;
  if (form.immediateSize === 0) return;
  const at = offset + form.immediateAt;
  if (form.branch) {
    rows.target[n] = start + next + signed(bytes, at, form.immediateSize);
    return;
  }
  if (form.immediateSize === 8) {
    rows.immediateLow[n] = signed(bytes, at, 4);
    rows.immediateHigh[n] = signed(bytes, at + 4, 4);
    return;
  }
  const value = signed(bytes, at, form.immediateSize);
  rows.immediateLow[n] = form.immediateSigned
    ? value
    : value & (form.immediateSize === 4 ? -1 : 2 ** (8 * form.immediateSize) - 1);
  rows.immediateHigh[n] = form.immediateSigned && value < 0 ? -1 : 0;
}

function signed(bytes: Uint8Array, at: number, size: number): number {
  if (size === 1) return (bytes[at]! << 24) >> 24;
  if (size === 2) return ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16;
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

const FANOUT = 256;
const MAX_NODES = 1 << 14;

/** Forms by their leading bytes: a trie, since no form's bytes begin another's. */
export class EncodedForms {
  /** 256 entries a node: 0 nothing yet, n > 0 node n, n < 0 form ~n. */
  #nodes = new Int32Array(64 * FANOUT);
  #count = 1;
  readonly #forms: EncodedForm[] = [];

  /** The form of the instruction at `offset`, if one like it was learnt and the bytes hold it whole. */
  find(bytes: Uint8Array, offset: number): EncodedForm | null {
    const nodes = this.#nodes;
    let node = 0;
    for (let at = offset; at < bytes.length; at++) {
      const entry = nodes[node * FANOUT + bytes[at]!]!;
      if (entry < 0) {
        const form = this.#forms[~entry]!;
        return offset + form.length <= bytes.length ? form : null;
      }
      if (entry === 0) return null;
      node = entry;
    }
    return null;
  }

  /** Learns a form that the `length` bytes at `offset` say all about. */
  add(bytes: Uint8Array, offset: number, length: number, form: EncodedForm): void {
    if (this.#count + length > MAX_NODES) return; // no program has so many; hostile bytes may
    let node = 0;
    for (let k = 0; k < length - 1; k++) {
      const at = node * FANOUT + bytes[offset + k]!;
      if (this.#nodes[at] === 0) {
        const made = this.#node(); // may move the table
        this.#nodes[at] = made;
      }
      node = this.#nodes[at]!;
      if (node < 0) return;
    }
    this.#nodes[node * FANOUT + bytes[offset + length - 1]!] = ~this.#forms.length;
    this.#forms.push(form);
  }

  #node(): number {
    if ((this.#count + 1) * FANOUT > this.#nodes.length) {
      const grown = new Int32Array(this.#nodes.length * 2);
      grown.set(this.#nodes);
      this.#nodes = grown;
    }
    return this.#count++;
  }
}
