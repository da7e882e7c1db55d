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

/**
 * Registers (a mask) and stack slots that surely hold one value: what a must-analysis carries along paths. The list of slots, most
 * often empty, is never changed, so that copies share it.
 */
export interface Places {
  registers: number;
  slots: readonly number[];
}

export const NO_SLOTS: readonly number[] = [];

/** Where a machine has the value. */
export function placesOf(body: Body, machine: Machine, value: number): Places {
  let registers = 0;
  for (let register = 0; register < machine.registers.length; register++) {
    if (machine.registers[register] === value) registers |= 1 << register;
  }
  let slots = machine.slotsWith(value);
  const known = body.values.get(value);
  if (known.kind === "slot" && machine.slot(known.slot) === value) slots = withSlot(slots, known.slot);
  return { registers, slots };
}

export const copyOf = ({ registers, slots }: Places): Places => ({ registers, slots });

const withSlot = (slots: readonly number[], slot: number): readonly number[] =>
  slots.includes(slot) ? slots : [...slots, slot];

/** Takes away the slots that aren't `kept`; true if there was one. */
export function keepSlots(places: Places, kept: (slot: number) => boolean): boolean {
  const { slots } = places;
  for (let k = 0; k < slots.length; k++) {
    if (kept(slots[k]!)) continue;
    places.slots = slots.filter(kept);
    return true;
  }
  return false;
}

/** Adds the slots of `other`; true if one was new. */
export function addSlots(places: Places, other: Places): boolean {
  const before = places.slots;
  if (before.length === 0) places.slots = other.slots;
  else for (const slot of other.slots) places.slots = withSlot(places.slots, slot);
  return places.slots.length > before.length;
}

/** Takes registers (a mask) away. */
export const forget = (places: Places, registers: number): void => {
  places.registers &= ~registers;
};

/** Keeps in `known` only what `other` has too; true if that took something away. */
export function narrow(known: Places, other: Places): boolean {
  const registers = known.registers & other.registers;
  const changed = registers !== known.registers;
  known.registers = registers;
  if (known.slots === other.slots || known.slots.length === 0) return changed;
  return keepAlso(known, other.slots) || changed;
}

const keepAlso = (known: Places, slots: readonly number[]): boolean =>
  keepSlots(known, (slot) => slots.includes(slot));

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
  return loadsType || (slot !== null && places.slots.includes(slot));
}

/** What row `i` stores in the frame. */
function storeInFrame({ code }: Body, i: number, slot: number | null, places: Places): void {
  if (!(code.memoryAccess[i]! & Access.WRITE) || slot === null || code.kind[0][i] !== Operand.MEMORY) return;
  const size = code.memorySize[i]!;
  if (places.slots.length > 0) overwrite(places, slot, size);
  const source = code.kind[1][i] === Operand.REGISTER ? code.register[1][i]! : Reg.NONE;
  if (code.mnemonic[i] === Mnemonic.Mov && size === 8 && holds(places, source))
    places.slots = withSlot(places.slots, slot);
}

// a function of its own: one that makes a closure costs at each call, made or not
function overwrite(places: Places, slot: number, size: number): void {
  keepSlots(places, (held) => held + 8 <= slot || held >= slot + size);
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
