import { type Body, type Consumer, isNew } from "./body.ts";
import {
  Flow,
  flagsAfter,
  GENERAL,
  isConditionalMove,
  Mnemonic,
  Operand,
  possible,
  Reg,
  setOf,
  testedRegister,
} from "./code/index.ts";
import { leadAt } from "./lead.ts";
import { PairStores, type Path } from "./pair-stores.ts";
import { consumerOf, pairsIn, pairsPassed } from "./register-pairs.ts";
import { PANIC } from "./sentinels.ts";

export interface Following {
  consumers: Consumer[];
  /** Why a path ended without a consumer; empty if none did. */
  dead: string[];
  /**
   * It's only compared (a type test, err == X, err != nil after inlining), or not used at all (the compiler fills
   * registers for the sake of other paths): no value is made.
   */
  tested: boolean;
  /** It's compared, whatever else. */
  compared: boolean;
  /** No path but those with a consumer uses it: without these no value is made. */
  vanishes: boolean;
}

/** Rows followed after one reference; beyond, the reference is unresolved. */
const MAX_ROWS = 2000;

/** Instructions whose use of a register is followed. */
const FOLLOWED = setOf([Mnemonic.Mov, Mnemonic.Cmp, Mnemonic.Test, Mnemonic.Xchg, Mnemonic.Nop]);
/** How a path ends where the value was of no further use. */
const VANISHES = new Set(["overwritten", "lost at a call", "returns without it"]);
/** runtime functions that box a value and give back the itab too: convT2I(tab, elem) of Go 1.17 (runtime/iface.go). */
const GIVES_ITAB = /^runtime\.convT2I(noptr)?$/;
/** The word that is followed is a type's address itself. */
export const NO_ITAB = -1;
/** runtime functions that compare interface values. */
const COMPARISONS = new Set(["runtime.ifaceeq", "runtime.efaceeq"]);

/** Follows the value that the instruction at row `reference` puts into a register to all places that use it. */
export class Follower {
  readonly #body: Body;
  readonly #itab: number;
  readonly #reference: number;
  readonly #typeOffset: number;
  /** Set: this register holds the value already before the row. */
  readonly #held: number | null;
  readonly #found: Following = { consumers: [], dead: [], tested: false, compared: false, vanishes: false };
  readonly #seen = new Set<number>();
  readonly #work: Path[] = [];
  #rows = 0;
  #nilTested = false;
  #compared = false;
  /** Some instruction uses it in a way that isn't followed. */
  #odd = false;
  readonly #stores: PairStores;

