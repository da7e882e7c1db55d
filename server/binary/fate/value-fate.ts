/**
 * What one function does with an interface value that it holds at a row: gives it back, lets it go, or hands it on. Every path
 * is run with all that it knows, so that what is said holds for each run of the program; the value isn't nil.
 */
import {
  Access,
  type Callees,
  type Code,
  Flow,
  flagsAfter,
  GENERAL,
  type Graph,
  immediateOf,
  isComparison,
  isConditionalMove,
  isZeroing,
  Mnemonic,
  Operand,
  pairAt,
  possible,
  Reg,
  setOf,
  slotOf,
  stackChange,
  testedRegister,
} from "../code/index.ts";
import { type FrameSlots, isSpill } from "../frame-slots.ts";
import { COMPARES, ENDS, STORES } from "./calls.ts";
import { isGiven } from "./given.ts";
import { FateState, Word } from "./state.ts";
import { type WaysOut, waysOut } from "./ways-out.ts";

export type Fate =
  /** On every path it is given back, at this place among the registers (`Isa.arguments`). `firm`: it was put there for that; else
   * it may merely still be there. `partly`: on other paths it is let go, which is never so of what is firm. */
  | ({ kind: "returned"; position: number; firm: boolean; partly?: true } & Looks)
  /** On no path it is given to anything but comparisons. */
  | ({ kind: "dropped" } & Looks)
  /** On some path it is stored, given to a call or looked into. */
  | { kind: "handed-on" }
  | { kind: "unknown"; why: string };

/** How a function looks at the value. */
export interface Looks {
  /** Row of the first comparison; -1 for none. */
  tested: number;
  /** Some comparison is with something else than nil. */
  compared: boolean;
}

/** Steps of all paths together; beyond, nothing is said. */
const MAX_STEPS = 20_000;

class Stop extends Error {
  readonly fate: Fate;
  constructor(fate: Fate) {
    super(fate.kind);
    this.fate = fate;
  }
}
const handedOn = () => new Stop({ kind: "handed-on" });
const unknown = (why: string) => new Stop({ kind: "unknown", why });

interface Exit {
  position: number;
  firm: boolean;
  tested: number;
}

/** One decoded function, and what is known of it. */
export interface FateBody {
  code: Code;
  graph: Graph;
  callees: Callees;
  frame: FrameSlots;
  /** `resultRegisters`. */
  results: number;
  /** Rows of calls of deferred functions. */
  deferCalls: ReadonlySet<number>;
  /** The registers that the function at an address takes arguments in, as a mask; null where that can't be told. */
  argumentsOf(address: number): number | null;
  /** Bytes from SP that belong to the function at an address while it is called; null where that can't be told. */
  stackArguments(address: number): number | null;
  /** Whether the function at an address calls one that ends the program. */
  endsProgram(address: number): boolean;
  /** Made when it is first needed. */
  waysOut?: WaysOut;
}

/**
 * @param row of the instruction behind the call that gave the value.
 * @param position of the value among the call's result registers (`Isa.arguments`).
 */
export function valueFate(body: FateBody, row: number, position: number): Fate {
  try {
    return new Paths(body).run(row, position);
  } catch (stop) {
    if (stop instanceof Stop) return stop.fate;
    throw stop;
  }
}

/** The paths of one function behind a call. */
class Paths {
  readonly #body: FateBody;
  readonly #seen = new Set<string>();
  readonly #work: { state: FateState; block: number }[] = [];
  readonly #returns: Exit[] = [];
  /** The first comparison of each path on which it is let go; -1 for none. */
  readonly #drops: number[] = [];
  /** Displacements of the slots that held a word. */
  readonly #slots = new Set<number>();
  #compared = false;
  #steps = 0;

  constructor(body: FateBody) {
    this.#body = body;
  }

