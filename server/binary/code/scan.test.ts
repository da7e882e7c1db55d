import { describe, expect, test } from "vitest";
import { calledAt, TextScan } from "./scan.ts";

const bytesOf = (hex: string) =>
  Uint8Array.from(hex.match(/[0-9a-f]{2}/g)!.map((byte) => Number.parseInt(byte, 16)));

const leas = (hex: string, targets: number[]) => new TextScan(bytesOf(hex), 0x1000).leas(new Set(targets));

describe("scan of a text", () => {
  test("finds targets before and after, in both REX forms, and nothing else", () => {
    // lea rax, [rip+0x10]; lea r9, [rip-0x20]; mov rax, [rip+0x10]; lea rax, [rip+0x11]
    const text = "488d0510000000 4c8d0de0ffffff 488b0510000000 488d0511000000";
    expect(leas(text, [0x1000 + 7 + 0x10, 0x1000 + 14 - 0x20])).toEqual([
      { pc: 0x1000, target: 0x1017 },
      { pc: 0x1007, target: 0xfee },
    ]);
    const loaded = 0x1000 + 21 + 0x10;
    expect(new TextScan(bytesOf(text), 0x1000).loads(new Set([loaded, loaded + 8]))).toEqual([
      { pc: 0x100e, target: loaded },
    ]);
  });

  test("an instruction at the very end of the text, and one that is cut off", () => {
    expect(leas("488d0500000000", [0x1007])).toEqual([{ pc: 0x1000, target: 0x1007 }]);
    expect(leas("488d05000000", [0x1007])).toEqual([]);
  });

  test("no targets, no hits", () => {
    expect(leas("488d0500000000", [])).toEqual([]);
  });
});

test("a call is found behind padding and constants, and nothing else is taken for one", () => {
  const at = (hex: string) => calledAt(bytesOf(hex), 0x1000, 0x1000);
  expect(at("e8fb000000")).toBe(0x1100);
  expect(at("e8fbffffff")).toBe(0x1000);
  // nopl; nop; mov ecx, 1; call
  expect(at("0f1f4000 90 b901000000 e800000000")).toBe(0x100f);
  expect(at("660f1f440000 e800000000")).toBe(0x100b);
  // mov rbx, rax; call
  expect(at("4889c3 e800000000")).toBe(-1);
  expect(at("90 e80000")).toBe(-1);
});
