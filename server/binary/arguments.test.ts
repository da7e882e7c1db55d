import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { buildGo } from "../../tests/support/go.ts";
import { argumentRegisters } from "./arguments.ts";
import { calleesOf } from "./callees.ts";
import { Disassembler, Reg } from "./code/index.ts";
import { readGoBinary } from "./index.ts";

const { RAX, RBX, RCX, RDI, RSI } = Reg;

test.each(["1.17.13", "1.19.13", "1.26.8", "1.27.1"] as const)("go%s: the registers of parameters", (go) => {
  const path = buildGo({ dir: "tests/go/old", go, form: "stripped" });
  const binary = readGoBinary(readFileSync(path));
  const { functions, image } = binary;
  const disassembler = new Disassembler();
  const registers = (name: string): number | null => {
    const index = functions.byName(name);
    const start = functions.entry(index);
    const code = disassembler.decode(image.bytes(start, functions.end(index) - start)!, start);
    return argumentRegisters(code, calleesOf(binary));
  };
  const mask = (...list: number[]) => list.reduce((sum, register) => sum | (1 << register), 0);
  expect(registers("main.main")).toBe(0);
  expect(registers("main.fail")).toBe(mask(RAX)); // (n int)
  expect(registers("fmt.Fprintln")).toBe(mask(RAX, RBX, RCX, RDI, RSI)); // (w io.Writer, a ...any)
  expect(registers("runtime.gopanic")).toBe(mask(RAX, RBX)); // (e any)
  expect(registers("errors.(*errorString).Error")).toBeNull(); // too small to ask for a stack
  disassembler.free();
});