  run(row: number, position: number): Fate {
    const { graph } = this.#body;
    const [first, data] = pairAt(this.#body.code.isa, position);
    const state = new FateState();
    state.set(first, Word.FIRST);
    state.set(data, Word.DATA);
    this.#walk(state, graph.blockOf[row]!, row);
    for (let next = this.#work.pop(); next; next = this.#work.pop())
      this.#walk(next.state, next.block, graph.first[next.block]!);
    return this.#sum();
  }

  #walk(state: FateState, block: number, from: number): void {
    const { graph, code } = this.#body;
    const last = graph.last[block]!;
    for (let i = from; i <= last; i++) {
      if (++this.#steps > MAX_STEPS) throw unknown("too many paths");
      if (this.#row(state, i)) return;
    }
    const next = possible(code, last, graph.successors[block]!, block + 1, state.flags);
    for (const to of next) {
      if (!state.alive) {
        this.#gone(state, to);
        continue;
      }
      const key = `${to} ${state.key}`;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      this.#work.push({ state: new FateState(state), block: to });
    }
  }

  /** The path goes on without the value: how, matters no more. */
  #gone({ tested }: FateState, block: number): void {
    this.#body.waysOut ??= waysOut(this.#body);
    const { unknown: lost, back } = this.#body.waysOut;
    if (lost[block]) throw unknown("the program ends, or a jump table is met, without it");
    if (back[block]) this.#drops.push(tested);
  }

  /** Runs row `i`; true if the path ends there. */
  #row(state: FateState, i: number): boolean {
    const { code } = this.#body;
    switch (code.flow[i]) {
      case Flow.RETURN:
        this.#exit(state);
        return true;
      case Flow.TRAP:
        return true;
      case Flow.INDIRECT_JUMP:
        throw unknown("a jump table");
      case Flow.CALL:
      case Flow.INDIRECT_CALL:
        return this.#call(state, i);
      case Flow.JUMP:
        if (code.target[i]! >= code.start && code.target[i]! < code.end) return false;
        if (isGiven(this.#body, state, i, this.#compared)) throw handedOn();
        this.#drops.push(state.tested);
        return true;
      case Flow.CONDITIONAL:
        return false;
    }
    this.#step(state, i);
    return false;
  }

  #exit(state: FateState): void {
    const pairs: Exit[] = [];
    for (let position = 0; position + 1 < this.#body.code.isa.arguments.length; position++) {
      const [first, data] = pairAt(this.#body.code.isa, position);
      if (state.word(first) !== Word.FIRST || state.word(data) !== Word.DATA) continue;
      pairs.push({ position, firm: (state.written & (1 << first)) !== 0, tested: state.tested });
    }
    const firm = pairs.filter((pair) => pair.firm);
    const [only, more] = firm.length > 0 ? firm : pairs;
    // results before one that was put there are results too, even where nothing had to be put
    const isBeside = ({ position }: Exit) =>
      position < only!.position || this.#isResult(this.#body.code.isa.arguments[position]!);
    if (more || pairs.some((pair) => pair !== only && isBeside(pair)))
      throw unknown("it is in two places where the function returns");
    if (this.#leavesOtherwise(state, only ? pairAt(this.#body.code.isa, only.position) : []))
      throw unknown("it may be returned as another type");
    if (only) this.#returns.push(only);
    else this.#drops.push(state.tested);
  }

  /** The data word alone may be a pointer that is returned, or behind a word of another interface that was made of the value. */
  #leavesOtherwise(state: FateState, pair: readonly number[]): boolean {
    const has = (mask: number, register: number) => (mask & (1 << register)) !== 0;
    return this.#body.code.isa.arguments.some((register, position) => {
      const word = state.word(register);
      if ((word !== Word.DATA && word !== Word.TYPE) || pair.includes(register)) return false;
      if (this.#isResult(register)) return true;
      // a type is loaded for a comparison, into any register
      if (word === Word.DATA && has(state.written, register)) return true;
      const before = this.#body.code.isa.arguments[position - 1];
      return before !== undefined && has(state.written, before) && !has(state.plain, before);
    });
  }

  #isResult(register: number): boolean {
    return (this.#body.results & (1 << register)) !== 0;
  }

  #call(state: FateState, i: number): boolean {
    const { code, callees } = this.#body;
    const callee = callees.of(code, i);
    if (STORES.test(callee.name) && state.alive && callee.name !== "runtime.gcWriteBarrier") {
      // from Go 1.21 on it only makes room (gcWriteBarrierN); before, it stores a register
      if (!/\d$/.test(callee.name)) throw handedOn();
    } else if (callee.name === "runtime.gcWriteBarrier" && state.word(Reg.RAX) !== Word.NONE)
      throw handedOn();
    if (!callee.helper) {
      if (isGiven(this.#body, state, i, this.#compared)) {
        if (!COMPARES.test(callee.name) || this.#isTarget(state, callee.name)) throw handedOn();
        this.#note(state, i, true);
      }
      const isEnd = code.flow[i] === Flow.CALL && this.#body.endsProgram(code.target[i]!);
      if (isEnd || ENDS.test(callee.name)) throw unknown("the program ends with it");
      if (!callee.returns) return true;
    }
    for (let register = 0; register < 16; register++) {
      if (!(callee.clobbers & (1 << register))) continue;
      state.set(register, Word.NONE);
      state.written |= 1 << register;
      state.plain &= ~(1 << register);
    }
    state.flags = "unknown";
    return false;
  }

  /** What another error is compared with is given to that one's Is method. */
  #isTarget(state: FateState, name: string): boolean {
    const [itab, data] = pairAt(this.#body.code.isa, 2);
    return name.startsWith("errors.") && (state.word(itab) !== Word.NONE || state.word(data) !== Word.NONE);
  }

  #note(state: FateState, i: number, compares: boolean): void {
    if (state.tested < 0) state.tested = i;
    this.#compared ||= compares;
  }

  #step(state: FateState, i: number): void {
    const { code } = this.#body;
    const tested = testedRegister(code, i);
    const holdsFirst = tested >= 0 && state.word(tested) === Word.FIRST;
    const flags = flagsAfter(code, i, state.flags, tested, holdsFirst);
    if (isComparison(code.mnemonic[i]!)) this.#compare(state, i);
    else if (!isZeroing(code, i) && code.mnemonic[i] !== Mnemonic.Nop) this.#use(state, i);
    else this.#write(state, i, Word.NONE);
    state.flags = flags;
    state.sp += stackChange(code, i);
  }

  #compare(state: FateState, i: number): void {
    const { code } = this.#body;
    this.#addresses(state, i);
    const operand = (k: 0 | 1) =>
      code.kind[k][i] === Operand.REGISTER ? state.word(code.register[k][i]!) : Word.NONE;
    const words = [operand(0), operand(1), this.#wordRead(state, i), this.#typeRead(state, i)];
    if (words.every((word) => word === Word.NONE)) return;
    const withNil =
      code.mnemonic[i] === Mnemonic.Test ||
      (code.kind[1][i] === Operand.IMMEDIATE && immediateOf(code, i) === 0);
    this.#note(state, i, !withNil || words.includes(Word.TYPE));
  }

  /** An instruction that is no comparison: a copy, a store, or something that says no more of the value. */
  #use(state: FateState, i: number): void {
    const { code } = this.#body;
    this.#addresses(state, i);
    const isMove = code.mnemonic[i] === Mnemonic.Mov;
    const inRegister = code.kind[1][i] === Operand.REGISTER;
    const source = inRegister
      ? state.word(code.register[1][i]!)
      : this.#wordRead(state, i) || this.#typeRead(state, i);
    if (isMove && code.kind[0][i] === Operand.MEMORY) {
      this.#store(state, i, source);
      return;
    }
    if (isMove && code.kind[0][i] === Operand.REGISTER && code.register[0][i]! < GENERAL) {
      if (source !== Word.NONE && source !== Word.TYPE && code.width[0][i] !== 8)
        throw unknown("part of a word is copied");
      this.#write(state, i, source);
      return;
    }
    if (source !== Word.NONE) throw unknown("it is used in a way that isn't followed");
    if (this.#readsWord(state, i)) throw unknown("it is used in a way that isn't followed");
    if (code.memoryAccess[i]! & Access.WRITE) this.#overwrite(state, i);
    if (isConditionalMove(code.mnemonic[i]!) && state.word(code.register[0][i]!) !== Word.NONE)
      throw unknown("a conditional move");
    this.#write(state, i, Word.NONE);
  }

  /** Throws where the data word or the type leads to memory that is used: the value is looked into. */
  #addresses(state: FateState, i: number): void {
    const { code } = this.#body;
    for (const register of [code.base[i]!, code.index[i]!]) {
      const word = state.word(register);
      if (word === Word.NONE) continue;
      if (word !== Word.FIRST || code.mnemonic[i] === Mnemonic.Lea) throw handedOn();
      if (code.memoryAccess[i]! & Access.WRITE) throw unknown("it is used in a way that isn't followed");
    }
  }

