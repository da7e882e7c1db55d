import type { Body } from "./body.ts";
import { type Machine, Reg, type Values } from "./code/index.ts";

export interface StoreAddress {
  /** Names the base; two stores of one group differ by their offsets only. */
  group: string;
  offset: number;
  stack: boolean;
}

/** Where row `i` stores, its base named by the value that the machine knows. */
export function storeAddress(body: Body, machine: Machine, i: number): StoreAddress {
  const { code, values } = body;
  const displacement = code.displacement[i]!;
  const base = code.base[i]!;
  if (base === Reg.RIP) return { group: "static", offset: displacement, stack: false };
  const index = code.index[i] === Reg.NONE ? "" : `[${machine.registers[code.index[i]!]}*${code.scale[i]}]`;
  if (base === Reg.RSP)
    return { group: `stack${index}`, offset: machine.sp + displacement, stack: index === "" };
  if (base > 15) return { group: `absolute${index}`, offset: displacement, stack: false };
  return addressOf(values, machine.registers[base]!, displacement, index);
}

export function addressOf(values: Values, base: number, displacement: number, index: string): StoreAddress {
  const value = values.get(base);
  if (value.kind === "frame") {
    return { group: `stack${index}`, offset: value.slot + displacement, stack: index === "" };
  }
  if (value.kind === "static")
    return { group: `static${index}`, offset: value.address + displacement, stack: false };
  if (value.kind === "sum") return addressOf(values, value.base, value.offset + displacement, index);
  if (value.kind === "element" && index === "")
    return addressOf(values, value.base, displacement, `[${value.index}*${value.scale}]`);
  return { group: `${base}${index}`, offset: displacement, stack: false };
}

/** Names the place `add` bytes further. */
export const keyOf = (address: StoreAddress, add = 0) => `${address.group}+${address.offset + add}`;

/**
 * Go up to 1.20 stores by a call: runtime.gcWriteBarrier (AX) or gcWriteBarrierCX, … writes that register to [DI].
 * Source: runtime/asm_amd64.s of Go 1.20.
 */
export const BARRIER_REGISTERS: Record<string, number> = {
  "": Reg.RAX,
  CX: Reg.RCX,
  DX: Reg.RDX,
  BX: Reg.RBX,
  BP: Reg.RBP,
  SI: Reg.RSI,
  R8: Reg.R8,
  R9: Reg.R9,
};
