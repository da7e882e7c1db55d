/** The instructions of one function, whatever decoded them, and what is read of them. */
import type { Isa } from "./isa.ts";
import { Mnemonic } from "./mnemonic.ts";

export { ConditionCode } from "iced-x86";
export { Mnemonic, mnemonicName } from "./mnemonic.ts";

/** How control leaves an instruction. */
export const Flow = {
  NEXT: 0,
  JUMP: 1,
  INDIRECT_JUMP: 2,
  CONDITIONAL: 3,
  RETURN: 4,
  CALL: 5,
  INDIRECT_CALL: 6,
  /** INT3, UD2, HLT, undecodable bytes: control doesn't go on. */
  TRAP: 7,
} as const;

/** Kind of an operand. */
export const Operand = { NONE: 0, REGISTER: 1, MEMORY: 2, IMMEDIATE: 3, BRANCH: 4, OTHER: 5 } as const;

/** Bits of `Code.memoryAccess`. */
export const Access = { READ: 1, WRITE: 2 } as const;

/**
 * The instructions of one function as columns: 56 bytes an instruction instead of an object. Row `i` is the i-th
 * instruction. Registers are numbered by `Reg`. Only the first three operands are kept: no Go code needs a fourth here.
 *
 * Instructions bear the names of x86-64's, whose sense is clear without flags and operands of their own: the decoder of arm64
 * writes the rows of those that do the same. One arm64 instruction may take up to four rows (STP is two stores); all but the
 * first lie at addresses inside it, have length 0 and can't be probed.
 */
export interface Code {
  readonly isa: Isa;
  /** Static address of the first byte. */
  readonly start: number;
  /** Static address after the last byte. */
  readonly end: number;
  readonly count: number;
  /** Bytes from `start`. */
  readonly offset: Uint32Array;
  readonly length: Uint8Array;
  /** iced's Mnemonic. */
  readonly mnemonic: Uint16Array;
  /** `Flow`. */
  readonly flow: Uint8Array;
  /** iced's ConditionCode of Jcc, SETcc and CMOVcc, else 0. */
  readonly condition: Uint8Array;
  /** Static address that a direct jump or call goes to, else -1. */
  readonly target: Float64Array;
  /** `Operand` kinds. */
  readonly kind: readonly [Uint8Array, Uint8Array, Uint8Array];
  /** Register of each register operand, else `Reg.NONE`. */
  readonly register: readonly [Uint8Array, Uint8Array, Uint8Array];
  /** Bytes of each register operand; 0 for other kinds. */
  readonly width: readonly [Uint8Array, Uint8Array, Uint8Array];
  /** Base of the memory operand: a register, `Reg.RIP` (then `displacement` is absolute) or `Reg.NONE`. */
  readonly base: Uint8Array;
  readonly index: Uint8Array;
  readonly scale: Uint8Array;
  readonly displacement: Float64Array;
  /** Bytes that the memory operand spans; 0 where there is none or it's no access (LEA). */
  readonly memorySize: Uint8Array;
  /** Bits of `Access`. */
  readonly memoryAccess: Uint8Array;
  /** 1 where the memory operand is relative to FS or GS. */
  readonly segment: Uint8Array;
  /** Low and high half of the sign-extended immediate. */
  readonly immediateLow: Int32Array;
  readonly immediateHigh: Int32Array;
  /** Mask of general registers that the instruction may change, implicit ones included, calls' clobbers not. */
  readonly writes: Uint32Array;
  /** Mask of general registers that the instruction may read, those of memory operands and implicit ones included. */
  readonly reads: Uint32Array;
}

/** A set of mnemonics as a table: 1 for each that is in it. */
export function setOf(mnemonics: Iterable<number>): Uint8Array {
  const table = new Uint8Array(1 << 16);
  for (const mnemonic of mnemonics) table[mnemonic] = 1;
  return table;
}

/** Static address of instruction `i`. */
export const pcOf = (code: Code, i: number): number => code.start + code.offset[i]!;

/** The immediate as a number: exact within 53 bits (use `bigImmediate` for more). */
export const immediateOf = (code: Code, i: number): number =>
  code.immediateHigh[i]! * 4294967296 + (code.immediateLow[i]! >>> 0);

/** All 64 bits of the immediate, signed. */
export const bigImmediate = (code: Code, i: number): bigint =>
  (BigInt(code.immediateHigh[i]!) << 32n) | BigInt(code.immediateLow[i]! >>> 0);

/** Index of the instruction that starts at static address `pc`, or -1. */
export function indexOf(code: Code, pc: number): number {
  const wanted = pc - code.start;
  let low = 0;
  let high = code.count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const offset = code.offset[middle]!;
    if (offset === wanted) return middle;
    if (offset < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** True if row `i` makes a register 0 as arm64 does, by a move. */
export const movesZero = (code: Code, i: number): boolean =>
  code.mnemonic[i] === Mnemonic.Mov &&
  code.kind[0][i] === Operand.REGISTER &&
  code.kind[1][i] === Operand.IMMEDIATE &&
  code.immediateLow[i] === 0 &&
  code.immediateHigh[i] === 0;

/** True if row `i` is `XOR r, r`, which reads nothing in effect and gives 0. */
export const isZeroing = (code: Code, i: number): boolean =>
  code.mnemonic[i] === Mnemonic.Xor &&
  code.kind[1][i] === Operand.REGISTER &&
  code.register[0][i] === code.register[1][i];
