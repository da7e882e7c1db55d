import {
  Access,
  addressTaken,
  type Callees,
  type Code,
  Flow,
  GENERAL,
  immediateOf,
  indexOf,
  isConditionalMove,
  Mnemonic,
  Operand,
  Reg,
  slotOf,
} from "./code/index.ts";
import { moved, UNKNOWN, type Word } from "./unwrap-word.ts";

/** How one path ends. */
export interface Outcome {
  /** First three result words. */
  results: [Word, Word, Word];
  /** Offsets in the object of words that are 0 on this path. */
  zero: readonly number[];
  /** Why the path isn't followed to its return; then the results aren't known. */
  lost: string | null;
}
export type Run = { outcomes: Outcome[] } | { failed: string };

interface Frame {
  code: Code;
  /** Row to go on at. */
  i: number;
}
interface State {
  code: Code;
  i: number;
  registers: Word[];
  vectors: (Word | null)[];
  slots: Map<number, Word>;
  /** Parts of the object that were copied into the frame. */
  copies: { slot: number; offset: number; size: number }[];
  sp: number;
  frames: Frame[];
  /** What the last comparison was of. */
  compared: { word: Word; zero: boolean } | null;
  /** `Outcome.zero` so far. */
  zero: readonly number[];
  steps: number;
  /** Jumps to a lower address within a function. */
  jumpsBack: number;
}

/** Where the receiver is passed on the stack, in bytes from the return address; the results are behind it. */
const RECEIVER = 8;
const MAX_STEPS = 800;
const MAX_STATES = 4096;
const MAX_ROUNDS = 3;
const MAX_DEPTH = 6;
/** runtime functions that allocate an object, or box a value that doesn't fit into an interface. */
const ALLOCATIONS =
  /^runtime\.(newobject|convT(32|64|string|slice|noptr)?|mallocgc\w*|makeslice|growslice(Buf)?|moveSlice(NoScan|NoCap)*)$/;
/** runtime functions that copy into what was allocated. */
const COPIES = /^runtime\.(typedslicecopy|memmove)$/;
/** runtime functions that give the itab of a value for another interface type. */
const CONVERSIONS = /^runtime\.(typeAssert|assertE2I2?|convI2I|getitab)$/;

/** Functions that give back a new error. */
const CONSTRUCTORS =
  /^(errors\.(New|Join)|fmt\.Errorf|github\.com\/pkg\/errors\.(New|Errorf|Wrapf?|WithStack|WithMessagef?))$/;
/** Functions that only look at what they are given. */
const TESTS = /^(errors\.(Is|is|As|as)|runtime\.(interfaceSwitch|ifaceeq|efaceeq))$/;

/** Runs a method on an unknown receiver along all its paths. */
export class MethodRun {
  readonly #decode: (address: number) => Code | null;
  readonly #callees: Callees;
  readonly #objectSize: number;
  readonly #onStack: boolean;
  readonly #outcomes: Outcome[] = [];
  readonly #work: State[] = [];
  #failed = "";

  /** `onStack`: arguments and results are passed on the stack (Go 1.16). */
  constructor(
    decode: (address: number) => Code | null,
    callees: Callees,
    objectSize: number,
    onStack: boolean,
  ) {
    this.#decode = decode;
    this.#callees = callees;
    this.#objectSize = objectSize;
    this.#onStack = onStack;
  }

  /** `receiver`: what the first argument register, or the first word above the return address, holds. */
  run(entry: number, receiver: Word): Run {
    const code = this.#decode(entry);
    if (!code || code.start !== entry) return { failed: "its code isn't in the function table" };
    const { isa } = code;
    const registers: Word[] = Array.from({ length: isa.registers }, () => UNKNOWN);
    if (!this.#onStack) registers[isa.arguments[0]!] = receiver;
    this.#work.push({
      code,
      i: 0,
      registers,
      vectors: Array.from({ length: isa.vectors }, () => null),
      slots: this.#onStack ? new Map([[RECEIVER, receiver]]) : new Map(),
      copies: [],
      sp: 0,
      frames: [],
      compared: null,
      zero: [],
      steps: 0,
      jumpsBack: 0,
    });
    for (let states = 0; this.#work.length > 0 && !this.#failed; states++) {
      if (states > MAX_STATES)
        return { failed: this.#outcomes.find(({ lost }) => lost !== null)?.lost ?? "too many paths" };
      this.#path(this.#work.pop()!);
    }
    return this.#failed ? { failed: this.#failed } : { outcomes: this.#outcomes };
  }

