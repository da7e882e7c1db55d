import type { Callees } from "./calls.ts";
import { Access, type Code, Flow, immediateOf, isZeroing, Mnemonic, Operand, setOf } from "./code.ts";
import { mnemonicsFrom } from "./mnemonic.ts";
import { GENERAL, Reg } from "./registers.ts";
import type { Values } from "./values.ts";

const cmovs = setOf(mnemonicsFrom("Cmov"));
const sets = setOf(mnemonicsFrom("Set"));
export const isConditionalMove = (mnemonic: number): boolean => cmovs[mnemonic] === 1;
export const isConditionalSet = (mnemonic: number): boolean => sets[mnemonic] === 1;

const NONE: readonly number[] = [];

/** Of a shift that makes an index into a byte offset. */
const MAX_SHIFT = 16;

/** The stack slot of a memory operand relative to the SP at the start of the run, or null if it isn't on the stack. */
export function slotOf(code: Code, i: number, sp: number): number | null {
  if (code.base[i] !== code.isa.sp || code.index[i] !== Reg.NONE || code.segment[i]) return null;
  return sp + code.displacement[i]!;
}

/** Bytes that row `i`, which is no call, adds to SP: PUSH, POP, ADD and SUB of an immediate. */
export function stackChange(code: Code, i: number): number {
  if (!(code.writes[i]! & (1 << code.isa.sp))) return 0;
  const mnemonic = code.mnemonic[i]!;
  if (mnemonic === Mnemonic.Push) return -8;
  if (mnemonic === Mnemonic.Pop) return 8;
  if (code.kind[1][i] !== Operand.IMMEDIATE) return 0;
  if (mnemonic === Mnemonic.Add) return immediateOf(code, i);
  return mnemonic === Mnemonic.Sub ? -immediateOf(code, i) : 0;
}

/** Displacements from SP whose address the function takes: variables that a callee may change. */
export function addressTaken(code: Code): Set<number> {
  const taken = new Set<number>();
  for (let i = 0; i < code.count; i++) {
    if (code.mnemonic[i] !== Mnemonic.Lea || code.kind[1][i] !== Operand.MEMORY) continue;
    const slot = slotOf(code, i, 0);
    if (slot !== null) taken.add(slot);
  }
  return taken;
}

/**
 * What registers and stack slots hold along one path, as numbers of `Values`. Slots are keyed in bytes from the SP at the
 * start of the run. Spill slots can't be changed by a callee; variables whose address is taken can.
 */
export class Machine {
  readonly registers: number[];
  /**
   * The slots that are known, in the order in which they were learnt, and what each holds. They are few, so that lists are faster
   * than a map. Clones share them until one of them changes them.
   */
  #slots: number[];
  #held: number[];
  #shares: boolean;
  /** SP minus the SP at the start of the run. */
  sp = 0;
  /** Calls so far. */
  epoch = 0;
  readonly #values: Values;
  readonly #callees: Callees;
  readonly #taken: ReadonlySet<number>;
  readonly #constants: ReadonlyMap<number, number>;

  /**
   * `taken`: see `addressTaken`. `constants`: words of read-only memory that hold addresses, by their own address.
   */
  constructor(
    values: Values,
    callees: Callees,
    taken: ReadonlySet<number>,
    constants: ReadonlyMap<number, number>,
    from?: Machine,
  ) {
    this.#values = values;
    this.#callees = callees;
    this.#taken = taken;
    this.#constants = constants;
    if (from) {
      this.registers = from.registers.slice();
      this.#slots = from.#slots;
      this.#held = from.#held;
      this.#shares = true;
      from.#shares = true;
      this.sp = from.sp;
      this.epoch = from.epoch;
      return;
    }
    this.registers = values.entry();
    this.#slots = [];
    this.#held = [];
    this.#shares = false;
  }

