import type { Body } from "./body.ts";
import {
  Access,
  GENERAL,
  immediateOf,
  isConditionalMove,
  isZeroing,
  type Machine,
  Mnemonic,
  Operand,
  Reg,
  slotOf,
} from "./code/index.ts";

/** Registers (a mask) and stack slots that surely hold one value: what a must-analysis carries along paths. */
export interface Places {
  registers: number;
  slots: Set<number>;
}

/** Where a machine has the value. */
export function placesOf(body: Body, machine: Machine, value: number): Places {
  let registers = 0;
  for (let register = 0; register < machine.registers.length; register++) {
    if (machine.registers[register] === value) registers |= 1 << register;
  }
  const slots = new Set<number>();
  for (const [slot, held] of machine.slots) if (held === value) slots.add(slot);
  const known = body.values.get(value);
  if (known.kind === "slot" && machine.slot(known.slot) === value) slots.add(known.slot);
  return { registers, slots };
}

export const copyOf = (places: Places): Places => ({
  registers: places.registers,
  slots: new Set(places.slots),
});

/** Takes registers (a mask) away. */
export const forget = (places: Places, registers: number): void => {
  places.registers &= ~registers;
};

/** Keeps in `known` only what `other` has too; true if that took something away. */
export function narrow(known: Places, other: Places): boolean {
  const registers = known.registers & other.registers;
  let changed = registers !== known.registers;
  known.registers = registers;
  for (const slot of known.slots) {
    if (other.slots.has(slot)) continue;
    known.slots.delete(slot);
    changed = true;
  }
  return changed;
}

/**
 * Moves `places` of `value` over row `i`, which is no call. With `typeOffset` the value is an itab, and the type word
 * loaded from that offset of it counts as the value too: it goes on as an `any`.
 */
export function passRow(
  body: Body,
  i: number,
  sp: number,
  places: Places,
  value: number,
  typeOffset = -1,
): void {
  const { code } = body;
  const target = code.kind[0][i] === Operand.REGISTER ? code.register[0][i]! : Reg.NONE;
  if (exchange(body, i, places, target)) return;
  const slot = slotOf(code, i, sp);
  const gains = gainsValue(body, i, slot, places, target, typeOffset) || makes(body, i, value, slot);
  storeInFrame(body, i, slot, places);
  forget(places, code.writes[i]!);
  if (gains && target < GENERAL) places.registers |= 1 << target;
}

const holds = (places: Places, register: number): boolean =>
  register < GENERAL && (places.registers & (1 << register)) !== 0;

function exchange({ code }: Body, i: number, places: Places, target: number): boolean {
  if (code.mnemonic[i] !== Mnemonic.Xchg || code.kind[1][i] !== Operand.REGISTER || code.width[0][i] !== 8)
    return false;
  const other = code.register[1][i]!;
  const [first, second] = [holds(places, target), holds(places, other)];
  forget(places, (1 << target) | (1 << other));
  if (first) places.registers |= 1 << other;
  if (second) places.registers |= 1 << target;
  return true;
}

/** True if row `i` copies the value into its first operand. */
function gainsValue(
  { code }: Body,
  i: number,
  slot: number | null,
  places: Places,
  target: number,
  typeOffset: number,
): boolean {
  const source = code.kind[1][i] === Operand.REGISTER ? code.register[1][i]! : Reg.NONE;
  if (isConditionalMove(code.mnemonic[i]!)) return holds(places, source) && holds(places, target);
  if (code.mnemonic[i] !== Mnemonic.Mov || code.width[0][i] !== 8) return false;
  if (source !== Reg.NONE) return holds(places, source);
  if (code.kind[1][i] !== Operand.MEMORY) return false;
  const loadsType =
    typeOffset >= 0 &&
    code.index[i] === Reg.NONE &&
    code.displacement[i] === typeOffset &&
    holds(places, code.base[i]!);
  return loadsType || (slot !== null && places.slots.has(slot));
}

/** What row `i` stores in the frame. */
function storeInFrame({ code }: Body, i: number, slot: number | null, places: Places): void {
  if (!(code.memoryAccess[i]! & Access.WRITE) || slot === null || code.kind[0][i] !== Operand.MEMORY) return;
  const size = code.memorySize[i]!;
  for (const held of places.slots) if (held + 8 > slot && held < slot + size) places.slots.delete(held);
  const source = code.kind[1][i] === Operand.REGISTER ? code.register[1][i]! : Reg.NONE;
  if (code.mnemonic[i] === Mnemonic.Mov && size === 8 && holds(places, source)) places.slots.add(slot);
}

/** True if row `i` makes the value anew: an address or an immediate. */
function makes({ code, values, constants }: Body, i: number, value: number, slot: number | null): boolean {
  const wanted = values.get(value);
  const mnemonic = code.mnemonic[i]!;
  if (wanted.kind === "static") {
    if (code.base[i] !== Reg.RIP || code.kind[0][i] !== Operand.REGISTER) return false;
    const address = code.displacement[i]!;
    if (mnemonic === Mnemonic.Lea) return address === wanted.address;
    return mnemonic === Mnemonic.Mov && code.width[0][i] === 8 && constants.get(address) === wanted.address;
  }
  if (wanted.kind === "frame") return mnemonic === Mnemonic.Lea && slot === wanted.slot;
  if (wanted.kind !== "immediate") return false;
  if (isZeroing(code, i)) return wanted.number === 0;
  return (
    mnemonic === Mnemonic.Mov &&
    code.kind[0][i] === Operand.REGISTER &&
    code.kind[1][i] === Operand.IMMEDIATE &&
    immediateOf(code, i) === wanted.number
  );
}
