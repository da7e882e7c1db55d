/** Words as Go's assembler writes them (go tool objdump of Go 1.26 and 1.27). */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arm64 } from "./arm64.ts";
import { Arm64Disassembler } from "./arm64-decoder.ts";
import { type Code, Flow, immediateOf, Mnemonic, mnemonicName, Operand, pcOf } from "./code.ts";
import { stackChange } from "./machine.ts";
import { Reg } from "./registers.ts";

const START = 0x10000;
const SP = 31;

const bytesOf = (...words: number[]): Uint8Array => {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  words.forEach((word, k) => {
    view.setUint32(k * 4, word, true);
  });
  return bytes;
};
const decode = (...words: number[]): Code => new Arm64Disassembler().decode(bytesOf(...words), START);

/** A row as text: the operation, then its operands. */
function row(code: Code, i: number): string {
  const operand = (k: 0 | 1): string => {
    if (code.kind[k][i] === Operand.REGISTER) return `x${code.register[k][i]}`;
    if (code.kind[k][i] === Operand.IMMEDIATE) return String(immediateOf(code, i));
    if (code.kind[k][i] !== Operand.MEMORY) return "?";
    const base = code.base[i] === Reg.RIP ? "static" : `x${code.base[i]}`;
    const index = code.index[i] === Reg.NONE ? "" : ` + x${code.index[i]} * ${code.scale[i]}`;
    return `[${base}${index} + ${code.displacement[i]}]`;
  };
  const count = code.kind[1][i] === Operand.NONE ? 1 : 2;
  const operands = count === 1 ? [operand(0)] : [operand(0), operand(1)];
  return `${mnemonicName(code.mnemonic[i]!)} ${operands.join(", ")}`;
}
const rows = (...words: number[]): string[] => {
  const code = decode(...words);
  return Array.from({ length: code.count }, (_, i) => row(code, i));
};

describe("one instruction, several rows", () => {
  test("STP is two stores, the second inside the instruction, where nothing can be probed", () => {
    const code = decode(0xa90087e0); // STP (R0, R1), 8(RSP)
    expect([row(code, 0), row(code, 1)]).toEqual(["Mov [x31 + 8], x0", "Mov [x31 + 16], x1"]);
    expect([pcOf(code, 0), pcOf(code, 1)]).toEqual([START, START + 1]);
    expect(arm64.probeOf(new Uint8Array(code.length[1]!))).toBe("refused");
  });

  test("LDP of its own base loads that last", () => {
    expect(rows(0xa9408001)).toEqual(["Mov x1, [x0 + 8]", "Mov x0, [x0 + 16]"]); // LDP 8(R0), (R1, R0)
    expect(rows(0xa9400400)).toEqual(["Mov x1, [x0 + 8]", "Mov x0, [x0 + 0]"]); // LDP (R0), (R0, R1)
  });

  test("a store that moves SP first", () => {
    const code = decode(0xf81e0ffe); // MOVD.W R30, -32(RSP)
    expect([row(code, 0), row(code, 1)]).toEqual(["Sub x31, 32", "Mov [x31 + 0], x30"]);
    expect([stackChange(code, 0), stackChange(code, 1)]).toEqual([-32, 0]);
  });

  test("CSEL with the zero register, CSET", () => {
    expect(rows(0x9a9f10a3)).toEqual(["Mov x3, 0", "Cmovne x3, x5"]); // CSEL NE, R5, ZR, R3
    expect(rows(0x9a9f07e7)).toEqual(["Setne x7"]); // CSET NE, R7
  });

  test("CBZ is a comparison and a jump", () => {
    const code = decode(0xb5000662); // CBNZ R2, 51(PC)
    expect([row(code, 0), code.mnemonic[1], code.target[1]]).toEqual([
      "Test x2, x2",
      Mnemonic.Jne,
      START + 51 * 4,
    ]);
  });
});

describe("what takes the assembler several instructions", () => {
  test("an address, also one at the start of a page", () => {
    expect(rows(0xd0003c21, 0x91000021)[1]).toBe(`Lea x1, [static + ${0x10000 + 7888896}]`); // ADRP, ADD $0
    expect(rows(0xb0003c02, 0x912e4042)[1]).toBe(`Lea x2, [static + ${0x10000 + 7868416 + 2960}]`);
  });

  test("a pair of a variable's words", () => {
    const target = 0x10000 + 12148736 + 4080;
    const words = [0xd0005cbb, 0x913fc37b, 0xa9400361] as const; // ADRP, ADD, LDP (R27), (R1, R0)
    expect(rows(...words).slice(2)).toEqual([
      `Mov x1, [static + ${target}]`,
      `Mov x0, [static + ${target + 8}]`,
    ]);
  });

  test("a number of 64 bits", () => {
    const code = decode(0xd29c71e6, 0xf2b1c706, 0xf2c71c66, 0xf2fc71c6);
    expect([code.immediateLow[3]! >>> 0, code.immediateHigh[3]! >>> 0]).toEqual([0x8e38e38f, 0xe38e38e3]);
  });

  test("the prologue of a large frame", () => {
    const code = decode(0xd10843f4, 0xa93ffa9d, 0x9100029f); // SUB $528, RSP, R20; STP (R29, R30), -8(R20); MOVD R20, RSP
    expect(row(code, code.count - 1)).toBe("Sub x31, 528");
  });

  test("not where something jumps in between", () => {
    // ADD $8, RSP, R27; 1: STR R0, (R27); CBZ R0, 1
    const jumped = decode(0x910023fb, 0xf9000360, 0xb4ffffe0);
    expect(row(jumped, 1)).toBe("Mov [x27 + 0], x0");
    const straight = decode(0x910023fb, 0xf9000360);
    expect(row(straight, 1)).toBe("Mov [x31 + 8], x0");
  });
});

