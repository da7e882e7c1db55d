import { describe, expect, test } from "vitest";
import { probeOf } from "./probeable.ts";

const bytesOf = (hex: string) =>
  Uint8Array.from(hex.match(/[0-9a-f]{2}/g)!.map((byte) => Number.parseInt(byte, 16)));

describe("what a uprobe may sit on", () => {
  const cases: [string, string, string][] = [
    ["push rbp", "55", "emulated"],
    ["push r12", "4154", "emulated"],
    ["call rel32", "e800000000", "emulated"],
    ["jmp rel8", "eb00", "emulated"],
    ["jne rel32", "0f8500000000", "emulated"],
    ["nop", "90", "emulated"],
    ["xchg ax, ax", "6690", "emulated"],
    ["nop dword [rax]", "0f1f00", "stepped"],
    ["ret", "c3", "stepped"],
    ["mov rax, rbx", "4889d8", "stepped"],
    ["lea rax, [rip]", "488d0500000000", "stepped"],
    ["call rax", "ffd0", "stepped"],
    ["movups [rsp], xmm15", "440f113c24", "stepped"],
    ["xchg r8, rax (taken for a nop by the kernel)", "4990", "refused"],
    ["lock cmpxchg", "f00fb10a", "refused"],
    ["vmovdqu (VEX)", "c5fe6f06", "refused"],
    ["EVEX", "62f17c4810c0", "refused"],
    ["int3", "cc", "refused"],
    ["hlt", "f4", "refused"],
    ["ud2", "0f0b", "refused"],
    ["syscall", "0f05", "refused"],
    ["cs nop", "2e6690", "refused"],
    ["rep movsq", "f348a5", "refused"],
    ["nothing", "", "refused"],
  ];
  test.each(cases)("%s", (_name, hex, expected) => {
    expect(probeOf(hex === "" ? new Uint8Array(0) : bytesOf(hex))).toBe(expected);
  });
});
