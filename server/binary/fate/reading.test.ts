import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { buildGo, type GoVersion } from "../../../tests/support/go.ts";
import { type Code, Disassembler, Flow, pcOf, Reg } from "../code/index.ts";
import { readGoBinary } from "../index.ts";
import { resultRegisters } from "../result-registers.ts";
import { leafArguments } from "./leaf-arguments.ts";
import { deferCalls, openDefersOf } from "./open-defers.ts";

const START = 0x401000;
const disassembler = new Disassembler();
afterAll(() => disassembler.free());
const decode = (hex: string): Code =>
  disassembler.decode(
    Uint8Array.from(hex.match(/[0-9a-f]{2}/g)!.map((byte) => Number.parseInt(byte, 16))),
    START,
  );
const mask = (...registers: number[]) => registers.reduce((sum, register) => sum | (1 << register), 0);
const { RAX, RBX, RCX } = Reg;

test.each([
  // xor eax, eax; xor ebx, ebx; add rsp, 8; pop rbp; ret
  ["a nil error", "31c0 31db 4883c408 5d c3", mask(RAX, RBX)],
  // mov rax, [rsp+8]; ret
  ["a number from the stack", "488b442408 c3", mask(RAX)],
  // mov rax, [rsp+8]; mov [rcx], rax; ret
  ["what is read again is for that", "488b442408 488901 c3", 0],
  // xchg [rcx], rax; ret
  ["what an exchange leaves is none", "488701 c3", 0],
])("results: %s", (_, hex, expected) => {
  expect(resultRegisters(decode(hex))).toBe(expected);
});

test.each([
  // mov rcx, [rax]; add rcx, rbx; mov rax, rcx; ret
  ["reads two", "488b08 4801d9 4889c8 c3", mask(RAX, RBX)],
  // xor ecx, ecx; test rax, rax; je 1f; mov rcx, rbx; 1: mov rax, rcx; ret
  ["one on some paths only", "31c9 4885c0 7403 4889d9 4889c8 c3", mask(RAX, RBX)],
  // test rax, rax; je 1f; xor ecx, ecx; 1: mov rax, rcx; ret
  ["one that only some paths write", "4885c0 7402 31c9 4889c8 c3", mask(RAX, RCX)],
  // inc qword [rip]; ret
  ["none", "48ff0500000000 c3", 0],
  // call [rax]; ret
  ["not told of one that calls", "ff10 c3", null],
])("arguments of a leaf: %s", (_, hex, expected) => {
  expect(leafArguments(decode(hex))).toBe(expected);
});

describe("calls of deferred functions", () => {
  const bits = 7;
  const closures = new Set([8]);
  const rowsOf = (hex: string) => [...deferCalls(decode(hex), { bits, closures })];
  // mov byte [rsp+7], 0; mov byte [rsp+7], 1; call other
  const statement = "c644240700 c644240701 e8defa0f00";
  // mov rdx, [rsp+8]; mov rax, [rdx]; call rax
  const closure = "488b542408 488b02 ffd0";
  // mov byte [rsp+7], 0
  const takesOut = "c644240700";

  test.each([
    ["a closure's", `${statement} ${takesOut} ${closure} c3`, [6]],
    ["a function's", `${statement} ${takesOut} e8defa0f00 c3`, [4]],
    // mov [rsp+7], cl
    ["one that may not be deferred", `884c2407 ${closure} c3`, [3]],
    // mov byte [rsp+6], 0
    ["not behind a store to another byte", `${statement} c644240600 ${closure} c3`, []],
    // mov rdx, [rsp+16]
    ["not another function's", `${statement} ${takesOut} 488b542410 488b02 ffd0 c3`, []],
    ["not behind a defer statement", `c644240700 c644240701 ${closure} c3`, []],
    ["not behind the second of two", `c644240700 c644240701 c644240703 ${closure} c3`, []],
    // mov byte [rsp+7], 3; mov byte [rsp+7], 1
    ["the second one's", `c644240703 c644240701 ${closure} c3`, [4]],
  ])("%s", (_, hex, rows) => {
    expect(rowsOf(hex)).toEqual(rows);
  });
});

test.each<[GoVersion, number]>([
  ["1.17.13", 2],
  ["1.20.14", 2],
  ["1.22.0", 8],
  ["1.27.1", 8],
])("what the compiler says of deferred calls, go%s", (go, closures) => {
  const binary = readGoBinary(readFileSync(buildGo({ dir: "tests/go/defers", go, form: "stripped" })));
  const { functions, image } = binary;
  const index = functions.byName("main.two");
  const entry = functions.entry(index);
  const code = disassembler.decode(image.bytes(entry, functions.end(index) - entry)!, entry);
  const calls = Array.from({ length: code.count }, (_, i) => i).filter(
    (i) => code.flow[i] === Flow.INDIRECT_CALL,
  );
  const size = functions.spDelta(pcOf(code, calls[0]!))!;
  const defers = openDefersOf(binary, index, size);
  expect(defers?.closures.size).toBe(closures);
  expect([...deferCalls(code, defers!)]).toEqual(calls);
  expect(openDefersOf(binary, functions.byName("main.main"), size)).toBeNull();
});
