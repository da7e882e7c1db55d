import { describe, expect, test } from "vitest";
import { scanForLea } from "./scan.ts";

const bytesOf = (hex: string) =>
  Uint8Array.from(hex.match(/[0-9a-f]{2}/g)!.map((byte) => Number.parseInt(byte, 16)));

describe("scan for LEA", () => {
  test("finds targets before and after, in both REX forms, and nothing else", () => {
    // lea rax, [rip+0x10]; lea r9, [rip-0x20]; mov rax, [rip+0x10]; lea rax, [rip+0x11]
    const text = bytesOf("488d0510000000 4c8d0de0ffffff 488b0510000000 488d0511000000");
    const targets = new Set([0x1000 + 7 + 0x10, 0x1000 + 14 - 0x20]);
    expect(scanForLea(text, 0x1000, targets)).toEqual([
      { pc: 0x1000, target: 0x1017 },
      { pc: 0x1007, target: 0xfee },
    ]);
  });

  test("an instruction at the very end of the text, and one that is cut off", () => {
    expect(scanForLea(bytesOf("488d0500000000"), 0x1000, new Set([0x1007]))).toEqual([
      { pc: 0x1000, target: 0x1007 },
    ]);
    expect(scanForLea(bytesOf("488d05000000"), 0x1000, new Set([0x1007]))).toEqual([]);
  });

  test("no targets, no hits", () => {
    expect(scanForLea(bytesOf("488d0500000000"), 0x1000, new Set())).toEqual([]);
  });
});
