import { expect, test } from "vitest";
import { mayCall, scanForAddress, scanForLoad, scanForUses } from "./arm64-scan.ts";

const START = 0x10000;
const bytesOf = (...words: number[]): Uint8Array => new Uint8Array(Uint32Array.from(words).buffer);

test("an address by ADRP and ADD", () => {
  const target = START + 7868416 + 2960;
  const text = bytesOf(0xd503201f, 0xb0003c02, 0x912e4042);
  expect(scanForAddress(text, START, new Set([target]))).toEqual([{ pc: START + 8, target }]);
  expect(scanForAddress(text, START, new Set([target + 8]))).toEqual([]);
  // into another register: not of one another
  expect(scanForAddress(bytesOf(0xb0003c02, 0x912e4083), START, new Set([target]))).toEqual([]);
});

test("a variable's word by ADRP and LDR, and by ADRP, ADD and LDP", () => {
  const target = START + 12148736 + 4080;
  const single = bytesOf(0xd0005cbb, 0xf947fb61); // LDR R1, [R27, #4080]
  expect(scanForLoad(single, START, new Set([target]))).toEqual([{ pc: START + 4, target }]);
  const pair = bytesOf(0xd0005cbb, 0x913fc37b, 0xa9400361);
  expect(scanForLoad(pair, START, new Set([target]))).toEqual([{ pc: START + 8, target }]);
  expect(scanForLoad(pair, START, new Set([target + 8]))).toEqual([{ pc: START + 9, target: target + 8 }]);
});

test("a call", () => {
  const text = bytesOf(0xd503201f, 0x97fffb16);
  const target = START + 4 + (0xfb16 - 0x10000) * 4;
  expect(mayCall(text, START, new Set([target]))).toBe(true);
  expect(mayCall(text, START, new Set([target + 4]))).toBe(false);
});

test("uses of a variable: an address that is only made for a store isn't taken", () => {
  const target = START + 12148736 + 4080;
  const uses = (...words: number[]) => {
    const found = new Set<string>();
    scanForUses(bytesOf(...words), START, target, target + 16, (used, at) =>
      found.add(`${used} ${at - target}`),
    );
    return [...found].sort();
  };
  expect(uses(0xd0005cbb, 0x913fc37b, 0xa9000361)).toEqual(["stores 0", "stores 8"]); // STP (R1, R0), (R27)
  expect(uses(0xd0005cbb, 0xf947fb61)).toEqual([]); // a load
  expect(uses(0xd0005cbb, 0xf907fb61)).toEqual(["stores 0"]);
  expect(uses(0xd0005ca1, 0x913fc021)).toEqual(["taken 0"]);
});
