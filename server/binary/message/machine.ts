/**
 * Follows every path through a method's machine code (ABIInternal: cmd/compile/abi-internal.md) and through the
 * functions it calls, within a budget. Calls of functions that are modelled aren't followed.
 */
import {
  type Code,
  type Decodes,
  decoderFor,
  Flow,
  GENERAL,
  indexOf,
  isConditionalMove,
  isConditionalSet,
  pcOf,
} from "../code/index.ts";
import type { GoBinary } from "../model.ts";
import { callInterface, callPointerField } from "./causes.ts";
import { truthOf } from "./conditions.ts";
import { Constants, type UsesFound } from "./constants.ts";
import { execute } from "./execute.ts";
import { complement, intersect, only } from "./intervals.ts";
import { type Layout, LONGEST_LIST } from "./layout.ts";
import { modelOf } from "./models.ts";
import { bind, done, ends, type Outcome, panic, stop } from "./outcome.ts";
import { addressOf, load, NeedsSplit, NotUnderstood, store, type World } from "./row.ts";
import type { State } from "./state.ts";
import { partsOf, resultText } from "./template.ts";
import { add, constant, type Source, sourceBits, type Value } from "./value.ts";

/**
 * Instructions that one method may take over all paths, so that analysis ends soon whatever the file holds. The longest
 * method understood so far took 9,300.
 */
const MAX_STEPS = 10_000;
/** Ends of paths. */
const MAX_ENDS = 4_000;
/**
 * Paths that aren't understood to their end, for each that is and one more: beyond, the others aren't either. Of the methods
 * that are understood in part, the one with most such paths before the first other one has 35.
 */
const MAX_STOPS = 48;
/** Calls in calls. */
const MAX_CALLS = 12;
/** Forks at one instruction on one path: more is a loop over data. */
const MAX_FORKS = 3;
/** Instructions before the call of gcWriteBarrierN: it takes at most eight pointers. */
const MAX_BARRIER = 16;
/** Forks on one path that no field decides. */
const MAX_OPAQUE = 4;
/** Calls and forks on one path: each takes a piece of our own stack. */
const MAX_TURNS = 400;
/** A function's results are joined into one text when its paths end in more than this many ways. */
const MAX_APART = 4;

export interface Budget {
  steps: number;
  ends: number;
  stops: number;
}

/** Decoded functions and facts of one binary, shared by all its methods. */
export class Program {
  readonly binary: GoBinary;
  readonly constants: Constants;
  readonly #disassembler: Decodes;
  readonly #code = new Map<number, Code | null>();

  constructor(binary: GoBinary, found?: UsesFound) {
    this.binary = binary;
    this.#disassembler = decoderFor(binary.arch);
    this.constants = new Constants(binary, (pc) => this.codeAt(pc), found);
  }

  /** The function that holds `pc`, decoded; null if there's none or it's too long to be of use. */
  codeAt(pc: number): Code | null {
    const { functions, image } = this.binary;
    const index = functions.find(pc);
    if (index < 0) return null;
    let code = this.#code.get(index);
    if (code === undefined) {
      const start = functions.entry(index);
      const length = functions.end(index) - start;
      const bytes = length > 0 && length < 1 << 16 ? image.bytes(start, length) : null;
      code = bytes ? this.#disassembler.decode(bytes, start) : null;
      this.#code.set(index, code);
    }
    return code;
  }

  nameAt(pc: number): string {
    const index = this.binary.functions.find(pc);
    return index < 0 ? "" : this.binary.functions.name(index);
  }

  free(): void {
    this.#disassembler.free();
  }
}

export class Machine implements World {
  readonly program: Program;
  readonly layout: Layout;
  readonly #budget: Budget = { steps: MAX_STEPS, ends: MAX_ENDS, stops: MAX_STOPS };

  constructor(program: Program, layout: Layout) {
    this.program = program;
    this.layout = layout;
  }

  get constants(): Constants {
    return this.program.constants;
  }

