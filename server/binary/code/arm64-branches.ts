import { arm64 } from "./arm64.ts";
import type { Arm64Disassembler } from "./arm64-decoder.ts";
import { orZero, Sets } from "./arm64-rows.ts";
import { bits, CONDITIONS, signedBits } from "./arm64-words.ts";
import { Flow } from "./code.ts";
import { Mnemonic } from "./mnemonic.ts";

/** Branches, exceptions and system instructions. */
export function branchWord(decoder: Arm64Disassembler, word: number, pc: number): void {
  const { rows } = decoder;
  const top = word >>> 24;
  if ((top & 0x7c) === 0x14) {
    const target = pc + signedBits(word, 0, 25) * 4;
    if (word >= 0) return void rows.jump(Flow.JUMP, target, Mnemonic.Jmp);
    rows.rows.writes[rows.jump(Flow.CALL, target, Mnemonic.Call)] = 1 << arm64.link;
    return;
  }
  if (top === 0x54) return conditional(decoder, bits(word, 0, 3), pc + signedBits(word, 5, 23) * 4);
  if ((top & 0x7e) === 0x34) {
    // CBZ, CBNZ: as a comparison, though the flags are left alone, and EQ or NE
    const register = orZero(bits(word, 0, 4));
    rows.compare(Mnemonic.Test, register, register, word < 0 ? 8 : 4, Sets.OTHERWISE);
    return conditional(decoder, top & 1, pc + signedBits(word, 5, 23) * 4);
  }
  if ((top & 0x7e) === 0x36) {
    const bit = bits(word, 19, 23);
    const [low, high] = word < 0 ? [0, 1 << bit] : [1 << bit, 0];
    rows.compareNumber(Mnemonic.Test, orZero(bits(word, 0, 4)), low, high, 8, Sets.OTHERWISE);
    return conditional(decoder, top & 1, pc + signedBits(word, 5, 18) * 4);
  }
  if (top >> 1 === 0x6b) return byRegister(decoder, word);
  if (top === 0xd4) return (word & 0x00e0001f) === 1 ? rows.other(1, 0) : rows.trap(); // SVC
  if (top !== 0xd5) return rows.trap();
  if ((word & 0x00f00000) === 0x00300000) return decoder.computes(bits(word, 0, 4), []); // MRS
  if ((word & 0x00280000) === 0x00280000) return decoder.computes(bits(word, 0, 4), []); // SYSL
  rows.nothing();
}

function byRegister(decoder: Arm64Disassembler, word: number): void {
  const { rows } = decoder;
  const register = bits(word, 5, 9);
  const operation = bits(word, 21, 24) & 7;
  if (operation > 2 || (register === 31 && operation < 2)) return rows.trap();
  // RETAA and RETAB name no register; a RET by another than the link register is a tail call (Go 1.27's wrappers)
  if (operation === 2 && (register === 31 || register === arm64.link)) {
    rows.rows.flow[rows.add(Mnemonic.Ret)] = Flow.RETURN;
    return;
  }
  const n = rows.jump(
    operation === 1 ? Flow.INDIRECT_CALL : Flow.INDIRECT_JUMP,
    -1,
    operation === 1 ? Mnemonic.Call : Mnemonic.Jmp,
  );
  rows.operand(n, 0, register, 8, true);
  if (operation === 1) rows.rows.writes[n] = 1 << arm64.link;
}

function conditional(decoder: Arm64Disassembler, number: number, target: number): void {
  const condition = CONDITIONS[number];
  if (!condition) return void decoder.rows.jump(Flow.JUMP, target, Mnemonic.Jmp);
  decoder.rows.rows.condition[decoder.rows.jump(Flow.CONDITIONAL, target, condition.jump)] = condition.code;
}
