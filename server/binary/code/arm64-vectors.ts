import type { Arm64Disassembler } from "./arm64-decoder.ts";
import { Sets } from "./arm64-rows.ts";
import { bits } from "./arm64-words.ts";
import { Mnemonic } from "./mnemonic.ts";
import { GENERAL } from "./registers.ts";

/** SIMD and floating point: what moves between the two kinds of registers, zeroes, and compares. */
export function vectorWord(decoder: Arm64Disassembler, word: number): void {
  const { rows } = decoder;
  const to = bits(word, 0, 4);
  const from = bits(word, 5, 9);
  const between = (a: number, b: number, width: number) => {
    const n = rows.add(Mnemonic.Movq);
    rows.operand(n, 0, a, a >= GENERAL ? 16 : width, false, true);
    rows.operand(n, 1, b, b >= GENERAL ? 16 : width, true);
  };
  if (word === (0xbea71700 | 0)) return rows.trap(); // UNDEF of Go's assembler (asm7.go, case 90)
  if ((word & 0xfffffc00) === (0x9e670000 | 0) && from !== 31) return between(GENERAL + to, from, 8);
  if ((word & 0xfffffc00) === (0x9e660000 | 0) && to !== 31) return between(to, GENERAL + from, 8);
  // conversions to (0, 1, 4, 5, 6) and from (2, 3, 7) integers, of fixed point too
  if ((word & 0x7f200000) === 0x1e000000 || (word & 0x7f20fc00) === 0x1e200000) {
    const toInteger = ![2, 3, 7].includes(bits(word, 16, 18));
    if (toInteger) return rows.other(to === 31 ? 0 : 1 << to, 0);
    return rows.other(0, from === 31 ? 0 : 1 << from, { vector: to });
  }
  if ((word & 0xbfe0ec00) === 0x0e002c00) return rows.other(to === 31 ? 0 : 1 << to, 0); // SMOV, UMOV
  if ((word & 0xff20fc07) === 0x1e202000 || (word & 0xff200c00) === 0x1e200400) {
    const n = rows.add(Mnemonic.Ucomisd, Sets.OTHERWISE); // FCMP, FCCMP
    rows.operand(n, 0, GENERAL + from, 16, true);
    rows.operand(n, 1, GENERAL + bits(word, 16, 20), 16, true);
    return;
  }
  const isXor = (word & 0xbfe0fc00) === 0x2e201c00 && from === bits(word, 16, 20);
  const isZero = (word & 0x9fffffe0) === 0x0f00e400; // MOVI
  if (isXor || isZero) {
    const n = rows.add(Mnemonic.Pxor);
    rows.operand(n, 0, GENERAL + to, 16, false, true);
    rows.operand(n, 1, GENERAL + to, 16, false);
    return;
  }
  rows.other(0, from === 31 ? 0 : 1 << from, { vector: to });
}
