/** The machine's state at one point of one path: registers, flags, memory, and what the path's branches told. */
import { ABI_REGISTERS, Reg } from "../code/index.ts";
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
  /** The prologue's check of the stack bound: never taken, since a method that ran had room. */
  | { kind: "stackCheck" }
  | { kind: "unknown"; reason: string };

export type Domain = (source: Source) => Intervals;

const GENERAL = 16;
const VECTORS = 16;
const NO_FLAGS: Flags = { kind: "unknown", reason: "flags that weren't set" };

export class State {
  readonly registers: Value[];
  /** Low and high 8 bytes of XMM0 to XMM15. */
  readonly vectors: [Value, Value][];
  flags: Flags;
  readonly memory: Memory;
  /** How often this path forked at an instruction, by address. */
  readonly forks: Map<number, number>;
  /** Forks on this path whose condition no field decides. */
  opaque: number;
  /** Calls and forks so far. */
  turns: number;
  /** Address of the instruction that runs. */
  pc = 0;
  /** Functions that hold the code of this path, outermost first: their addresses. */
  readonly calls: number[];
  readonly #known: Map<string, Intervals>;
  readonly #domain: Domain;
  #allocations: number;

  private constructor(from: State | null, memory: Memory, domain: Domain) {
    this.registers = from ? [...from.registers] : Array(GENERAL).fill(unknown("an unset register"));
    this.vectors = from
      ? from.vectors.map(([low, high]) => [low, high])
      : Array.from({ length: VECTORS }, () => [unknown("an unset register"), unknown("an unset register")]);
    this.flags = from?.flags ?? NO_FLAGS;
    this.memory = memory;
    this.forks = new Map(from?.forks);
    this.opaque = from?.opaque ?? 0;
    this.turns = from?.turns ?? 0;
    this.calls = from ? [...from.calls] : [];
    this.#known = new Map(from ? from.#known : []);
    this.#domain = domain;
    this.#allocations = from ? from.#allocations : 0;
  }

  /** At the entry of a method whose receiver is `receiver`; the object has `objectSize` bytes. */
  static entry(receiver: Value, objectSize: number, domain: Domain): State {
    const state = new State(null, Memory.of(objectSize), domain);
    state.registers[Reg.RAX] = receiver;
    state.registers[Reg.RSP] = pointer("stack", 0);
    // ABIInternal: R14 is g, X15 is zero (cmd/compile/abi-internal.md)
    state.registers[Reg.R14] = unknown(G);
    state.vectors[15] = [constant(0), constant(0)];
    return state;
  }

  clone(): State {
    return new State(this, this.memory.clone(), this.#domain);
  }

  /** A bound method for the arithmetic of value.ts. */
  readonly known: Known = (source) => this.#known.get(sourceKey(source)) ?? this.#domain(source);

  /** Restricts a source to `set` for the rest of the path. */
  learn(source: Source, set: Intervals): void {
    this.#known.set(sourceKey(source), intersect(this.known(source), set));
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
    return this.register(ABI_REGISTERS[index]!);
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
    for (let r = 0; r < GENERAL; r++) {
      if (r !== Reg.RSP && r !== Reg.RBP && r !== Reg.R14)
        this.registers[r] = unknown("a register after a call");
    }
    results.forEach((value, i) => {
      this.registers[ABI_REGISTERS[i]!] = value;
    });
    this.flags = { kind: "unknown", reason: "flags after a call" };
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