  clone(): Machine {
    return new Machine(this.#values, this.#callees, this.#taken, this.#constants, this);
  }

  /** The slots that hold a value, in the order in which that was learnt. */
  slotsWith(value: number): readonly number[] {
    let slots = NONE;
    for (let k = this.#held.indexOf(value); k >= 0; k = this.#held.indexOf(value, k + 1))
      slots = [...slots, this.#slots[k]!];
    return slots;
  }

  /** True if a slot holds it. */
  keeps(value: number): boolean {
    return this.#held.includes(value);
  }

  setSlot(slot: number, value: number): void {
    this.#own();
    const at = this.#slots.indexOf(slot);
    if (at >= 0) {
      this.#held[at] = value;
      return;
    }
    this.#slots.push(slot);
    this.#held.push(value);
  }

  #own(): void {
    if (!this.#shares) return;
    this.#slots = this.#slots.slice();
    this.#held = this.#held.slice();
    this.#shares = false;
  }

  /** What the stack slot holds. */
  slot(slot: number): number {
    const at = this.#slots.indexOf(slot);
    if (at >= 0) return this.#held[at]!;
    const epoch = this.#taken.has(slot - this.sp) ? this.epoch : 0;
    return this.#values.slot(slot, epoch);
  }

  /** Runs row `i`. */
  step(code: Code, i: number): void {
    const flow = code.flow[i];
    if (flow === Flow.CALL || flow === Flow.INDIRECT_CALL) {
      this.#call(code, i);
      return;
    }
    const mnemonic = code.mnemonic[i]!;
    if (mnemonic === Mnemonic.Xchg && this.#exchange(code, i)) return;
    const value = this.#result(code, i, mnemonic);
    if (code.memoryAccess[i]! & Access.WRITE) this.#store(code, i, mnemonic);
    this.sp += stackChange(code, i);
    let writes = code.writes[i]! & ~(1 << code.isa.sp);
    if (writes === 0) return;
    const target = value >= 0 && code.kind[0][i] === Operand.REGISTER ? code.register[0][i]! : Reg.NONE;
    for (; writes !== 0; writes &= writes - 1) {
      const register = 31 - Math.clz32(writes & -writes);
      this.registers[register] = register === target ? value : this.#values.result(i, register);
    }
  }

  #call(code: Code, i: number): void {
    const callee = this.#callees.of(code, i);
    for (let rest = callee.clobbers; rest !== 0; rest &= rest - 1) {
      const register = 31 - Math.clz32(rest & -rest);
      this.registers[register] = this.#values.result(i, register);
    }
    if (callee.helper) return;
    this.epoch++;
    if (this.#taken.size === 0) return;
    for (let k = this.#slots.length - 1; k >= 0; k--) {
      if (!this.#taken.has(this.#slots[k]! - this.sp)) continue;
      this.#own();
      this.#slots.splice(k, 1);
      this.#held.splice(k, 1);
    }
  }

  #exchange(code: Code, i: number): boolean {
    if (code.kind[0][i] !== Operand.REGISTER || code.kind[1][i] !== Operand.REGISTER) return false;
    if (code.width[0][i] !== 8) return false;
    const a = code.register[0][i]!;
    const b = code.register[1][i]!;
    const held = this.registers[a]!;
    this.registers[a] = this.registers[b]!;
    this.registers[b] = held;
    return true;
  }

  /** The value that row `i` gives its first operand, a whole register; -1 if it isn't known further. */
  #result(code: Code, i: number, mnemonic: number): number {
    if (code.kind[0][i] !== Operand.REGISTER || code.width[0][i]! < 4) return -1;
    if (isZeroing(code, i)) return this.#values.immediate(0);
    const source = code.kind[1][i]!;
    if (mnemonic === Mnemonic.Mov) {
      if (source === Operand.IMMEDIATE) return this.#values.immediate(immediateOf(code, i));
      if (code.width[0][i] !== 8) return -1;
      if (source === Operand.REGISTER) return this.registers[code.register[1][i]!] ?? -1;
      const constant = code.base[i] === Reg.RIP ? this.#constants.get(code.displacement[i]!) : undefined;
      if (constant !== undefined) return this.#values.staticAddress(constant);
      const slot = slotOf(code, i, this.sp);
      if (slot === null) return -1;
      const value = this.slot(slot);
      if (!this.#slots.includes(slot)) this.setSlot(slot, value);
      return value;
    }
    if (code.width[0][i] !== 8) return -1;
    if (mnemonic === Mnemonic.Lea) return this.#address(code, i);
    if (mnemonic === Mnemonic.Shl && source === Operand.IMMEDIATE) return this.#multiple(code, i);
    if ((mnemonic === Mnemonic.Add || mnemonic === Mnemonic.Sub) && source === Operand.IMMEDIATE) {
      const amount = immediateOf(code, i);
      return this.#sum(this.registers[code.register[0][i]!]!, mnemonic === Mnemonic.Add ? amount : -amount);
    }
    return -1;
  }

  #address(code: Code, i: number): number {
    if (code.base[i] === Reg.RIP) return this.#values.staticAddress(code.displacement[i]!);
    const slot = slotOf(code, i, this.sp);
    if (slot !== null) return this.#values.frame(slot);
    if (code.base[i]! >= GENERAL) return -1;
    if (code.index[i] !== Reg.NONE) return this.#element(code, i);
    return this.#sum(this.registers[code.base[i]!]!, code.displacement[i]!);
  }

  /** A register shifted left, as an element behind address 0. */
  #multiple(code: Code, i: number): number {
    const by = code.immediateLow[i]!;
    if (by > MAX_SHIFT) return -1;
    const base = this.#values.immediate(0);
    const index = this.registers[code.register[0][i]!]!;
    return this.#values.element(base, index, 2 ** by);
  }

  #element(code: Code, i: number): number {
    const value = this.registers[code.base[i]!]!;
    const base = this.#values.get(value);
    const { index, scale } = this.#values.scaled(this.registers[code.index[i]!]!, code.scale[i]!);
    const element = this.#values.element(base.kind === "sum" ? base.base : value, index, scale);
    return this.#sum(element, (base.kind === "sum" ? base.offset : 0) + code.displacement[i]!);
  }

  #sum(base: number, offset: number): number {
    const value = this.#values.get(base);
    if (offset === 0) return base;
    if (value.kind === "sum") return this.#values.sum(value.base, value.offset + offset);
    if (value.kind === "frame") return this.#values.frame(value.slot + offset);
    if (value.kind === "static") return this.#values.staticAddress(value.address + offset);
    return this.#values.sum(base, offset);
  }

  #store(code: Code, i: number, mnemonic: number): void {
    const slot = code.kind[0][i] === Operand.MEMORY ? slotOf(code, i, this.sp) : null;
    if (slot === null) return;
    const size = code.memorySize[i]!;
    const isWhole = mnemonic === Mnemonic.Mov && size === 8;
    // slots are 8 bytes aligned to 8, so that only multiples of 8 can be known
    if (!isWhole || slot % 8 !== 0)
      for (let at = Math.ceil((slot - 7) / 8) * 8; at < slot + size; at += 8)
        this.setSlot(at, this.#values.result(i, at));
    if (!isWhole) return;
    if (code.kind[1][i] === Operand.REGISTER) this.setSlot(slot, this.registers[code.register[1][i]!]!);
    else this.setSlot(slot, this.#values.immediate(immediateOf(code, i)));
  }
}
