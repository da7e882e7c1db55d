/** The machine's state at one point of one path: registers, flags, memory, and what the path's branches told. */
import type { Isa } from "../code/index.ts";
import { everything, type Intervals, intersect, single } from "./intervals.ts";
import { Memory } from "./memory.ts";
import { literal, type Text } from "./text.ts";
import {
  constant,
  field,
  isRaw,
  type Known,
  pointer,
  type Region,
  type Source,
  sourceBits,
  sourceKey,
  unknown,
  type Value,
} from "./value.ts";

/** What the last flag-setting instruction left, from which each condition can be told. */
export type Flags =
  /** CMP a, b (or an operation whose flags are as after comparing its result with 0). */
  | { kind: "compare"; a: Value; b: Value; bits: number }
  /** Only zero and sign are known: those of `value`. */
  | { kind: "result"; value: Value; bits: number }
  /** BT: carry is bit `index` of the constant `mask`, both of `bits` bits. Nothing else is known. */
  | { kind: "bit"; mask: bigint; index: Value; bits: number }
  /** The prologue's check of the stack bound: never taken, since a method that ran had room. */
  | { kind: "stackCheck" }
  | { kind: "unknown"; reason: string };

export type Domain = (source: Source) => Intervals;

const NO_FLAGS: Flags = { kind: "unknown", reason: "flags that weren't set" };
const FLAGS_AFTER_CALL: Flags = { kind: "unknown", reason: "flags after a call" };
const UNSET = unknown("an unset register");
const AFTER_CALL = unknown("a register after a call");

export class State {
  readonly isa: Isa;
  readonly registers: Value[];
  /** Low and high 8 bytes of the vector registers. */
  readonly vectors: (readonly [Value, Value])[];
  flags: Flags;
  readonly memory: Memory;
  /** How often this path forked at an instruction, by address. Copies share it until one of them forks. */
  #forks: ReadonlyMap<number, number>;
  /** Forks on this path whose condition no field decides. */
  opaque: number;
  /** Calls and forks so far. */
  turns: number;
  /** Address of the instruction that runs. */
  pc = 0;
  /** Functions that hold the code of this path, outermost first: their addresses. */
  calls: readonly number[];
  /** Copies share it until one of them learns. */
  #known: ReadonlyMap<string, Intervals>;
  readonly #domain: Domain;
  #allocations: number;

  private constructor(isa: Isa, from: State | null, memory: Memory, domain: Domain) {
    this.isa = isa;
    this.registers = from ? from.registers.slice() : Array(isa.registers).fill(UNSET);
    this.vectors = from ? from.vectors.slice() : Array(isa.vectors).fill([UNSET, UNSET]);
    this.flags = from?.flags ?? NO_FLAGS;
    this.memory = memory;
    this.#forks = from ? from.#forks : new Map();
    this.opaque = from?.opaque ?? 0;
    this.turns = from?.turns ?? 0;
    this.calls = from?.calls ?? [];
    this.#known = from ? from.#known : new Map();
    this.#domain = domain;
    this.#allocations = from ? from.#allocations : 0;
  }

  /** At the entry of a method whose receiver is `receiver`; the object has `objectSize` bytes. */
  static entry(isa: Isa, receiver: Value, objectSize: number, domain: Domain): State {
    const state = new State(isa, null, Memory.of(objectSize), domain);
    state.registers[isa.arguments[0]!] = receiver;
    state.registers[isa.sp] = pointer("stack", 0);
    state.registers[isa.g] = unknown(G);
    if (isa.zeroVector >= 0) state.vectors[isa.zeroVector] = [constant(0), constant(0)];
    return state;
  }

  clone(): State {
    return new State(this.isa, this, this.memory.clone(), this.#domain);
  }

  /** A bound method for the arithmetic of value.ts. */
  readonly known: Known = (source) => this.#known.get(sourceKey(source)) ?? this.#domain(source);

  /** Restricts a source to `set` for the rest of the path. */
  learn(source: Source, set: Intervals): void {
    this.#known = new Map(this.#known).set(sourceKey(source), intersect(this.known(source), set));
  }

  /** Counts a fork at `pc`: how many there were on this path, that one too. */
  forked(pc: number): number {
    const count = (this.#forks.get(pc) ?? 0) + 1;
    this.#forks = new Map(this.#forks).set(pc, count);
    return count;
  }

  /** The value with what the path knows put in: a source with one possible value becomes a constant. */
  resolve(value: Value): Value {
    if (value.kind !== "linear") return value;
    const only = single(this.known(value.source));
    if (only === null) return value;
    const bits = sourceBits(value.source);
    const extended = value.signed ? BigInt.asIntN(bits, only) : only;
    return constant(BigInt.asUintN(value.bits, extended * value.factor + value.addend));
  }

  register(number: number): Value {
    return this.resolve(this.registers[number] ?? unknown("a register"));
  }

  /** Integer argument `index` of ABIInternal. */
  argument(index: number): Value {
    return this.register(this.isa.arguments[index]!);
  }

  /** A fresh, zeroed region of memory. */
  allocate(): Region {
    return this.#allocations++;
  }

  /** Makes the next allocation differ from all of `other`'s too. */
  allocateAfter(other: State): void {
    this.#allocations = Math.max(this.#allocations, other.#allocations);
  }

  /** Sets integer results of ABIInternal; everything else that a call may change is forgotten. */
  returns(...results: Value[]): void {
    const { sp, fp, g } = this.isa;
    for (let r = 0; r < this.registers.length; r++) {
      if (r !== sp && r !== fp && r !== g) this.registers[r] = AFTER_CALL;
    }
    results.forEach((value, i) => {
      this.registers[this.isa.arguments[i]!] = value;
    });
    this.flags = FLAGS_AFTER_CALL;
  }

  returnsText(text: Text): void {
    const [first, ...rest] = text.parts;
    if (first?.kind === "string" && rest.length === 0)
      this.returns(field(first.offset, 8), field(first.offset + 8, 8));
    else this.returns({ kind: "text", word: "pointer", text }, textLength(text));
  }
}

/** The reason of a value that comes from runtime.g. */
export const G = "runtime.g";

/** The length word of a text: a constant where no field is in it. */
export function textLength(text: Text): Value {
  const parts = text.parts;
  if (parts.every((part) => part.kind === "text")) {
    const joined = parts.map((part) => (part.kind === "text" ? part.text : "")).join("");
    return constant(new TextEncoder().encode(joined).length);
  }
  return { kind: "text", word: "length", text };
}

export const textOf = (text: string): Text => ({ parts: literal(text) });

/** The field offset of an unchanged 8-byte word of the object, else null. */
export function wordField(value: Value): number | null {
  return isRaw(value) && value.source.kind === "field" && value.source.size === 8
    ? value.source.offset
    : null;
}

export const wholeDomain: Domain = (source) => everything(sourceBits(source));
