import { afterAll, expect, test } from "vitest";
import { bodyOf } from "../../tests/support/body.ts";
import { Disassembler, Reg } from "./code/index.ts";
import { leadOf } from "./lead.ts";

const disassembler = new Disassembler();
afterAll(() => disassembler.free());

test("what the blocks that only lead to one left is known there", () => {
  // mov rbx, rax; je +5 (to ret); mov [rsp+8], rbx; jmp (next); ret
  const body = bodyOf(disassembler, "4889c3 7407 48895c2408 eb00 c3").body;
  const lead = leadOf(body, 1);
  expect(lead.blocks).toEqual([0, 1]);
  expect(lead.machine.registers[Reg.RBX]).toBe(body.values.entry()[Reg.RAX]);
  expect(leadOf(body, 2).blocks).toEqual([2]);
});

test("eight blocks back and no more", () => {
  const body = bodyOf(disassembler, `${"eb00".repeat(12)} c3`).body;
  expect(leadOf(body, 12).blocks).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(leadOf(body, 3).blocks).toEqual([0, 1, 2, 3]);
});

test("blocks in a circle that nothing enters", () => {
  const body = bodyOf(disassembler, "c3 eb00 ebfc").body;
  expect(leadOf(body, 1).blocks).toEqual([2, 1]);
  expect(leadOf(body, 2).blocks).toEqual([1, 2]);
});