describe("flags", () => {
  test("a comparison and the jump behind it", () => {
    const code = decode(0xeb04007f, 0x540000c0); // CMP R4, R3; BEQ
    expect(code.mnemonic[1]).toBe(Mnemonic.Je);
  });

  test("what stands for TBZ changes the flags that arm64 keeps: no condition is claimed", () => {
    const code = decode(0xeb04007f, 0x36000140, 0x540000c0); // CMP R4, R3; TBZ $0, R0; BEQ
    expect(code.mnemonic[2]).toBe(Mnemonic.Je);
    expect([code.mnemonic[3], code.condition[3], code.flow[3]]).toEqual([
      Mnemonic.Jrcxz,
      0,
      Flow.CONDITIONAL,
    ]);
  });

  test("the same on a path that jumps there", () => {
    // CMP R4, R3; TBZ $0, R0, 1; RET; 1: BEQ
    const code = decode(0xeb04007f, 0x36000040, 0xd65f03c0, 0x540000c0);
    expect(code.condition[4]).toBe(0);
  });

  test("LEA stands for ADD, which keeps them", () => {
    const code = decode(0xeb04007f, 0x91000421, 0x540000c0); // CMP R4, R3; ADD $1, R1, R1; BEQ
    expect(code.mnemonic[2]).toBe(Mnemonic.Je);
  });

  test("after TST there's no carry to ask", () => {
    const code = decode(0xf24000ff, 0x540000c8, 0x540000c0); // TST $1, R7; BHI; BEQ
    expect([code.mnemonic[1], code.mnemonic[2]]).toEqual([Mnemonic.Jrcxz, Mnemonic.Je]);
  });
});

test.each<[string, number, number]>([
  ["RET", 0xd65f03c0, Flow.RETURN],
  ["RET R1, a tail call of Go 1.27", 0xd65f0020, Flow.INDIRECT_JUMP],
  ["CALL (R1)", 0xd63f0020, Flow.INDIRECT_CALL],
  ["JMP (R27)", 0xd61f0360, Flow.INDIRECT_JUMP],
  ["UNDEF", 0xbea71700, Flow.TRAP],
  ["padding", 0x00000000, Flow.TRAP],
  ["BRK", 0xd4200000, Flow.TRAP],
  ["SVC", 0xd4000001, Flow.NEXT],
])("%s", (_, word, flow) => {
  expect(decode(word).flow[0]).toBe(flow);
});

test("a word that isn't understood writes all that its fields may name", () => {
  const code = decode(0xf8e10043); // LDADDALD R1, (R2), R3
  expect(code.writes[0]! & (1 << 3)).not.toBe(0);
  expect(code.memoryAccess[0]).toBe(3);
  expect(code.writes[0]! & (1 << SP)).toBe(0);
});

test.each<[string, number, string]>([
  ["B", 0x14000004, "emulated"],
  ["BL", 0x97fffb16, "emulated"],
  ["BEQ", 0x540000c0, "emulated"],
  ["CBZ", 0xb40006c4, "emulated"],
  ["TBZ", 0x36000140, "emulated"],
  ["RET", 0xd65f03c0, "emulated"],
  ["ADRP", 0xd0003c21, "emulated"],
  ["STP", 0xa90087e0, "stepped"],
  ["NOP", 0xd503201f, "stepped"],
  ["LDAR", 0xc8dffc20, "stepped"],
  ["LDXR", 0xc85f7c20, "refused"],
  ["STLXR", 0xc802fc20, "refused"],
  ["SVC", 0xd4000001, "refused"],
  ["BRK", 0xd4200000, "refused"],
  ["MSR", 0xd51b4200, "refused"],
  ["DMB", 0xd5033bbf, "refused"],
])("a probe on %s", (_, word, probe) => {
  expect(arm64.probeOf(bytesOf(word))).toBe(probe);
});

test("SUB of a register shifted by nothing, into that register", () => {
  // the direction of a shift by 0 means nothing; Go's assembler doesn't write one, but data among code may
  for (const word of [0x4b0b02cb, 0x4b4b02cb, 0x4b8b02cb]) expect(rows(word)).toEqual(rows(0x4b0b02cb)); // SUBW R11, R22, R11
  expect(rows(0x4b8b02cb)).toHaveLength(2);
});

test("every form of word gives a row or more, whatever registers it names", () => {
  const decoder = new Arm64Disassembler();
  const silent: string[] = [];
  const registers = [0, 11, 27, 31];
  for (let form = 0; form < 2048; form++)
    for (const amount of [0, 1, 31, 42, 63])
      for (const a of registers)
        for (const b of registers)
          for (const to of registers) {
            const word = form * 2 ** 21 + (b << 16) + (amount << 10) + (a << 5) + to;
            const code = decoder.decodeForNow(bytesOf(word), START);
            if (code.count === 0 || code.offset[0] !== 0) silent.push(word.toString(16));
          }
  expect(silent).toEqual([]);
});

test("any bytes give rows in order, one at each word", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 64 }),
      fc.nat(3),
      (words, cut) => {
        const bytes = bytesOf(...words);
        const code = new Arm64Disassembler().decode(
          bytes.subarray(0, Math.max(0, bytes.length - cut)),
          START,
        );
        const offsets = Array.from(code.offset.subarray(0, code.count));
        expect(offsets.every((offset, i) => i === 0 || offset > offsets[i - 1]!)).toBe(true);
        const whole = Math.max(0, bytes.length - cut) >> 2;
        expect(offsets.filter((offset) => offset % 4 === 0 && offset < whole * 4).length).toBe(whole);
      },
    ),
    { numRuns: 2_000 },
  );
});
