import { afterAll, describe, expect, test } from "vitest";
import { bodyOf } from "../../tests/support/body.ts";
import { Disassembler, Mnemonic, pcOf, Reg } from "./code/index.ts";
import { type FunctionSites, placeReferences } from "./function-sites.ts";
import { probesOf } from "./placement.ts";

const START = 0x401000;
const BARRIER = 0x500000;
const OTHER = 0x500100;
/** `lea r, [rip + 0x600000]` in the code below: the itabs, told from other addresses by their distance. */
const ITAB_DISTANCE = 0x5f0000;

const disassembler = new Disassembler();
afterAll(() => disassembler.free());

/** Plans the function that `hex` is the code of; each LEA of something far away is a reference. */
function plan(hex: string): FunctionSites & { probes: string[] } {
  const names = new Map([
    [BARRIER, "runtime.gcWriteBarrier1"],
    [OTHER, "main.other"],
  ]);
  const { body, bytes } = bodyOf(disassembler, hex, START, names);
  const { code } = body;
  const references = [];
  for (let i = 0; i < code.count; i++) {
    const itab = code.displacement[i]!;
    if (code.mnemonic[i] === Mnemonic.Lea && code.base[i] === Reg.RIP && itab - pcOf(code, i) > ITAB_DISTANCE)
      references.push({ i, itab, itabs: [itab], objectSize: 16, typeOffset: 8 });
  }
  const sites = placeReferences(body, references, probesOf(body, bytes));
  const probes = sites.made.flatMap(({ placements }) =>
    placements.map(({ i, word0, word1, shared, emulated, consumer }) => {
      const flags = `${shared ? " shared" : ""}${emulated ? " emulated" : ""}`;
      return `${pcOf(code, i).toString(16)} ${consumer} ${word0.kind} ${JSON.stringify(word1)}${flags}`;
    }),
  );
  return { ...sites, probes };
}

const reg = (number: number) => `{"kind":"reg","reg":${number}}`;

