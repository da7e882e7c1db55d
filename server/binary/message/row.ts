/** One instruction with its operands, and the memory that they lead to. */
import { bigImmediate, type Code, GENERAL, Operand } from "../code/index.ts";
import type { Constants } from "./constants.ts";
import { size as countOf } from "./intervals.ts";
import { behind, ELEMENT, type Layout, LONGEST_LIST, pointerOf } from "./layout.ts";
import { G, type State } from "./state.ts";
import {
  add,
  constant,
  field,
  type Linear,
  multiply,
  raw,
  type Source,
  truncate,
  unknown,
  type Value,
} from "./value.ts";

/** What an instruction reads besides the state. */
export interface World {
  readonly constants: Constants;
  readonly layout: Layout;
}

/** Thrown where a path needs a source's value to go on: the caller tries each. */
export class NeedsSplit extends Error {
  readonly source: Source;
  constructor(source: Source) {
    super("a table look-up");
    this.source = source;
  }
}
/** Thrown where the effect isn't understood. */
export class NotUnderstood extends Error {}

/** The most values that a look-up is tried with. */
export const MAX_SPLIT = 512;

export type Slot = 0 | 1 | 2;

/** The value of `size` bytes at the address that `address` holds. */
export function load(state: State, address: Value, size: number, world: World): Value {
  switch (address.kind) {
    case "pointer":
      return state.resolve(state.memory.read(address.region, address.offset, size));
    case "constant":
      return world.constants.read(Number(address.value), size, state.pc);
    case "linear":
      return loadThrough(state, address, size, world);
    case "unknown":
      return address.reason === G ? unknown(G) : address;
    case "text":
      return unknown("bytes of a made text");
    case "method":
      return unknown("code as data");
    case "dynamicType":
      return unknown("the dynamic type of an interface");
  }
}

function loadThrough(state: State, address: Linear, size: number, world: World): Value {
  const { source } = address;
  const possible = countOf(state.known(source));
  if (possible <= MAX_SPLIT) return lookUp(state, address, size, world);
  if (source.kind !== "field" || source.size !== 8 || address.factor !== 1n || address.signed)
    return unknown("a look-up by an unbounded index");
  const delta = Number(BigInt.asIntN(64, address.addend));
  const leaf = world.layout.leafAt(source.offset);
  if (!leaf || delta < 0) return unknown("what lies behind a field");
  if (world.layout.isText(source.offset) && [1, 2, 4, 8].includes(size))
    return raw({ kind: "bytes", offset: source.offset, at: delta, size });
  if (leaf.type.kind === "interface" && leaf.type.interfaceMethods.length > 0 && size === 8) {
    // runtime.itab: inter, type, hash, fun at 0, 8, 16, 24 in Go 1.16 to 1.27; checked by readGoBinary
    if (delta === 8) return { kind: "dynamicType", offset: source.offset };
    if (delta >= 24 && delta % 8 === 0)
      return { kind: "method", offset: source.offset, index: (delta - 24) / 8 };
  }
  const at = leaf.type.kind === "ptr" ? behind(source.offset, delta) : null;
  if (at !== null && delta + size <= (world.layout.pointee(source.offset)?.size ?? 0))
    return state.resolve(field(at, size));
  if (leaf.type.kind !== "ptr") {
    const element = delta + size <= LONGEST_LIST * ELEMENT && world.layout.isErrorList(source.offset);
    const inList = element ? behind(source.offset, delta) : null;
    return inList === null ? unknown("what lies behind a field") : state.resolve(field(inList, size));
  }
  const far = pointerOf(source.offset) !== null;
  return unknown(
    far ? "what a pointer behind a pointer leads to" : `what the pointer at offset ${source.offset} leads to`,
  );
}

/** A table of the executable indexed by a source with few values. */
function lookUp(state: State, address: Linear, size: number, world: World): Value {
  const { source } = address;
  // the n-th number of runtime.staticuint64s is n
  if (address.factor === 8n && !address.signed && address.bits === 64 && source.size === 1) {
    const table = Number(BigInt.asUintN(64, address.addend));
    if (world.constants.isIdentityTable(table)) return truncate(raw(source), size * 8, state.known);
  }
  throw new NeedsSplit(source);
}

/** Operands of one instruction, read and written. */
export class Row {
  readonly state: State;
  readonly code: Code;
  readonly i: number;
  readonly world: World;

  constructor(state: State, code: Code, i: number, world: World) {
    this.state = state;
    this.code = code;
    this.i = i;
    this.world = world;
  }

  get mnemonic(): number {
    return this.code.mnemonic[this.i]!;
  }

  kind(slot: Slot): number {
    return this.code.kind[slot][this.i]!;
  }

  /** Bytes of an operand. */
  size(slot: Slot): number {
    return this.kind(slot) === Operand.REGISTER
      ? this.code.width[slot][this.i]!
      : this.code.memorySize[this.i]!;
  }

  /** Vector register number, or -1. */
  vector(slot: Slot): number {
    const number = this.code.register[slot][this.i]!;
    const isVector =
      this.kind(slot) === Operand.REGISTER && number >= GENERAL && number < GENERAL + this.state.isa.vectors;
    return isVector ? number - GENERAL : -1;
  }

  address(): Value {
    return addressOf(this.state, this.code, this.i);
  }

  read(slot: Slot, size = this.size(slot)): Value {
    switch (this.kind(slot)) {
      case Operand.REGISTER: {
        const number = this.code.register[slot][this.i]!;
        if (number >= GENERAL) return unknown("a vector register");
        return truncate(this.state.register(number), size * 8, this.state.known);
      }
      case Operand.IMMEDIATE:
        return constant(BigInt.asUintN(Math.max(8, size * 8), bigImmediate(this.code, this.i)));
      case Operand.MEMORY:
        return load(this.state, this.address(), size, this.world);
      default:
        return unknown("an operand");
    }
  }

  write(slot: Slot, value: Value, size = this.size(slot)): void {
    if (this.kind(slot) === Operand.REGISTER) {
      const number = this.code.register[slot][this.i]!;
      if (number >= GENERAL) throw new NotUnderstood("a vector register");
      this.state.registers[number] = value;
    } else store(this.state, this.address(), size, value);
  }

  /** Flags as after comparing `value` with 0. */
  logicFlags(value: Value, bits: number): void {
    this.state.flags = { kind: "compare", a: value, b: constant(0), bits };
  }

  resultFlags(value: Value, bits: number): void {
    this.state.flags = { kind: "result", value, bits };
  }
}

/** The address of an instruction's memory operand. */
export function addressOf(state: State, code: Code, i: number): Value {
  if (code.segment[i]) return unknown("memory at an address that isn't followed");
  const base = code.base[i]!;
  const index = code.index[i]!;
  const displacement = constant(code.displacement[i]!);
  let address: Value = displacement;
  if (base < GENERAL) address = add(state.register(base), displacement, 64, state.known);
  if (index < GENERAL) {
    const scaled = multiply(state.register(index), BigInt(code.scale[i]!), 64, state.known);
    address = add(address, scaled, 64, state.known);
  }
  return state.resolve(address);
}

/** Writes `size` bytes to symbolic memory; throws where the address isn't the path's own. */
export function store(state: State, address: Value, size: number, value: Value): void {
  if (address.kind === "pointer") state.memory.write(address.region, address.offset, size, value);
  else if (address.kind === "constant") throw new NotUnderstood("it writes a variable");
  else throw new NotUnderstood("it writes to memory that isn't its own");
}
