import { type Code, GENERAL, type Machine, Reg, type Values } from "./code/index.ts";

/** Where a store goes, its base named by the value that the machine knows. */
export interface StoreAddress {
  /** Two stores of one base and index differ by their offsets only: a value, or `Base`. */
  base: number;
  /** A value, and what it is multiplied by; 0: none. */
  index: number;
  scale: number;
  offset: number;
  stack: boolean;
}

/** Bases that are no values. */
const Base = { STATIC: -1, STACK: -2, ABSOLUTE: -3 } as const;

/** Where row `i` stores. */
export function storeAddress(code: Code, values: Values, machine: Machine, i: number): StoreAddress {
  const offset = code.displacement[i]!;
  const base = code.base[i]!;
  if (base === Reg.RIP) return { base: Base.STATIC, index: 0, scale: 0, offset, stack: false };
  if (code.index[i] === Reg.NONE) return baseAddress(code, values, machine, base, offset, 0, 0);
  const { index, scale } = values.scaled(machine.registers[code.index[i]!]!, code.scale[i]!);
  return baseAddress(code, values, machine, base, offset, index, scale);
}

function baseAddress(
  code: Code,
  values: Values,
  machine: Machine,
  base: number,
  offset: number,
  index: number,
  scale: number,
): StoreAddress {
  if (base === code.isa.sp)
    return { base: Base.STACK, index, scale, offset: machine.sp + offset, stack: index === 0 };
  if (base >= GENERAL) return { base: Base.ABSOLUTE, index, scale, offset, stack: false };
  return addressOf(values, machine.registers[base]!, offset, index, scale);
}

/** The address `displacement` bytes behind the value `base`. */
export function addressOf(
  values: Values,
  base: number,
  displacement: number,
  index = 0,
  scale = 0,
): StoreAddress {
  const value = values.get(base);
  switch (value.kind) {
    case "frame":
      return { base: Base.STACK, index, scale, offset: value.slot + displacement, stack: index === 0 };
    case "static":
      return { base: Base.STATIC, index, scale, offset: value.address + displacement, stack: false };
    case "sum":
      return addressOf(values, value.base, value.offset + displacement, index, scale);
    case "element":
      if (index === 0) return addressOf(values, value.base, displacement, value.index, value.scale);
  }
  return { base, index, scale, offset: displacement, stack: false };
}

/** True if `a` is `add` bytes behind `b`. */
export const isAt = (a: StoreAddress, b: StoreAddress, add = 0): boolean =>
  a.offset === b.offset + add && a.base === b.base && a.index === b.index && a.scale === b.scale;