describe("probes of one function", () => {
  test("a return: the last instruction at which both words are known", () => {
    // lea rax, [itab]; mov rbx, rcx; add rsp, 0x18; pop rbp; ret
    const { probes } = plan("488d0500006000 4889cb 4883c418 5d c3");
    expect(probes).toEqual([`40100f ret const ${reg(Reg.RCX)}`]);
  });

  test("a jump into a shared epilogue is exclusive and emulated", () => {
    // test rax, rax; je 2f; lea rax, [itab]; mov rbx, rdi; jmp 3f; 2: xor eax, eax; xor ebx, ebx; 3: add rsp, 0x18; pop rbp; ret
    const { probes } = plan("4885c0 740c 488d0500006000 4889fb eb04 31c0 31db 4883c418 5d c3");
    expect(probes).toEqual([`40100f ret const ${reg(Reg.RBX)} emulated`]);
  });

  test.each([
    ["the function's start", "", "401007"],
    ["what a jump table leads to", "ffe2", "401009"],
  ])("a block with one predecessor that is %s, too: not behind the reference alone", (_, before, pc) => {
    // 1: test rcx, rcx; je 2f; nop; ret; 2: lea rax, [itab]; mov rbx, rdi; mov rcx, rsi; jmp 1b
    const { probes } = plan(`${before} 4885c9 7402 90 c3 488d0500006000 4889fb 4889f1 ebea`);
    expect(probes).toEqual([`${pc} ret const ${reg(Reg.RDI)}`]);
  });

  test("a type test makes no error", () => {
    // lea rcx, [itab]; cmp rax, rcx; jne 2f; mov eax, 1; ret; 2: xor eax, eax; ret
    expect(plan("488d0d00006000 4839c8 7506 b801000000 c3 31c0 c3")).toMatchObject({
      made: [],
      unresolved: [],
    });
  });

  test("a value that is only compared with nil makes no error", () => {
    // lea rax, [itab]; test rax, rax; jne 2f; mov eax, 1; ret; 2: xor eax, eax; ret
    expect(plan("488d0500006000 4885c0 7506 b801000000 c3 31c0 c3")).toMatchObject({
      made: [],
      unresolved: [],
    });
  });

  test("a field that is stored late comes before the probe", () => {
    // lea rcx, [itab]; mov [rax+8], rdx; mov rbx, rax; mov rax, rcx; ret
    const { probes } = plan("488d0d00006000 48895008 4889c3 4889c8 c3");
    expect(probes).toEqual([`401011 ret const ${reg(Reg.RBX)}`]);
  });

  test("a pair in memory behind a write barrier is probed once, at the branch around the barrier", () => {
    // lea rcx, [itab]; cmp dword [wb], 0; je 2f; call gcWriteBarrier1; mov [r11], rax; 2: mov [rdx], rcx; mov [rdx+8], rax; ret
    const { probes } = plan("488d0d00006000 833d0000700000 7408 e8ebef0f00 498903 48890a 48894208 c3");
    expect(probes).toEqual([`40100e store const ${reg(Reg.RAX)} emulated`]);
  });

  test("a cause stored into the error itself, or into one that it holds, is never seen half stored", () => {
    // lea rcx, [itab]; mov [rdx+0x10], rcx; nop; mov [rdx+0x18], rax; ret
    const { probes: other } = plan("488d0d00006000 48894a10 90 48894218 c3");
    expect(other).toEqual([`40100b store const ${reg(Reg.RAX)} emulated`]);
    // lea rcx, [itab]; mov [rax+0x10], rcx; nop; mov [rax+0x18], rax; ret
    const { probes: itself } = plan("488d0d00006000 48894810 90 48894018 c3");
    expect(itself).toEqual([`401007 store const ${reg(Reg.RAX)}`]);
    // mov [rax], rdx; lea rcx, [itab]; mov [rdx+0x10], rcx; nop; mov [rdx+0x18], rax; ret
    const { probes: held } = plan("488910 488d0d00006000 48894a10 90 48894218 c3");
    expect(held).toEqual([`40100a store const ${reg(Reg.RAX)}`]);
  });

  test("a pair on the stack is a variable", () => {
    // lea rcx, [itab]; mov [rsp+0x20], rcx; mov [rsp+0x28], rbx; lea rax, [rsp+0x20]; call other; ret
    const { probes } = plan("488d0d00006000 48894c2420 48895c2428 488d442420 e8e5f00f00 c3");
    expect(probes).toEqual([`40100c store const ${reg(Reg.RBX)}`]);
  });

  test("two spills over a call, given back in registers", () => {
    // lea rcx, [itab]; mov [rsp+0x20], rcx; mov [rsp+0x40], rbx; call other; mov rax, [rsp+0x20]; mov rbx, [rsp+0x40]; ret
    const { probes } = plan("488d0d00006000 48894c2420 48895c2440 e8eaf00f00 488b442420 488b5c2440 c3");
    expect(probes).toEqual([`401020 ret const ${reg(Reg.RBX)}`]);
  });

  test("a conditional move leaves one shared probe for both types", () => {
    // lea rcx, [itab]; lea rdx, [itab2]; test rsi, rsi; cmove rcx, rdx; cmove rbx, rdi; mov rax, rcx; ret
    const { made, probes } = plan("488d0d00006000 488d1540006000 4885f6 480f44ca 480f44df 4889c8 c3");
    expect(made.length).toBe(2);
    expect(new Set(probes)).toEqual(new Set([`40101c ret reg ${reg(Reg.RBX)} shared`]));
  });

  test("an itab that is ready before it's known whether there is an error makes none yet", () => {
    // lea rcx, [itab]; test rsi, rsi; je 1f; test rdi, rdi; je 2f; xor eax, eax; xor ebx, ebx; ret
    // 1: mov rax, rcx; lea rbx, [rip + 0x10]; ret; 2: mov rax, rcx; lea rbx, [rip + 5]; ret
    const { probes } = plan(
      "488d0d00006000 4885f6 740a 4885ff 7410 31c0 31db c3 4889c8 488d1d10000000 c3 4889c8 488d1d05000000 c3",
    );
    expect(probes).toEqual([`401020 ret const ${reg(Reg.RBX)}`, `40102b ret const ${reg(Reg.RBX)}`]);
  });

  test("an itab materialised again for the same error gets no second probe", () => {
    // lea rax, [itab]; mov [rsp+0x20], rbx; call other; lea rax, [itab]; mov rbx, [rsp+0x20]; ret
    const { made, probes } = plan("488d0500006000 48895c2420 e8eff00f00 488d05efff5f00 488b5c2420 c3");
    expect(made.length).toBe(2);
    expect(probes).toEqual([`40100c call const ${reg(Reg.RBX)} emulated`]);
  });

  test("one itab for two results gives each its probe", () => {
    // lea rcx, [itab]; mov rdi, rsi; mov rax, rcx; ret
    const { probes } = plan("488d0d00006000 4889f7 4889c8 c3");
    expect(probes).toEqual([`40100d ret const ${reg(Reg.RBX)}`, `40100a ret const ${reg(Reg.RSI)}`]);
  });

  test("an error that only goes on as an any is made nevertheless", () => {
    // lea rax, [itab]; test rax, rax; je 2f; mov rax, [rax+8]; mov [rsp+0x20], rax; mov [rsp+0x28], rbx; lea rax, [rsp+0x20]; call other; 2: ret
    const { probes } = plan(
      "488d0500006000 4885c0 7418 488b4008 4889442420 48895c2428 488d442420 e8dcf00f00 c3",
    );
    expect(probes).toEqual([`401015 store const ${reg(Reg.RBX)}`]);
  });

  test("a loop that makes an error each time round is probed each time round", () => {
    // 1: lea rcx, [itab]; mov [rdx], rcx; mov [rdx+8], rax; add rdx, 16; cmp rdx, rsi; jl 1b; ret
    const { probes } = plan("488d0d00006000 48890a 48894208 4883c210 4839f2 7ce9 c3");
    expect(probes).toEqual([`40100a store const ${reg(Reg.RAX)}`]);
  });
});