  /** Calls the function at `target` with the arguments in `state`; its ends are just after the return. */
  call(state: State, target: number): Outcome<State> {
    const name = this.program.nameAt(target);
    if (++state.turns > MAX_TURNS) return stop(`too many calls, at ${name}`);
    const model = modelOf(name);
    if (model) return this.#counted(model(this, state));
    const cause = callPointerField(this, state, target);
    if (cause) return done(cause);
    if (state.calls.length >= MAX_CALLS) return stop(`calls nested too deep, at ${name}`);
    const { sp, callBytes } = state.isa;
    const top = add(state.register(sp), constant(-callBytes), 64, state.known);
    if (top.kind !== "pointer") return stop("a stack that isn't followed");
    // a callee reads its return address only to return
    if (callBytes > 0) store(state, top, callBytes, constant(0));
    state.registers[sp] = top;
    const entry = this.program.codeAt(target);
    if (!entry) return stop(`a call of unknown code`);
    state.calls = [...state.calls, entry.start];
    const before = state.clone();
    const outcome = bind(this.#run(state, target), (end) => {
      end.calls = end.calls.slice(0, -1);
      return done(end);
    });
    return this.#joined(outcome, before, top.offset + callBytes);
  }

  /**
   * Makes one text of the results of a function that returns many and changes nothing that outlives it, so that a caller
   * needn't be followed once for each.
   */
  #joined(outcome: Outcome<State>, before: State, stackFrom: number): Outcome<State> {
    const all = ends(outcome);
    if (all.length <= MAX_APART) return outcome;
    if (!all.every((end) => end.memory.sameAbove(before.memory, stackFrom) && resultText(this, end) !== null))
      return outcome;
    const parts = partsOf(this, outcome);
    const result = before.clone();
    for (const end of all) result.allocateAfter(end);
    result.calls = result.calls.slice(0, -1);
    const { sp, fp } = result.isa;
    result.registers[sp] = { kind: "pointer", region: "stack", offset: stackFrom };
    result.registers[fp] = all[0]!.registers[fp]!;
    result.returnsText({ parts });
    return done(result);
  }

  /** Takes a path that is not understood from the budget. */
  #counted(outcome: Outcome<State>): Outcome<State> {
    if (outcome.kind === "stop") this.#budget.stops--;
    return outcome;
  }

  /** Runs from `pc` until the function that holds it returns. */
  #run(state: State, pc: number): Outcome<State> {
    let code = this.program.codeAt(pc);
    let i = code ? indexOf(code, pc) : -1;
    while (code && i >= 0) {
      if (this.#budget.steps-- <= 0) return stop("too many instructions");
      if (this.#budget.stops <= 0) return stop("too many ways that aren't understood");
      const flow = code.flow[i]!;
      state.pc = pcOf(code, i);
      try {
        switch (flow) {
          case Flow.NEXT:
            if (isConditional(code, i)) return this.#conditionalMove(state, code, i);
            execute(state, code, i, this);
            i++;
            break;
          case Flow.JUMP: {
            const target = code.target[i]!;
            if (target < code.start || target >= code.end) return this.#tailCall(state, target);
            i = indexOf(code, target);
            break;
          }
          case Flow.CONDITIONAL: {
            const next = this.#conditionalJump(state, code, i);
            if (typeof next !== "number") return next;
            i = next;
            break;
          }
          case Flow.CALL: {
            const from = code;
            const at = i;
            return bind(this.call(state, code.target[i]!), (after) => this.#goOn(after, from, at + 1));
          }
          case Flow.INDIRECT_CALL: {
            const from = code;
            const at = i;
            return bind(this.#indirectCall(state, code, i), (after) => this.#goOn(after, from, at + 1));
          }
          case Flow.INDIRECT_JUMP:
            return this.#indirectJump(state, code, i);
          case Flow.RETURN: {
            if (this.#budget.ends-- <= 0) return stop("too many paths");
            popReturnAddress(state);
            if (state.calls.length === 1) this.#budget.stops += MAX_STOPS;
            return done(state);
          }
          default:
            return panic;
        }
      } catch (error) {
        if (error instanceof NeedsSplit) return this.#split(state, error.source, pcOf(code, i));
        if (error instanceof NotUnderstood)
          return this.#counted(stop(`${error.message}, in ${this.program.nameAt(code.start)}`));
        throw error;
      }
      if (i >= code.count) break;
    }
    code = null;
    return stop("code that can't be followed");
  }

  #goOn(state: State, code: Code, i: number): Outcome<State> {
    return i < code.count ? this.#run(state, pcOf(code, i)) : panic;
  }

  /** A jump to another function: it returns in this one's stead. */
  #tailCall(state: State, target: number): Outcome<State> {
    popReturnAddress(state);
    return this.call(state, target);
  }

  #indirectCall(state: State, code: Code, i: number): Outcome<State> {
    return this.callValue(state, targetOf(state, code, i, this));
  }

  /** Calls code whose address is symbolic. */
  callValue(state: State, target: Value): Outcome<State> {
    if (target.kind === "constant") return this.call(state, Number(target.value));
    if (target.kind === "method") return callInterface(this, state, target.offset, target.index);
    return stop("a call of a function value");
  }

  #indirectJump(state: State, code: Code, i: number): Outcome<State> {
    const target = targetOf(state, code, i, this);
    if (target.kind !== "constant") {
      if (target.kind !== "method") return stop("a jump by a computed address");
      popReturnAddress(state);
      return this.callValue(state, target);
    }
    const pc = Number(target.value);
    return pc >= code.start && pc < code.end ? this.#run(state, pc) : this.#tailCall(state, pc);
  }

  /** The index of the next instruction, or where both ways lead. */
  #conditionalJump(state: State, code: Code, i: number): number | Outcome<State> {
    const target = code.target[i]!;
    const jump = (taken: State): Outcome<State> =>
      target >= code.start && target < code.end ? this.#run(taken, target) : this.#tailCall(taken, target);
    if (code.condition[i] === 0) return stop("a jump whose condition isn't known");
    const truth = truthOf(state, code.condition[i]!);
    // what the collector is told beside the store changes nothing that the method sees
    if (truth.kind === "opaque" && target >= code.start && target < code.end) {
      if (this.#tellsCollector(code, i + 1)) return indexOf(code, target);
      if (this.#tellsCollector(code, indexOf(code, target))) return i + 1;
    }
    if (truth.kind !== "known")
      return this.#fork(state, pcOf(code, i), truth, jump, (s) => this.#goOn(s, code, i + 1));
    if (!truth.value) return i + 1;
    if (target < code.start || target >= code.end) return this.#tailCall(state, target);
    return indexOf(code, target);
  }

  /** True for the code behind a test of runtime.writeBarrier: it begins with a few loads, then calls gcWriteBarrierN. */
  #tellsCollector(code: Code, from: number): boolean {
    for (let i = from; i < Math.min(from + MAX_BARRIER, code.count); i++) {
      if (code.flow[i] === Flow.CALL)
        return this.program.nameAt(code.target[i]!).startsWith("runtime.gcWriteBarrier");
      if (code.flow[i] !== Flow.NEXT) return false;
    }
    return false;
  }

  /** CMOVcc and SETcc: both results, each on a path of its own. */
  #conditionalMove(state: State, code: Code, i: number): Outcome<State> {
    const truth = truthOf(state, code.condition[i]!);
    const go = (taken: boolean) => (s: State) => {
      applyConditional(s, code, i, taken, this);
      return this.#goOn(s, code, i + 1);
    };
    if (truth.kind === "known") return go(truth.value)(state);
    return this.#fork(state, pcOf(code, i), truth, go(true), go(false));
  }

  #fork(
    state: State,
    pc: number,
    truth: Exclude<ReturnType<typeof truthOf>, { kind: "known" }>,
    yes: (state: State) => Outcome<State>,
    no: (state: State) => Outcome<State>,
  ): Outcome<State> {
    const count = state.forked(pc);
    const isListEnd = truth.kind === "source" && this.layout.isListLength(truth.source);
    if (count > (isListEnd ? LONGEST_LIST + 1 : MAX_FORKS))
      return this.#counted(stop(`a loop over data, in ${this.program.nameAt(pc)}`));
    if (++state.turns > MAX_TURNS) return stop("too many branches");
    const other = state.clone();
    if (truth.kind === "opaque") {
      if (state.opaque >= MAX_OPAQUE)
        return this.#counted(stop(`${truth.reason}, in ${this.program.nameAt(pc)}`));
      state.opaque++;
      other.opaque++;
      const reason = `${truth.reason}, in ${this.program.nameAt(pc)}`;
      return { kind: "opaque", reason, yes: yes(state), no: no(other) };
    }
    const { source, set } = truth;
    state.learn(source, set);
    other.learn(source, complement(set, sourceBits(source)));
    return { kind: "branch", source, set, yes: yes(state), no: no(other) };
  }

  #split(state: State, source: Source, pc: number): Outcome<State> {
    const cases: [bigint, Outcome<State>][] = [];
    for (const [low, high] of state.known(source)) {
      for (let value = low; value <= high; value++) {
        const one = state.clone();
        one.learn(source, intersect(one.known(source), only(value)));
        cases.push([value, this.#run(one, pc)]);
      }
    }
    return { kind: "split", source, cases };
  }
}

function popReturnAddress(state: State): void {
  const { sp, callBytes } = state.isa;
  state.registers[sp] = add(state.register(sp), constant(callBytes), 64, state.known);
}

function targetOf(state: State, code: Code, i: number, world: World): Value {
  const register = code.register[0][i]!;
  return register < GENERAL ? state.register(register) : load(state, addressOf(state, code, i), 8, world);
}

const isConditional = (code: Code, i: number): boolean =>
  code.condition[i] !== 0 && (isSet(code, i) || isConditionalMove(code.mnemonic[i]!));
const isSet = (code: Code, i: number) => isConditionalSet(code.mnemonic[i]!);

function applyConditional(state: State, code: Code, i: number, taken: boolean, world: World): void {
  const target = code.register[0][i]!;
  if (isSet(code, i)) {
    if (target < GENERAL) state.registers[target] = constant(taken ? 1 : 0);
    else store(state, addressOf(state, code, i), 1, constant(taken ? 1 : 0));
  } else if (taken) {
    const source = code.register[1][i]!;
    state.registers[target] =
      source < GENERAL
        ? state.register(source)
        : load(state, addressOf(state, code, i), code.memorySize[i]!, world);
  }
}