  #path(state: State): void {
    while (!this.#failed) {
      if (++state.steps > MAX_STEPS || state.i >= state.code.count) {
        this.#failed = "its code is too long";
        return;
      }
      // a search (the cache of an interface conversion): further rounds tell nothing new
      if (state.jumpsBack > MAX_ROUNDS) return;
      if (!this.#step(state)) return;
    }
  }

  /** Runs one row; false if the path ends. */
  #step(state: State): boolean {
    const { code, i } = state;
    switch (code.flow[i]) {
      case Flow.RETURN:
        return this.#return(state);
      case Flow.TRAP:
        return false;
      case Flow.JUMP:
        return this.#jump(state, code.target[i]!);
      case Flow.CONDITIONAL:
        return this.#branch(state);
      case Flow.CALL:
        return this.#call(state);
      case Flow.INDIRECT_CALL:
        if (this.#onStack) return this.#lose(state, "it calls through an interface or a function value");
        this.#forget(state);
        state.i++;
        return true;
      case Flow.INDIRECT_JUMP:
        return this.#lose(state, "it jumps through a table");
    }
    this.#data(state);
    state.i++;
    return true;
  }

  #return(state: State): boolean {
    const frame = state.frames.pop();
    if (!frame) {
      this.#outcomes.push({ results: this.#results(state), zero: state.zero, lost: null });
      return false;
    }
    state.code = frame.code;
    state.i = frame.i;
    state.sp += state.code.isa.callBytes;
    return true;
  }

  /** Ends a path that can't be followed. */
  #lose(state: State, why: string): false {
    this.#outcomes.push({ results: [UNKNOWN, UNKNOWN, UNKNOWN], zero: state.zero, lost: why });
    return false;
  }

  #results({ code, registers, slots }: State): Outcome["results"] {
    const [first, second, third] = code.isa.arguments;
    if (!this.#onStack) return [registers[first!]!, registers[second!]!, registers[third!]!];
    const word = (n: number) => slots.get(RECEIVER + 8 * n) ?? UNKNOWN;
    return [word(1), word(2), word(3)];
  }

  #jump(state: State, target: number): boolean {
    const inside = indexOf(state.code, target);
    if (inside >= 0) {
      if (inside <= state.i) state.jumpsBack++;
      state.i = inside;
      return true;
    }
    // a tail call: a promoted method jumps to the embedded type's
    return this.#enter(state, target);
  }

  #enter(state: State, target: number): boolean {
    const code = this.#decode(target);
    if (!code || code.start !== target) {
      return this.#lose(state, "it jumps where no function starts");
    }
    state.code = code;
    state.i = 0;
    return true;
  }

  #branch(state: State): boolean {
    const { code, i, compared } = state;
    const taken = indexOf(code, code.target[i]!);
    // the receiver isn't nil, else there is no error value
    const nilCheck = compared?.zero && compared.word.kind === "object";
    const isEqual = code.mnemonic[i] === Mnemonic.Je || code.mnemonic[i] === Mnemonic.Jne;
    const taking = taken >= 0 && !(nilCheck && isEqual && code.mnemonic[i] === Mnemonic.Je);
    const falling = !(nilCheck && isEqual && code.mnemonic[i] === Mnemonic.Jne);
    const field = compared?.zero && isEqual && compared.word.kind === "field" ? compared.word.offset : null;
    const isJe = code.mnemonic[i] === Mnemonic.Je;
    const zeroIf = (equal: boolean) => (equal && field !== null ? [...state.zero, field] : state.zero);
    if (taking && falling)
      this.#work.push({
        ...copy(state, taken),
        zero: zeroIf(isJe),
        jumpsBack: state.jumpsBack + (taken <= i ? 1 : 0),
      });
    if (falling) {
      state.i++;
      state.zero = zeroIf(!isJe);
    } else state.i = taken;
    return falling || taking;
  }

  #call(state: State): boolean {
    const { code, i } = state;
    const callee = this.#callees.of(code, i);
    const first = code.isa.arguments[0]!;
    if (!callee.returns || callee.name.startsWith("runtime.morestack")) return false;
    if (callee.name === "runtime.duffcopy") {
      this.#copyObject(state, this.#objectSize);
      state.i++;
      return true;
    }
    if (callee.helper) {
      state.i++;
      return true;
    }
    if (CONVERSIONS.test(callee.name)) {
      forgetRegisters(state);
      state.registers[first] = { kind: "converted" };
      state.i++;
      return true;
    }
    if ((ALLOCATIONS.test(callee.name) || COPIES.test(callee.name)) && !this.#onStack) {
      forgetRegisters(state);
      if (!COPIES.test(callee.name)) state.registers[first] = { kind: "new" };
      state.i++;
      return true;
    }
    const constructs = CONSTRUCTORS.test(callee.name);
    if ((constructs || TESTS.test(callee.name)) && !this.#onStack) {
      this.#forget(state);
      if (constructs) state.registers[code.isa.arguments[1]!] = { kind: "new" };
      state.i++;
      return true;
    }
    if (callee.name.startsWith("runtime.") || state.frames.length >= MAX_DEPTH)
      return this.#lose(state, `it calls ${callee.name || "an unnamed function"}`);

    state.frames.push({ code, i: i + 1 });
    state.sp -= code.isa.callBytes;
    return this.#enter(state, code.target[i]!);
  }

  /** What a call may change: registers, and variables of the frame whose address is taken. */
  #forget(state: State): void {
    forgetRegisters(state);
    for (const displacement of addressTaken(state.code)) state.slots.set(state.sp + displacement, UNKNOWN);
  }

  /** A block copy by runtime.duffcopy or REP MOVS. */
  #copyObject(state: State, size: number): void {
    const { blockCopy } = state.code.isa;
    const to = state.registers[blockCopy.to]!;
    const from = state.registers[blockCopy.from]!;
    if (to.kind === "frame" && from.kind === "object") {
      state.copies.push({
        slot: to.slot,
        offset: from.offset,
        size: Math.min(size, this.#objectSize - from.offset),
      });
    }
    state.registers[blockCopy.to] = UNKNOWN;
    state.registers[blockCopy.from] = UNKNOWN;
  }

  #data(state: State): void {
    const { code, i } = state;
    const mnemonic = code.mnemonic[i]!;
    if (mnemonic === Mnemonic.Cmp || mnemonic === Mnemonic.Test) {
      state.compared = this.#comparison(state);
      return;
    }
    if (mnemonic === Mnemonic.Movsq) {
      const count = state.registers[Reg.RCX]!;
      this.#copyObject(state, count.kind === "number" ? count.number * 8 : 8);
      state.registers[Reg.RCX] = UNKNOWN;
      return;
    }
    if (code.width[0][i] === 16 || code.width[1][i] === 16) {
      this.#vector(state, mnemonic);
      return;
    }
    if (code.memoryAccess[i]! & Access.WRITE) this.#store(state, mnemonic);
    const result = this.#result(state, mnemonic);
    this.#moveStack(state, mnemonic);
    for (let register = 0; register < code.isa.registers; register++) {
      if (!(code.writes[i]! & (1 << register)) || register === code.isa.sp) continue;
      const target = code.kind[0][i] === Operand.REGISTER && code.register[0][i] === register;
      state.registers[register] = target && code.width[0][i]! >= 4 ? result : UNKNOWN;
    }
  }

  #comparison(state: State): State["compared"] {
    const { code, i } = state;
    if (code.kind[0][i] !== Operand.REGISTER || code.width[0][i] !== 8) return null;
    const word = state.registers[code.register[0][i]!] ?? UNKNOWN;
    if (code.mnemonic[i] === Mnemonic.Test)
      return {
        word,
        zero: code.kind[1][i] === Operand.REGISTER && code.register[1][i] === code.register[0][i],
      };
    return { word, zero: code.kind[1][i] === Operand.IMMEDIATE && immediateOf(code, i) === 0 };
  }

  #result(state: State, mnemonic: number): Word {
    const { code, i } = state;
    const source = code.kind[1][i]!;
    if (
      mnemonic === Mnemonic.Xor &&
      source === Operand.REGISTER &&
      code.register[0][i] === code.register[1][i]
    )
      return { kind: "number", number: 0 };
    if (mnemonic === Mnemonic.Mov && source === Operand.IMMEDIATE)
      return { kind: "number", number: immediateOf(code, i) };
    if (isConditionalMove(mnemonic) && code.kind[0][i] === Operand.REGISTER) {
      const held = state.registers[code.register[0][i]!]!;
      const other = source === Operand.REGISTER ? state.registers[code.register[1][i]!]! : UNKNOWN;
      // a nil instead of the value is as a path that returns nil
      if (held.kind === "number" && held.number === 0) return other;
      return other.kind === "number" && other.number === 0 ? held : UNKNOWN;
    }
    if (code.width[0][i] !== 8) return UNKNOWN;
    if (mnemonic === Mnemonic.Mov && source === Operand.REGISTER)
      return state.registers[code.register[1][i]!] ?? UNKNOWN;
    if (mnemonic === Mnemonic.Mov && source === Operand.MEMORY)
      return this.#load(state, this.#address(state), 0);
    if (mnemonic === Mnemonic.Lea) return this.#address(state);
    if (mnemonic === Mnemonic.Add && source === Operand.IMMEDIATE)
      return moved(state.registers[code.register[0][i]!]!, immediateOf(code, i));
    return UNKNOWN;
  }

  #address(state: State): Word {
    const { code, i } = state;
    if (code.segment[i]) return UNKNOWN;
    if (code.base[i] === Reg.RIP) return { kind: "static", address: code.displacement[i]! };
    const slot = slotOf(code, i, state.sp);
    if (slot !== null) return { kind: "frame", slot };
    if (code.index[i] !== Reg.NONE || code.base[i]! >= GENERAL) return UNKNOWN;
    return moved(state.registers[code.base[i]!]!, code.displacement[i]!);
  }

  #load(state: State, address: Word, add: number): Word {
    if (address.kind === "object") return { kind: "field", offset: address.offset + add };
    if (address.kind === "frame") {
      const slot = address.slot + add;
      const held = state.slots.get(slot);
      if (held) return held;
      const block = state.copies.findLast((part) => slot >= part.slot && slot < part.slot + part.size);
      return block ? { kind: "field", offset: block.offset + slot - block.slot } : UNKNOWN;
    }
    if (address.kind === "static") return { kind: "variable", address: address.address + add };
    if (address.kind === "field") return { kind: "beyond", offset: address.offset, at: add };
    if (address.kind === "inside") return { kind: "beyond", offset: address.offset, at: address.at + add };
    return UNKNOWN;
  }

  #store(state: State, mnemonic: number): void {
    const { code, i } = state;
    if (mnemonic === Mnemonic.Push) return;
    const address = code.kind[0][i] === Operand.MEMORY ? this.#address(state) : UNKNOWN;
    if (address.kind !== "frame") return;
    const size = code.memorySize[i]!;
    for (let at = address.slot - 7; at < address.slot + size; at++) {
      if ((at & 7) === 0) state.slots.set(at, UNKNOWN);
    }
    if (mnemonic !== Mnemonic.Mov || size !== 8) return;
    const word: Word =
      code.kind[1][i] === Operand.REGISTER
        ? (state.registers[code.register[1][i]!] ?? UNKNOWN)
        : { kind: "number", number: immediateOf(code, i) };
    state.slots.set(address.slot, word);
  }

  /** 16-byte moves between the object and the frame. */
  #vector(state: State, mnemonic: number): void {
    const { code, i } = state;
    const moves =
      mnemonic === Mnemonic.Movups || mnemonic === Mnemonic.Movdqu || mnemonic === Mnemonic.Movaps;
    if (code.kind[0][i] === Operand.REGISTER) {
      const register = code.register[0][i]! - GENERAL;
      if (register < 0 || register >= code.isa.vectors) return;
      state.vectors[register] = moves && code.kind[1][i] === Operand.MEMORY ? this.#address(state) : null;
      return;
    }
    const address = code.kind[0][i] === Operand.MEMORY ? this.#address(state) : UNKNOWN;
    if (address.kind !== "frame") return;
    const from = moves ? state.vectors[code.register[1][i]! - GENERAL] : null;
    for (const add of [0, 8])
      state.slots.set(address.slot + add, from ? this.#load(state, from, add) : UNKNOWN);
  }

  #moveStack(state: State, mnemonic: number): void {
    const { code, i } = state;
    if (!(code.writes[i]! & (1 << code.isa.sp))) return;
    if (mnemonic === Mnemonic.Push) state.sp -= 8;
    else if (mnemonic === Mnemonic.Pop) state.sp += 8;
    else if (mnemonic === Mnemonic.Add) state.sp += immediateOf(code, i);
    else if (mnemonic === Mnemonic.Sub) state.sp -= immediateOf(code, i);
  }
}

/** What a call leaves: nothing but SP. */
function forgetRegisters(state: State): void {
  const { sp } = state.code.isa;
  state.registers = state.registers.map((word, register) => (register === sp ? word : UNKNOWN));
}

const copy = (state: State, i: number): State => ({
  ...state,
  i,
  registers: [...state.registers],
  vectors: [...state.vectors],
  slots: new Map(state.slots),
  copies: [...state.copies],
  frames: [...state.frames],
});