  /** `typeOffset`: of the type word in an itab; `NO_ITAB` for a type word. `held`: the register that holds the value before the row already. */
  constructor(body: Body, reference: number, typeOffset: number, held: number | null = null) {
    this.#body = body;
    this.#held = held;
    this.#reference = reference;
    this.#typeOffset = typeOffset;
    // no machine makes this value, so that other references to the same itab aren't mistaken for this one
    this.#itab = body.values.result(reference, -1);
    this.#stores = new PairStores(body, this.#itab, {
      add: (consumer) => this.#add(consumer),
      lost: (why) => this.#found.dead.push(why),
    });
  }

  run(): Following {
    const { graph } = this.#body;
    const home = graph.blockOf[this.#reference]!;
    const lead = leadAt(this.#body, this.#reference);
    const path: Path = {
      machine: lead.machine.clone(),
      block: home,
      blocks: lead.blocks,
      stores: lead.stores,
      pending: null,
      tentative: null,
      tentativeAddress: null,
      spills: [],
      age: 0,
      unread: lead.unread,
      moved: 0,
      reloaded: 0,
      eface: this.#typeOffset === NO_ITAB,
      flags: "unknown",
    };
    if (this.#held !== null) {
      path.machine.registers[this.#held] = this.#itab;
      this.#walk(path, this.#reference);
      return this.#finish();
    }
    path.machine.step(this.#body.code, this.#reference);
    const target = this.#body.code.register[0][this.#reference]!;
    path.machine.registers[target] = this.#itab;
    path.moved = 1 << target;
    if (this.#reference === graph.last[home]) this.#leave(path);
    else this.#walk(path, this.#reference + 1);
    return this.#finish();
  }

  #finish(): Following {
    const { graph } = this.#body;
    while (this.#work.length > 0 && !this.#found.tested) {
      const next = this.#work.pop()!;
      this.#walk(next, graph.first[next.block]!);
    }
    this.#dropStale();
    const { consumers, dead } = this.#found;
    this.#found.compared = this.#compared;
    this.#found.vanishes = !this.#odd && dead.every((reason) => VANISHES.has(reason));
    if (consumers.length === 0 && this.#found.vanishes) this.#found.tested = true;
    return this.#found;
  }

  /**
   * A value that is also compared may be of no use at an exit where its register merely still holds it: unless put there
   * for the exit, or followed by the register of a new object, it's no consumer.
   */
  #dropStale(): void {
    if (!this.#compared && !this.#nilTested) return;
    const { consumers } = this.#found;
    const kept = consumers.filter(
      (consumer) => consumer.firm || (!this.#compared && isNew(this.#body, consumer.value)),
    );
    this.#found.consumers = kept;
  }

  #step(path: Path, i: number): void {
    const { code, callees } = this.#body;
    const loadsType = this.#loadsType(path, i);
    const tested = testedRegister(code, i);
    const nonzero = tested >= 0 && this.#holds(path, tested);
    if (nonzero) this.#nilTested = true;
    path.flags = flagsAfter(code, i, path.flags, tested, nonzero);
    path.machine.step(code, i);
    path.unread = (path.unread & ~code.reads[i]!) | code.writes[i]!;
    this.#noteMoves(path, i);
    if (loadsType) {
      path.machine.registers[code.register[0][i]!] = this.#itab;
      path.moved |= 1 << code.register[0][i]!;
      path.eface = true;
    }
    const call = code.flow[i] === Flow.CALL || code.flow[i] === Flow.INDIRECT_CALL;
    if (!call || callees.of(code, i).helper) return;
    path.stores = null;
    path.unread = 0;
    for (const slot of path.spills) path.machine.setSlot(slot, this.#itab);
    if (path.tentative && path.tentativeAddress) {
      path.machine.setSlot(path.tentativeAddress.offset, this.#itab);
      path.machine.setSlot(path.tentativeAddress.offset + 8, path.tentative.value);
    }
  }

  /** True for the load of the type word from the followed itab: a conversion to `any`. */
  #loadsType(path: Path, i: number): boolean {
    const { code } = this.#body;
    return (
      this.#typeOffset !== NO_ITAB &&
      code.mnemonic[i] === Mnemonic.Mov &&
      code.kind[0][i] === Operand.REGISTER &&
      code.kind[1][i] === Operand.MEMORY &&
      code.index[i] === Reg.NONE &&
      code.displacement[i] === this.#typeOffset &&
      this.#holds(path, code.base[i]!)
    );
  }

  #noteMoves(path: Path, i: number): void {
    const { code } = this.#body;
    const reloads = code.mnemonic[i] === Mnemonic.Mov && code.kind[1][i] === Operand.MEMORY;
    const writes = code.writes[i]!;
    path.moved &= ~writes;
    path.reloaded &= ~writes;
    for (let rest = writes; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest;
      if (path.machine.registers[31 - Math.clz32(bit)] !== this.#itab) continue;
      path.moved |= bit;
      if (reloads) path.reloaded |= bit;
    }
  }

  #walk(path: Path, from: number): void {
    const { graph } = this.#body;
    for (let i = from; ; i++) {
      if (++this.#rows > MAX_ROWS) {
        this.#end(path, "too long");
        return;
      }
      path.age++;
      if (path.pending && path.age > path.pending.expires && this.#stores.settle(path)) return;
      if (this.#row(path, i)) return;
      if (i !== graph.last[path.block]) continue;
      this.#leave(path);
      return;
    }
  }

  /** Runs row `i`; true if the path ends there. */
  #row(path: Path, i: number): boolean {
    const { code } = this.#body;
    const flow = code.flow[i]!;
    if (flow === Flow.RETURN) return this.#exit(path, i, "ret");
    if (flow === Flow.TRAP) {
      if (path.tentative) this.#end(path, "");
      return true;
    }
    if (flow === Flow.INDIRECT_JUMP) {
      this.#end(path, "jump table");
      return true;
    }
    if (flow === Flow.JUMP && (code.target[i]! < code.start || code.target[i]! >= code.end))
      return this.#exit(path, i, "tailcall");
    if (flow === Flow.CALL || flow === Flow.INDIRECT_CALL) return this.#call(path, i);
    if (this.#holdsInOperand(path, i)) {
      if (code.mnemonic[i] === Mnemonic.Cmp) {
        this.#compared = true;
        if (!path.tentative && this.#found.consumers.length === 0) this.#found.tested = true;
        return true;
      }
      if (code.register[0][i]! >= GENERAL && code.kind[0][i] === Operand.REGISTER) {
        this.#end(path, "moved to a vector register");
        return true;
      }
    }
    if (this.#stores.store(path, i)) return true;
    const selects = this.#selects(path, i);
    if (!selects && this.#oddUse(path, i)) this.#odd = true;
    this.#step(path, i);
    if (selects) {
      path.machine.registers[code.register[0][i]!] = this.#itab;
      path.moved |= 1 << code.register[0][i]!;
    }
    if (!this.#alive(path)) {
      this.#end(path, "overwritten");
      return true;
    }
    return false;
  }

  /** True for an instruction that reads the value but neither copies, stores, compares nor looks into it. */
  #oddUse(path: Path, i: number): boolean {
    const { code } = this.#body;
    let reads = code.reads[i]!;
    if (FOLLOWED[code.mnemonic[i]!] === 1) return false;
    for (let register = 0; reads !== 0; register++, reads >>>= 1) {
      if (reads & 1 && this.#holds(path, register)) return true;
    }
    return false;
  }

  #alive(path: Path): boolean {
    if (path.pending || path.tentative || path.spills.length > 0) return true;
    return path.machine.registers.includes(this.#itab) || path.machine.keeps(this.#itab);
  }

  #holds(path: Path, register: number): boolean {
    return register >= 0 && register < GENERAL && path.machine.registers[register] === this.#itab;
  }

  #isOperand(path: Path, i: number, k: 0 | 1): boolean {
    const { code } = this.#body;
    return (
      code.kind[k][i] === Operand.REGISTER &&
      code.width[k][i] === 8 &&
      this.#holds(path, code.register[k][i]!)
    );
  }

  #holdsInOperand(path: Path, i: number): boolean {
    return (
      this.#isOperand(path, i, 1) ||
      (this.#body.code.mnemonic[i] === Mnemonic.Cmp && this.#isOperand(path, i, 0))
    );
  }

  /** A conditional move may keep either value: the followed one stays followed. */
  #selects(path: Path, i: number): boolean {
    const { code } = this.#body;
    if (!isConditionalMove(code.mnemonic[i]!)) return false;
    const source = code.kind[1][i] === Operand.REGISTER ? code.register[1][i]! : Reg.NONE;
    return this.#holds(path, source) || this.#holds(path, code.register[0][i]!);
  }

  #exit(path: Path, i: number, kind: "ret" | "tailcall"): true {
    if (path.pending && this.#stores.settle(path)) return true;
    const [pair, ...others] =
      kind === "ret" ? pairsIn(this.#body, path, this.#itab) : pairsPassed(this.#body, path, i, this.#itab);
    if (!pair) {
      this.#end(path, kind === "ret" ? "returns without it" : "jumps out without it");
      return true;
    }
    const consumer = consumerOf(path, i, kind, pair);
    if (path.tentative && !this.#agrees(path, consumer.value)) {
      if (!(path.reloaded & (1 << pair.itab))) {
        this.#found.dead.push("two different data words");
        return true;
      }
      path.tentative = null;
    }
    this.#add(path.tentative ?? consumer);
    if (!path.tentative) for (const other of others) this.#add(consumerOf(path, i, kind, other));
    return true;
  }

  /** True if what is given back is what the pair of stack stores put there. */
  #agrees(path: Path, value: number): boolean {
    if (value === path.tentative!.value) return true;
    const known = this.#body.values.get(value);
    return known.kind === "slot" && known.slot === path.tentativeAddress!.offset + 8;
  }

  #call(path: Path, i: number): boolean {
    const callee = this.#body.callees.of(this.#body.code, i);
    if (callee.helper) {
      if (this.#stores.barrierStore(path, i, callee.name)) return true;
      this.#step(path, i);
      return false;
    }
    if (path.pending && this.#stores.settle(path)) return true;
    if (COMPARISONS.has(callee.name) && pairsIn(this.#body, path, this.#itab).length > 0) {
      this.#compared = true;
      this.#nilTested = true;
    }
    const takes = !callee.name.startsWith("runtime.") || (path.eface && callee.name === PANIC);
    if (!path.tentative && path.spills.length === 0 && takes) {
      const pairs = pairsPassed(this.#body, path, i, this.#itab);
      for (const pair of pairs) this.#add(consumerOf(path, i, "call", pair));
      if (pairs.length > 0) return true;
    }
    if (!callee.returns) {
      if (path.tentative) this.#end(path, "");
      return true;
    }
    const first = this.#body.code.isa.arguments[0]!;
    const given = GIVES_ITAB.test(callee.name) && this.#holds(path, first);
    this.#step(path, i);
    if (given) {
      path.machine.registers[first] = this.#itab;
      path.moved |= 1 << first;
    }
    if (this.#alive(path)) return false;
    this.#end(path, "lost at a call");
    return true;
  }

  #leave(path: Path): void {
    const { code, graph } = this.#body;
    const end = graph.last[path.block]!;
    const next = possible(code, end, graph.successors[path.block]!, path.block + 1, path.flags);
    if (next.length === 0) {
      this.#end(path, "the code ends");
      return;
    }
    for (let k = 0; k < next.length; k++) {
      const block = next[k]!;
      if (block === graph.blockOf[this.#reference] || this.#seen.has(block)) {
        // the rest of this path was followed from another one, or starts anew
        if (path.tentative) this.#end(path, "");
        continue;
      }
      this.#seen.add(block);
      // what this path knows is the last one's to go on with
      const further = k === next.length - 1 ? path : { ...path, machine: path.machine.clone() };
      further.block = block;
      further.blocks = [...further.blocks, block];
      further.unread = 0;
      further.moved = 0;
      this.#work.push(further);
    }
  }

  #end(path: Path, reason: string): void {
    if (path.pending && this.#stores.settle(path)) return;
    if (path.tentative) this.#add(path.tentative);
    else if (reason) this.#found.dead.push(reason);
  }

  #add(consumer: Consumer): void {
    if (!this.#found.consumers.some((other) => other.i === consumer.i && other.value === consumer.value)) {
      this.#found.consumers.push(consumer);
    }
  }
}
