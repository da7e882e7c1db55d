import {
  Access,
  type Flags,
  Flow,
  flagsAfter,
  immediateOf,
  isConditionalMove,
  type Machine,
  Mnemonic,
  Operand,
  possible,
  Reg,
  slotOf,
} from "./code/index.ts";
import type { Body, Consumer } from "./follow.ts";

/**
 * Proof that a probe at row `from` sees what the consumers use: on every path from the probe, unless the program panics
 * or stops, one of the consumers is reached; its two words are the itab and the value known at the probe; and nothing
 * on the way can still write to the object. A must-analysis: what holds is what holds on all paths.
 */
export interface Claim {
  from: number;
  /** Machine state before row `from`. */
  machine: Machine;
  reference: number;
  itab: number;
  /** Of the type word in an itab. */
  typeOffset: number;
  value: number;
  consumers: readonly Consumer[];
  /** Bytes of the object, for one that lies in the stack frame. */
  objectSize: number;
}

/** Where one value surely is. */
interface Places {
  registers: number;
  slots: Set<number>;
}
interface State {
  itab: Places;
  data: Places;
  sp: number;
  flags: Flags;
}

const MAX_STEPS = 4000;

export function proves(body: Body, claim: Claim): boolean {
  return new Proof(body, claim).holds();
}

class Proof {
  readonly #body: Body;
  readonly #claim: Claim;
  readonly #states = new Map<number, State>();
  readonly #work: number[] = [];
  readonly #ends = new Map<number, Consumer>();
  readonly #uses = new Map<number, { itab: number[]; data: number[] }>();
  /** Static data and immediates are complete whatever is stored. */
  readonly #immutable: boolean;
  #steps = 0;

  constructor(body: Body, claim: Claim) {
    this.#body = body;
    this.#claim = claim;
    const kind = body.values.get(claim.value).kind;
    this.#immutable = kind === "static" || kind === "immediate";
    for (const consumer of claim.consumers) {
      this.#ends.set(consumer.i, consumer);
      this.#use(consumer.itab.i).itab.push(consumer.itab.register);
      this.#use(consumer.data.i).data.push(consumer.data.register);
    }
  }

