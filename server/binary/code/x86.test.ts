import { afterAll, describe, expect, test } from "vitest";
import {
  Access,
  bigImmediate,
  type Code,
  Flow,
  immediateOf,
  indexOf,
  Mnemonic,
  Operand,
  pcOf,
} from "./code.ts";
import { Reg } from "./registers.ts";
import { Disassembler } from "./x86.ts";

const disassembler = new Disassembler();
afterAll(() => disassembler.free());

const START = 0x401000;
const decode = (hex: string, start = START): Code =>
  disassembler.decode(
    Uint8Array.from(hex.match(/[0-9a-f]{2}/g)!.map((byte) => Number.parseInt(byte, 16))),
    start,
  );

describe("decoding", () => {
  test("lea r, [rip+x] has its absolute target as displacement and accesses no memory", () => {
    const code = decode("48 8d 05 10 00 00 00"); // lea rax, [rip+0x10]
    expect(code.count).toBe(1);
    expect(code.mnemonic[0]).toBe(Mnemonic.Lea);
    expect(code.base[0]).toBe(Reg.RIP);
    expect(code.displacement[0]).toBe(START + 7 + 0x10);
    expect([code.memoryAccess[0], code.memorySize[0]]).toEqual([0, 0]);
    expect(code.writes[0]).toBe(1 << Reg.RAX);
  });

  test("a backward rip-relative target, and one of a binary that is linked high", () => {
    expect(decode("48 8d 0d f0 ff ff ff").displacement[0]).toBe(START + 7 - 0x10);
    expect(decode("48 8d 0d f0 ff ff ff", 0x5500_0000_0000).displacement[0]).toBe(
      0x5500_0000_0000 + 7 - 0x10,
    );
  });

  test("calls of what lies before the function, and behind it", () => {
    expect(decode("e8 fb ef ff ff").target[0]).toBe(START - 0x1000);
    expect(decode("e8 00 10 00 00").target[0]).toBe(START + 5 + 0x1000);
  });

  test("mov [rdx+rcx*8-0x18], r9", () => {
    const code = decode("4c 89 4c ca e8");
    expect([code.kind[0][0], code.kind[1][0]]).toEqual([Operand.MEMORY, Operand.REGISTER]);
    expect([code.base[0], code.index[0], code.scale[0], code.displacement[0]]).toEqual([
      Reg.RDX,
      Reg.RCX,
      8,
      -0x18,
    ]);
    expect([code.register[1][0], code.width[1][0]]).toEqual([Reg.R9, 8]);
    expect([code.memoryAccess[0], code.memorySize[0]]).toEqual([Access.WRITE, 8]);
    expect(code.writes[0]).toBe(0);
  });

  test("a load relative to FS is marked", () => {
    const code = decode("64 48 8b 0c 25 f8 ff ff ff"); // mov rcx, fs:[-8]
    expect([code.segment[0], code.base[0], code.displacement[0]]).toEqual([1, Reg.NONE, -8]);
  });

  test("flow kinds and branch targets", () => {
    const code = decode("74 02 eb fc e8 00 01 00 00 ff d0 ff e1 c3 cc 0f 0b");
    expect([...code.flow]).toEqual([
      Flow.CONDITIONAL,
      Flow.JUMP,
      Flow.CALL,
      Flow.INDIRECT_CALL,
      Flow.INDIRECT_JUMP,
      Flow.RETURN,
      Flow.TRAP,
      Flow.TRAP,
    ]);
    expect([...code.target]).toEqual([START + 4, START, START + 9 + 0x100, -1, -1, -1, -1, -1]);
    expect(code.condition[0]).toBeGreaterThan(0);
  });

  test("immediates keep sign and 64 bits", () => {
    const code = decode("48 83 c4 f0 48 b8 88 77 66 55 44 33 22 91 c7 44 24 08 05 00 00 00");
    expect(immediateOf(code, 0)).toBe(-16);
    expect(bigImmediate(code, 1)).toBe(BigInt.asIntN(64, 0x9122334455667788n));
    expect([immediateOf(code, 2), code.memorySize[2]]).toEqual([5, 4]);
  });

  test("implicit writes: div, xchg, cmov, rep movsq, push", () => {
    const mask = (...registers: number[]) => registers.reduce((all, register) => all | (1 << register), 0);
    const code = decode("48 f7 f1 48 87 d8 48 0f 44 ca f3 48 a5 55");
    expect(code.writes[0]).toBe(mask(Reg.RAX, Reg.RDX));
    expect(code.writes[1]).toBe(mask(Reg.RAX, Reg.RBX));
    expect(code.writes[2]).toBe(mask(Reg.RCX));
    expect(code.writes[3]).toBe(mask(Reg.RCX, Reg.RSI, Reg.RDI));
    expect(code.memoryAccess[3]).toBe(Access.READ | Access.WRITE);
    expect(code.writes[4]).toBe(mask(Reg.RSP));
  });

  test("reads: operands, addresses, implicit ones; zeroing reads nothing", () => {
    const mask = (...registers: number[]) => registers.reduce((all, register) => all | (1 << register), 0);
    const code = decode("48 89 d8 48 8b 44 ca 08 48 f7 f1 31 c0 48 01 d8 85 db c3");
    expect([...code.reads].slice(0, 6)).toEqual([
      mask(Reg.RBX),
      mask(Reg.RDX, Reg.RCX),
      mask(Reg.RAX, Reg.RDX, Reg.RCX),
      0,
      mask(Reg.RAX, Reg.RBX),
      mask(Reg.RBX),
    ]);
  });

  test("comparisons write nothing; a 32-bit move writes the whole register", () => {
    const code = decode("48 39 c8 48 85 c0 89 d8 83 3d 00 00 00 00 00");
    expect([...code.writes]).toEqual([0, 0, 1 << Reg.RAX, 0]);
    expect(code.width[0][2]).toBe(4);
    expect([code.memoryAccess[3], code.memorySize[3]]).toEqual([Access.READ, 4]);
  });

  test("one opcode form with a register and with memory", () => {
    const code = decode("48 89 c3 48 89 03 48 89 c3"); // mov rbx, rax; mov [rbx], rax; mov rbx, rax
    expect([...code.memoryAccess]).toEqual([0, Access.WRITE, 0]);
    expect([...code.memorySize]).toEqual([0, 8, 0]);
    expect([...code.writes]).toEqual([1 << Reg.RBX, 0, 1 << Reg.RBX]);
  });

  test("SSE moves: a pair is stored by 16 bytes", () => {
    const code = decode("0f 11 44 24 20"); // movups [rsp+0x20], xmm0
    expect([code.mnemonic[0], code.register[1][0], code.memorySize[0]]).toEqual([
      Mnemonic.Movups,
      Reg.XMM0,
      16,
    ]);
  });

  test("undecodable bytes are trap rows, and rows cover the input", () => {
    const code = decode("06 48 8d 05");
    expect(code.flow[0]).toBe(Flow.TRAP);
    expect(code.length.reduce((sum, length) => sum + length, 0)).toBe(4);
  });

  test("indexOf finds starts only", () => {
    const code = decode("55 48 89 e5 c3");
    expect([START, START + 1, START + 4].map((pc) => indexOf(code, pc))).toEqual([0, 1, 2]);
    expect([START - 1, START + 2, START + 5].map((pc) => indexOf(code, pc))).toEqual([-1, -1, -1]);
    expect(pcOf(code, 2)).toBe(START + 4);
  });

  test("no bytes give no rows", () => {
    expect(decode("90").count).toBe(1);
    expect(disassembler.decode(new Uint8Array(0), START).count).toBe(0);
  });

  test("more rows than the first guess", () => {
    const code = disassembler.decode(new Uint8Array(5000).fill(0x90), START);
    expect([code.count, code.offset[4999], code.mnemonic[4999]]).toEqual([5000, 4999, Mnemonic.Nop]);
  });
});