  /** The word in the memory that row `i` reads. */
  #wordRead(state: FateState, i: number): number {
    const { code } = this.#body;
    if (code.mnemonic[i] === Mnemonic.Lea || !(code.memoryAccess[i]! & Access.READ)) return Word.NONE;
    const slot = slotOf(code, i, state.sp);
    if (slot === null) return Word.NONE;
    for (const [at, word] of state.slots) {
      if (at + 8 <= slot || at >= slot + code.memorySize[i]!) continue;
      if (at !== slot || code.memorySize[i] !== 8) throw unknown("it is read from the stack in part");
      return word;
    }
    return Word.NONE;
  }

  /** The type, or its hash, where row `i` reads what the first word leads to. */
  #typeRead(state: FateState, i: number): number {
    const { code } = this.#body;
    const reads = code.memoryAccess[i]! & Access.READ;
    return reads && state.word(code.base[i]!) === Word.FIRST ? Word.TYPE : Word.NONE;
  }

  /** True if the row reads a register with a word, other than as an address. */
  #readsWord(state: FateState, i: number): boolean {
    const { code } = this.#body;
    let reads = code.reads[i]!;
    for (const register of [code.base[i]!, code.index[i]!]) if (register < GENERAL) reads &= ~(1 << register);
    for (let register = 0; register < 16; register++)
      if (reads & (1 << register) && state.word(register) !== Word.NONE) return true;
    return false;
  }

  #store(state: FateState, i: number, word: number): void {
    const { code } = this.#body;
    this.#overwrite(state, i);
    if (word === Word.NONE) return;
    const slot = slotOf(code, i, state.sp);
    if (slot === null || code.memorySize[i] !== 8) throw handedOn();
    if (!isSpill(this.#body.frame, slot - state.sp)) throw handedOn();
    state.slots.set(slot, word);
    this.#slots.add(slot - state.sp);
  }

  #overwrite(state: FateState, i: number): void {
    const slot = slotOf(this.#body.code, i, state.sp);
    if (slot === null) return;
    const end = slot + this.#body.code.memorySize[i]!;
    for (const at of [...state.slots.keys()]) if (at < end && at + 8 > slot) state.slots.delete(at);
  }

  #write(state: FateState, i: number, word: number): void {
    const { code } = this.#body;
    const target = code.kind[0][i] === Operand.REGISTER ? code.register[0][i]! : Reg.NONE;
    const writes = code.writes[i]! & ~(1 << Reg.RSP);
    state.written |= writes;
    state.plain = givesNumber(code, i) ? state.plain | writes : state.plain & ~writes;
    for (let register = 0; register < 16; register++)
      if (writes & (1 << register)) state.set(register, register === target ? word : Word.NONE);
  }

  #sum(): Fate {
    if (this.#resumes()) return { kind: "unknown", why: "a recovered panic would return it" };
    const tests = [...this.#drops, ...this.#returns.map((exit) => exit.tested)].filter((row) => row >= 0);
    const looks = { tested: tests.length > 0 ? Math.min(...tests) : -1, compared: this.#compared };
    if (this.#returns.length === 0) {
      if (this.#drops.length === 0) return { kind: "unknown", why: "no path comes back" };
      return { kind: "dropped", ...looks };
    }
    const [exit] = this.#returns;
    const position = exit!.position;
    const partly = this.#drops.length > 0;
    if (
      (partly && this.#returns.some(({ firm }) => firm)) ||
      this.#returns.some((other) => other.position !== position)
    )
      return { kind: "unknown", why: "it depends on the path" };
    const firm = this.#returns.every((other) => other.firm);
    return { kind: "returned", position, firm, ...(partly ? { partly } : {}), ...looks };
  }

  /**
   * After a recovered panic a function goes on where it calls runtime.deferreturn, and loads its results from its frame: a slot
   * that held the value may be such a result.
   */
  #resumes(): boolean {
    const { code, callees } = this.#body;
    if (this.#slots.size === 0) return false;
    let defers = false;
    for (let i = 0; i < code.count; i++) {
      if (code.flow[i] === Flow.CALL && callees.of(code, i).name === "runtime.deferreturn") defers = true;
      if (code.flow[i] === Flow.RETURN) defers = false;
      const slot = code.kind[1][i] === Operand.MEMORY ? slotOf(code, i, 0) : null;
      if (defers && slot !== null && this.#slots.has(slot)) return true;
    }
    return false;
  }
}

/** Instructions that calculate: addresses of itabs and types are loaded or copied. */
const CALCULATES = setOf([
  ...[
    Mnemonic.Inc,
    Mnemonic.Dec,
    Mnemonic.Add,
    Mnemonic.Sub,
    Mnemonic.Neg,
    Mnemonic.Not,
    Mnemonic.And,
    Mnemonic.Or,
  ],
  ...[Mnemonic.Xor, Mnemonic.Shl, Mnemonic.Shr, Mnemonic.Sar, Mnemonic.Imul],
]);

/** Constants, what is calculated, and what is narrower than an address. */
function givesNumber(code: Code, i: number): boolean {
  if (code.kind[0][i] !== Operand.REGISTER) return false;
  if (CALCULATES[code.mnemonic[i]!] === 1) return true;
  if (isZeroing(code, i) || code.width[0][i] !== 8) return true;
  return code.mnemonic[i] === Mnemonic.Mov && code.kind[1][i] === Operand.IMMEDIATE;
}