  #use(i: number) {
    let use = this.#uses.get(i);
    if (!use) {
      use = { itab: [], data: [] };
      this.#uses.set(i, use);
    }
    return use;
  }

  holds(): boolean {
    const { graph } = this.#body;
    const { from, machine } = this.#claim;
    const block = graph.blockOf[from]!;
    const start: State = {
      itab: this.#places(machine, this.#claim.itab),
      data: this.#places(machine, this.#claim.value),
      sp: machine.sp,
      flags: "unknown",
    };
    if (!this.#run(block, from, start)) return false;
    while (this.#work.length > 0) {
      const next = this.#work.pop()!;
      if (!this.#run(next, graph.first[next]!, copy(this.#states.get(next)!))) return false;
    }
    return true;
  }

  #places(machine: Machine, value: number): Places {
    let registers = 0;
    for (let register = 0; register < 16; register++) {
      if (machine.registers[register] === value) registers |= 1 << register;
    }
    const slots = new Set<number>();
    for (const [slot, held] of machine.slots) if (held === value) slots.add(slot);
    const known = this.#body.values.get(value);
    if (known.kind === "slot" && machine.slot(known.slot) === value) slots.add(known.slot);
    return { registers, slots };
  }

  /** Runs one block from row `from`; false if the claim fails there. */
  #run(block: number, from: number, state: State): boolean {
    const { code, graph } = this.#body;
    for (let i = from; i <= graph.last[block]!; i++) {
      if (++this.#steps > MAX_STEPS) return false;
      if (i === this.#claim.reference && i !== this.#claim.from) return false;
      const use = this.#uses.get(i);
      if (use && !this.#usesHold(use, state)) return false;
      if (this.#ends.has(i)) return true;
      const flow = code.flow[i]!;
      if (flow === Flow.TRAP) return true;
      if (flow === Flow.RETURN || flow === Flow.INDIRECT_JUMP) return false;
      if (flow === Flow.CALL || flow === Flow.INDIRECT_CALL) {
        const callee = this.#body.callees.of(code, i);
        if (!callee.returns) return true;
        if (!callee.helper || callee.name.startsWith("runtime.duff")) return false;
        drop(state.itab, callee.clobbers);
        drop(state.data, callee.clobbers);
        continue;
      }
      if (!use && !this.#harmless(i, state)) return false;
      this.#transfer(i, state);
    }
    return this.#leave(block, state);
  }

  #usesHold(use: { itab: number[]; data: number[] }, state: State): boolean {
    const has = (places: Places) => (register: number) =>
      register === Reg.NONE || (places.registers & (1 << register)) !== 0;
    return use.itab.every(has(state.itab)) && use.data.every(has(state.data));
  }

  /** False for a store that could be into the object. */
  #harmless(i: number, state: State): boolean {
    const { code, values } = this.#body;
    if (this.#immutable || !(code.memoryAccess[i]! & Access.WRITE)) return true;
    const mnemonic = code.mnemonic[i]!;
    if (mnemonic === Mnemonic.Push) return true;
    if (code.kind[0][i] !== Operand.MEMORY) return false;
    const base = code.base[i]!;
    // the write barrier's buffer, or static memory, where no new object lies
    if (base === Reg.RIP || (base === Reg.R11 && code.index[i] === Reg.NONE)) return true;
    if (base !== Reg.RSP) return false;
    const object = values.get(this.#claim.value);
    if (object.kind !== "frame") return true;
    const slot = slotOf(code, i, state.sp);
    if (slot === null) return false;
    return slot + code.memorySize[i]! <= object.slot || slot >= object.slot + this.#claim.objectSize;
  }

  #transfer(i: number, state: State): void {
    const { code } = this.#body;
    const { registers } = state.itab;
    state.flags = flagsAfter(code, i, state.flags, (register) => (registers & (1 << register)) !== 0);
    this.#move(i, state, state.itab, this.#claim.itab);
    this.#move(i, state, state.data, this.#claim.value);
    if (!(code.writes[i]! & (1 << Reg.RSP))) return;
    const mnemonic = code.mnemonic[i]!;
    if (mnemonic === Mnemonic.Push) state.sp -= 8;
    else if (mnemonic === Mnemonic.Pop) state.sp += 8;
    else if (mnemonic === Mnemonic.Add) state.sp += immediateOf(code, i);
    else if (mnemonic === Mnemonic.Sub) state.sp -= immediateOf(code, i);
  }

  #move(i: number, state: State, places: Places, value: number): void {
    const { code } = this.#body;
    const mnemonic = code.mnemonic[i]!;
    const target = code.kind[0][i] === Operand.REGISTER ? code.register[0][i]! : Reg.NONE;
    const has = (register: number) => register < 16 && (places.registers & (1 << register)) !== 0;
    if (mnemonic === Mnemonic.Xchg && code.kind[1][i] === Operand.REGISTER && code.width[0][i] === 8) {
      const other = code.register[1][i]!;
      const [a, b] = [has(target), has(other)];
      places.registers &= ~((1 << target) | (1 << other));
      if (a) places.registers |= 1 << other;
      if (b) places.registers |= 1 << target;
      return;
    }
    const source = code.kind[1][i] === Operand.REGISTER ? code.register[1][i]! : Reg.NONE;
    const slot = slotOf(code, i, state.sp);
    let gains = false;
    if (mnemonic === Mnemonic.Mov && code.width[0][i] === 8) {
      // the type word out of the itab: the value goes on as an `any`
      const loadsType =
        value === this.#claim.itab &&
        code.kind[1][i] === Operand.MEMORY &&
        code.index[i] === Reg.NONE &&
        code.displacement[i] === this.#claim.typeOffset &&
        has(code.base[i]!);
      if (loadsType) gains = true;
      else if (source !== Reg.NONE) gains = has(source);
      else if (code.kind[1][i] === Operand.MEMORY) gains = slot !== null && places.slots.has(slot);
    } else if (isConditionalMove(mnemonic)) {
      gains = has(source) && has(target);
    }
    gains ||= this.#makes(i, value, slot);
    const stores = mnemonic === Mnemonic.Mov && code.kind[0][i] === Operand.MEMORY && has(source);
    if (code.memoryAccess[i]! & Access.WRITE && slot !== null && code.kind[0][i] === Operand.MEMORY) {
      const size = code.memorySize[i]!;
      for (const held of places.slots) if (held + 8 > slot && held < slot + size) places.slots.delete(held);
      if (stores && size === 8) places.slots.add(slot);
    }
    drop(places, code.writes[i]!);
    if (gains && target < 16) places.registers |= 1 << target;
  }

  /** True if row `i` makes the value anew: an address or an immediate. */
  #makes(i: number, value: number, slot: number | null): boolean {
    const { code, values } = this.#body;
    const wanted = values.get(value);
    const mnemonic = code.mnemonic[i]!;
    if (wanted.kind === "static")
      return mnemonic === Mnemonic.Lea && code.base[i] === Reg.RIP && code.displacement[i] === wanted.address;
    if (wanted.kind === "frame") return mnemonic === Mnemonic.Lea && slot === wanted.slot;
    if (wanted.kind !== "immediate") return false;
    if (mnemonic === Mnemonic.Xor)
      return (
        wanted.number === 0 &&
        code.register[0][i] === code.register[1][i] &&
        code.kind[1][i] === Operand.REGISTER
      );
    return (
      mnemonic === Mnemonic.Mov &&
      code.kind[0][i] === Operand.REGISTER &&
      code.kind[1][i] === Operand.IMMEDIATE &&
      immediateOf(code, i) === wanted.number
    );
  }

  #leave(block: number, state: State): boolean {
    const { code, graph } = this.#body;
    const next = graph.successors[block]!;
    const end = graph.last[block]!;
    const flow = code.flow[end]!;
    // a jump out of the function, or code that ends
    if (next.length === 0) return false;
    if (flow === Flow.JUMP && (code.target[end]! < code.start || code.target[end]! >= code.end)) return false;
    for (const to of possible(code, end, next, block + 1, state.flags)) this.#meet(to, state);
    return true;
  }

  #meet(block: number, state: State): void {
    const known = this.#states.get(block);
    if (!known) {
      this.#states.set(block, copy(state));
      this.#work.push(block);
      return;
    }
    const flags = known.flags === state.flags ? known.flags : "unknown";
    const changed = [
      narrow(known.itab, state.itab),
      narrow(known.data, state.data),
      flags !== known.flags,
    ].includes(true);
    known.flags = flags;
    if (changed) this.#work.push(block);
  }
}

const copy = (state: State): State => ({
  itab: { registers: state.itab.registers, slots: new Set(state.itab.slots) },
  data: { registers: state.data.registers, slots: new Set(state.data.slots) },
  sp: state.sp,
  flags: state.flags,
});

const drop = (places: Places, registers: number) => {
  places.registers &= ~registers;
};

function narrow(known: Places, other: Places): boolean {
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