describe("one itab in its register for several errors", () => {
  test("a store that two references lead to has one probe, at the store", () => {
    // test rax, rax; je 2f; lea r8, [itab]; jmp 3f; 2: lea r8, [itab]; 3: mov [rdx], r8; lea r9, [rip + 0x10]; mov [rdx+8], r9; ret
    const { probes, unresolved, resolved } = plan(
      "4885c0 7409 4c8d0500006000 eb07 4c8d05f7ff5f00 4c8902 4c8d0d10000000 4c894a08 c3",
    );
    expect(probes).toEqual([`40101f store const ${reg(Reg.R9)}`]);
    expect({ unresolved, resolved }).toEqual({ unresolved: [], resolved: 2 });
  });

  test("two objects stored with it are two errors", () => {
    // lea r8, [itab]; mov [rdx], r8; lea r9, [rip + 0x20]; mov [rdx+8], r9; mov [rcx], r8; lea r9, [rip + 0x30]; mov [rcx+8], r9; ret
    const { probes } = plan(
      "4c8d0500006000 4c8902 4c8d0d20000000 4c894a08 4c8901 4c8d0d30000000 4c894908 c3",
    );
    expect(probes).toHaveLength(2);
  });

  test("the same object stored twice is one error", () => {
    // lea r8, [itab]; lea r9, [rip + 0x20]; mov [rdx], r8; mov [rdx+8], r9; mov [rcx], r8; mov [rcx+8], r9; ret
    const { probes } = plan("4c8d0500006000 4c8d0d20000000 4c8902 4c894a08 4c8901 4c894908 c3");
    expect(probes).toHaveLength(1);
  });
});
