import type { Body, Consumer, Use } from "./body.ts";
import {
  Access,
  type Flags,
  Flow,
  flagsAfter,
  type Machine,
  Mnemonic,
  Operand,
  possible,
  Reg,
  slotOf,
  stackChange,
  testedRegister,
} from "./code/index.ts";
import { copyOf, forget, narrow, type Places, passRow, placesOf } from "./places.ts";

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
  /**
   * The error is kept in a variable over calls, or dropped on some path. The compiler keeps an itab over a call only as a
   * variable's value (else it would materialise it anew), so that the error was whole when the variable got it: beyond
   * the probe's block, calls, stores and other ends are let pass, and only what the consumers use is proven.
   */
  variable: boolean;
  /** The object was whole before, whatever is stored now. */
  whole: boolean;
}

interface State {
  itab: Places;
  data: Places;
  sp: number;
  flags: Flags;
}

const MAX_STEPS = 4000;

export function proves(body: Body, claim: Claim): boolean {
  const { from, consumers } = claim;
  return consumers.some(({ i }) => i === from) ? holdsAtOnce(claim) : new Proof(body, claim).holds();
}

/** The probe is where a consumer has used both words: there is no way between. */
function holdsAtOnce({ from, consumers, machine, itab, value }: Claim): boolean {
  const has = ({ i, register }: Use, wanted: number) =>
    i !== from || register === Reg.NONE || machine.registers[register] === wanted;
  return consumers.every((consumer) => has(consumer.itab, itab) && has(consumer.data, value));
}

class Proof {
  readonly #body: Body;
  readonly #claim: Claim;
  readonly #states = new Map<number, State>();
  readonly #work: number[] = [];
  /** Static data and immediates are complete whatever is stored. */
  readonly #immutable: boolean;
  #steps = 0;

  constructor(body: Body, claim: Claim) {
    this.#body = body;
    this.#claim = claim;
    const kind = body.values.get(claim.value).kind;
    this.#immutable = claim.whole || kind === "static" || kind === "immediate";
  }

  holds(): boolean {
    const { graph } = this.#body;
    const { from, machine } = this.#claim;
    const block = graph.blockOf[from]!;
    const start: State = {
      itab: placesOf(this.#body, machine, this.#claim.itab),
      data: placesOf(this.#body, machine, this.#claim.value),
      sp: machine.sp,
      flags: "unknown",
    };
    if (!this.#run(block, from, start, false)) return false;
    while (this.#work.length > 0) {
      const next = this.#work.pop()!;
      // A loop that comes back to the probe's block is as much beyond it as any other block.
      if (!this.#run(next, graph.first[next]!, copy(this.#states.get(next)!), this.#claim.variable))
        return false;
    }
    return true;
  }

  /** Runs one block from row `from`; false if the claim fails there. @param beyond see `Claim.variable` */
  #run(block: number, from: number, state: State, beyond: boolean): boolean {
    const { code, graph } = this.#body;
    const again = block === graph.blockOf[this.#claim.from] && beyond;
    for (let i = from; i <= graph.last[block]!; i++) {
      if (++this.#steps > MAX_STEPS) return false;
      if (i === this.#claim.reference && (i !== this.#claim.from || again)) return beyond;
      const use = this.#wordsAt(i, state);
      if (use === "differs") return false;
      if (use === "end") return true;
      const flow = code.flow[i]!;
      if (flow === Flow.TRAP) return true;
      if (flow === Flow.RETURN || flow === Flow.INDIRECT_JUMP) return beyond;
      if (flow === Flow.CALL || flow === Flow.INDIRECT_CALL) {
        const callee = this.#body.callees.of(code, i);
        if (!callee.returns) return true;
        if (!beyond && (!callee.helper || callee.name.startsWith("runtime.duff"))) return false;
        forget(state.itab, callee.clobbers);
        forget(state.data, callee.clobbers);
        continue;
      }
      if (use === null && !beyond && !this.#harmless(i, state)) return false;
      this.#transfer(i, state);
    }
    return this.#leave(block, state);
  }

  /** What the consumers use at row `i`: nothing (null), the words, other words; or the words, for the last time. */
  #wordsAt(i: number, { itab, data }: State): "differs" | "end" | "words" | null {
    const { consumers } = this.#claim;
    let use: "end" | "words" | null = null;
    for (let k = 0; k < consumers.length; k++) {
      const consumer = consumers[k]!;
      if (consumer.itab.i === i && !isIn(itab, consumer.itab.register)) return "differs";
      if (consumer.data.i === i && !isIn(data, consumer.data.register)) return "differs";
      if (consumer.i === i) use = "end";
      else if (use === null && (consumer.itab.i === i || consumer.data.i === i)) use = "words";
    }
    return use;
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
    if (base === Reg.RIP || (base === code.isa.barrierBuffer && code.index[i] === Reg.NONE)) return true;
    if (base !== code.isa.sp) return false;
    const object = values.get(this.#claim.value);
    if (object.kind !== "frame") return true;
    const slot = slotOf(code, i, state.sp);
    if (slot === null) return false;
    return slot + code.memorySize[i]! <= object.slot || slot >= object.slot + this.#claim.objectSize;
  }

  #transfer(i: number, state: State): void {
    const { code } = this.#body;
    const tested = testedRegister(code, i);
    const holds = tested >= 0 && (state.itab.registers & (1 << tested)) !== 0;
    state.flags = flagsAfter(code, i, state.flags, tested, holds);
    const { itab, typeOffset, value } = this.#claim;
    passRow(this.#body, i, state.sp, state.itab, itab, typeOffset);
    passRow(this.#body, i, state.sp, state.data, value);
    state.sp += stackChange(code, i);
  }

  #leave(block: number, state: State): boolean {
    const { code, graph } = this.#body;
    const next = graph.successors[block]!;
    const end = graph.last[block]!;
    const flow = code.flow[end]!;
    // a jump out of the function, or code that ends
    if (next.length === 0) return this.#claim.variable;
    if (flow === Flow.JUMP && (code.target[end]! < code.start || code.target[end]! >= code.end)) return false;
    const ways = possible(code, end, next, block + 1, state.flags);
    for (let k = 0; k < ways.length; k++) this.#meet(ways[k]!, state);
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
    const less = narrow(known.itab, state.itab);
    const changed = narrow(known.data, state.data) || less || flags !== known.flags;
    known.flags = flags;
    if (changed) this.#work.push(block);
  }
}

const isIn = ({ registers }: Places, register: number): boolean =>
  register === Reg.NONE || (registers & (1 << register)) !== 0;

const copy = (state: State): State => ({
  itab: copyOf(state.itab),
  data: copyOf(state.data),
  sp: state.sp,
  flags: state.flags,
});
