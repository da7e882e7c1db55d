/** The effect of one instruction on a state, for those that neither jump nor call. */
import { Access, type Code, GENERAL, Mnemonic, mnemonicName, Operand, Reg } from "../code/index.ts";
import { load, NotUnderstood, Row, type Slot, store, type World } from "./row.ts";
import { G, type State } from "./state.ts";
import {
  add,
  constant,
  multiply,
  negate,
  signExtend,
  subtract,
  truncate,
  unknown,
  type Value,
} from "./value.ts";

/** Runs instruction `i` of `code`; throws NeedsSplit (with the state unchanged) or NotUnderstood. */
export function execute(state: State, code: Code, i: number, world: World): void {
  const mnemonic = code.mnemonic[i]!;
  const operation = OPERATIONS.get(mnemonic);
  if (operation) return operation(new Row(state, code, i, world));
  if (IGNORED.has(mnemonic)) return;
  if (code.memoryAccess[i]! & Access.WRITE)
    throw new NotUnderstood(`${mnemonicName(mnemonic)} writes memory`);
  for (let r = 0; r < state.registers.length; r++) {
    if (code.writes[i]! & (1 << r)) state.registers[r] = unknown(`the result of ${mnemonicName(mnemonic)}`);
  }
  const target = code.register[0][i]!;
  if (code.kind[0][i] === Operand.REGISTER && target >= GENERAL && target < GENERAL + state.isa.vectors) {
    const value = unknown(`the result of ${mnemonicName(mnemonic)}`);
    state.vectors[target - GENERAL] = [value, value];
  }
  state.flags = { kind: "unknown", reason: `flags of ${mnemonicName(mnemonic)}` };
}

type Operation = (row: Row) => void;

const bitsOf = (row: Row, slot: Slot) => row.size(slot) * 8;

const arithmetic =
  (compute: (a: Value, b: Value, bits: number, row: Row) => Value, compares = false): Operation =>
  (row) => {
    const bits = bitsOf(row, 0);
    const a = row.read(0);
    const b = row.read(1, bits / 8);
    const result = compute(a, b, bits, row);
    if (compares) row.state.flags = { kind: "compare", a, b, bits };
    else row.resultFlags(result, bits);
    row.write(0, result);
  };

const sameRegister = (row: Row) =>
  row.kind(0) === Operand.REGISTER &&
  row.kind(1) === Operand.REGISTER &&
  row.code.register[0][row.i] === row.code.register[1][row.i];

const logic =
  (compute: (a: Value, b: Value, bits: number, row: Row) => Value): Operation =>
  (row) => {
    const bits = bitsOf(row, 0);
    const result = compute(row.read(0), row.read(1, bits / 8), bits, row);
    row.logicFlags(result, bits);
    row.write(0, result);
  };

function and(a: Value, b: Value, bits: number, row: Row): Value {
  if (sameRegister(row)) return a;
  if (a.kind === "constant" && b.kind === "constant") return constant(a.value & b.value);
  const [value, mask] = a.kind === "constant" ? [b, a] : [a, b];
  if (mask.kind !== "constant") return unknown("arithmetic");
  if (mask.value === 0n) return constant(0);
  for (const width of [8, 16, 32, 64]) {
    if (mask.value === (1n << BigInt(width)) - 1n && width <= bits)
      return truncate(value, width, row.state.known);
  }
  if (mask.value === (1n << BigInt(bits)) - 1n) return value;
  return maskedBool(value, mask.value, row) ?? unknown("single bits of a field");
}

/** A mask that keeps every bit that the value can have. */
function maskedBool(value: Value, mask: bigint, row: Row): Value | null {
  if (value.kind !== "linear" || value.factor !== 1n || value.addend !== 0n || value.signed) return null;
  const top = row.state.known(value.source).at(-1)?.[1] ?? 0n;
  let needed = 1n;
  while (needed <= top) needed <<= 1n;
  return (mask & (needed - 1n)) === needed - 1n ? value : null;
}

function xor(a: Value, b: Value, bits: number, row: Row): Value {
  if (sameRegister(row)) return constant(0);
  if (a.kind === "constant" && b.kind === "constant") return constant(a.value ^ b.value);
  const [value, mask] = a.kind === "constant" ? [b, a] : [a, b];
  if (mask.kind !== "constant") return unknown("arithmetic");
  if (mask.value === 0n) return value;
  // the negation of a bool
  if (mask.value === 1n && maskedBool(value, 1n, row))
    return add(negate(value, bits, row.state.known), constant(1), bits, row.state.known);
  return unknown("single bits of a field");
}

const or = (a: Value, b: Value): Value => {
  if (a.kind === "constant" && b.kind === "constant") return constant(a.value | b.value);
  if (b.kind === "constant" && b.value === 0n) return a;
  if (a.kind === "constant" && a.value === 0n) return b;
  return unknown("single bits of a field");
};

function shift(row: Row): void {
  const bits = bitsOf(row, 0);
  const a = row.read(0);
  const by = row.read(1, 1);
  const result = shifted(row.mnemonic, a, by, bits, row);
  row.resultFlags(result, bits);
  row.write(0, result);
}

function shifted(mnemonic: number, a: Value, by: Value, bits: number, row: Row): Value {
  if (by.kind !== "constant") return unknown("a shift by a field");
  const count = by.value & (bits === 64 ? 63n : 31n);
  if (mnemonic === Mnemonic.Shl) return multiply(a, 1n << count, bits, row.state.known);
  if (a.kind !== "constant") return count === 0n ? a : unknown("bits of a field");
  if (mnemonic === Mnemonic.Shr) return constant(a.value >> count);
  return constant(BigInt.asUintN(bits, BigInt.asIntN(bits, a.value) >> count));
}

function compare(row: Row): void {
  const bits = Math.max(bitsOf(row, 0), 8);
  const a = row.read(0);
  const b = row.read(1, bits / 8);
  // the prologue compares SP, or a register made from it, with g.stackguard0
  const stackCheck = a.kind === "pointer" && a.region === "stack" && b.kind === "unknown" && b.reason === G;
  row.state.flags = stackCheck ? { kind: "stackCheck" } : { kind: "compare", a, b, bits };
}

function test(row: Row): void {
  const bits = Math.max(bitsOf(row, 0), 8);
  const a = row.read(0);
  if (a.kind === "unknown" && a.reason === G) {
    // a wrapper asks whether g panics, to tell recover of its frame: the message is the same
    row.state.flags = { kind: "compare", a: constant(0), b: constant(0), bits };
    return;
  }
  const b = row.read(1, bits / 8);
  row.logicFlags(sameRegister(row) ? a : and(a, b, bits, row), bits);
}

function bitTest(row: Row): void {
  const bits = bitsOf(row, 0);
  const base = row.read(0);
  const index = row.read(1, bits / 8);
  row.state.flags =
    base.kind === "constant" && bits >= 32
      ? { kind: "bit", mask: base.value, index, bits }
      : { kind: "unknown", reason: "single bits of a field" };
}

function increment(row: Row): void {
  const bits = bitsOf(row, 0);
  const by = constant(row.mnemonic === Mnemonic.Inc ? 1 : -1);
  const result = add(row.read(0), by, bits, row.state.known);
  row.resultFlags(result, bits);
  row.write(0, result);
}

function imul(row: Row): void {
  const bits = bitsOf(row, 0);
  const three = row.kind(2) === Operand.IMMEDIATE;
  if (row.kind(1) === Operand.NONE) {
    // the product's two halves
    row.state.registers[Reg.RAX] = unknown("arithmetic");
    row.state.registers[Reg.RDX] = unknown("arithmetic");
    row.state.flags = { kind: "unknown", reason: "arithmetic" };
    return;
  }
  const a = row.read(three ? 1 : 0, bits / 8);
  const b = row.read(three ? 2 : 1, bits / 8);
  const [value, factor] = a.kind === "constant" ? [b, a] : [a, b];
  const result =
    factor.kind === "constant" ? multiply(value, factor.value, bits, row.state.known) : unknown("arithmetic");
  row.write(0, result);
  row.resultFlags(result, bits);
}

function push(row: Row): void {
  const value = row.read(0, 8);
  const { state } = row;
  const top = add(state.register(Reg.RSP), constant(-8), 64, state.known);
  store(state, top, 8, value);
  state.registers[Reg.RSP] = top;
}

function pop(row: Row): void {
  const { state } = row;
  const top = state.register(Reg.RSP);
  const value = load(state, top, 8, row.world);
  state.registers[Reg.RSP] = add(top, constant(8), 64, state.known);
  row.write(0, value, 8);
}

function exchange(row: Row): void {
  if (row.kind(0) !== Operand.REGISTER || row.kind(1) !== Operand.REGISTER)
    throw new NotUnderstood("an atomic exchange");
  const a = row.read(0);
  row.write(0, row.read(1));
  row.write(1, a);
}

/** Moves that involve an XMM register; `size` bytes, the rest of a register target becomes zero. */
function moveVector(row: Row): void {
  const size = vectorSize(row);
  const to = row.vector(0);
  const from = row.vector(1);
  const { state } = row;
  let low: Value;
  let high: Value = constant(0);
  if (from >= 0) [low, high] = state.vectors[from]!;
  else if (row.kind(1) === Operand.REGISTER) low = row.read(1);
  else {
    const address = row.address();
    low = load(state, address, Math.min(size, 8), row.world);
    if (size === 16) high = load(state, add(address, constant(8), 64, state.known), 8, row.world);
  }
  if (to >= 0) state.vectors[to] = [low, size === 16 || from >= 0 ? high : constant(0)];
  else if (row.kind(0) === Operand.REGISTER) row.write(0, truncate(low, size * 8, state.known));
  else {
    const address = row.address();
    store(state, address, Math.min(size, 8), size < 8 ? truncate(low, size * 8, state.known) : low);
    if (size === 16) store(state, add(address, constant(8), 64, state.known), 8, high);
  }
}

function vectorSize(row: Row): number {
  const memory = row.code.memorySize[row.i]!;
  if (memory > 0) return memory;
  return Math.min(row.size(0), row.size(1));
}

function xorVector(row: Row): void {
  const to = row.vector(0);
  if (to < 0) throw new NotUnderstood("a vector operation");
  const zero = row.vector(1) === to;
  const value = zero ? constant(0) : unknown("a vector operation");
  row.state.vectors[to] = [value, value];
}

function leaAddress(row: Row): void {
  const bits = bitsOf(row, 0);
  row.write(0, truncate(row.address(), bits, row.state.known));
}

/** Fills or copies with RCX, RDI and RSI, eight bytes a step. */
function repeat(row: Row): void {
  const { state, world } = row;
  const count = state.register(Reg.RCX);
  if (count.kind !== "constant" || count.value > 512n) throw new NotUnderstood("a repeated store");
  const copies = row.mnemonic === Mnemonic.Movsq;
  let to = state.register(Reg.RDI);
  let from = state.register(Reg.RSI);
  for (let n = 0n; n < count.value; n++) {
    store(state, to, 8, copies ? load(state, from, 8, world) : state.register(Reg.RAX));
    to = add(to, constant(8), 64, state.known);
    from = add(from, constant(8), 64, state.known);
  }
  state.registers[Reg.RCX] = constant(0);
  state.registers[Reg.RDI] = to;
  if (copies) state.registers[Reg.RSI] = from;
}

const extendSign: Operation = (row) =>
  row.write(0, signExtend(row.read(1), bitsOf(row, 1), bitsOf(row, 0), row.state.known));

const IGNORED = new Set<number>([Mnemonic.Nop, Mnemonic.Pause, Mnemonic.Prefetcht0, Mnemonic.Endbr64]);

const OPERATIONS = new Map<number, Operation>([
  [Mnemonic.Mov, (row) => row.write(0, row.read(1, row.size(0)))],
  [Mnemonic.Movzx, (row) => row.write(0, row.read(1))],
  [Mnemonic.Movsx, extendSign],
  [Mnemonic.Movsxd, extendSign],
  [Mnemonic.Lea, leaAddress],
  [Mnemonic.Add, arithmetic((a, b, bits, row) => add(a, b, bits, row.state.known))],
  [
    Mnemonic.Sub,
    arithmetic(
      (a, b, bits, row) => (sameRegister(row) ? constant(0) : subtract(a, b, bits, row.state.known)),
      true,
    ),
  ],
  [Mnemonic.Inc, increment],
  [Mnemonic.Dec, increment],
  [
    Mnemonic.Neg,
    (row) => {
      const bits = bitsOf(row, 0);
      const result = negate(row.read(0), bits, row.state.known);
      row.write(0, result);
      row.resultFlags(result, bits);
    },
  ],
  [Mnemonic.And, logic(and)],
  [Mnemonic.Or, logic(or)],
  [Mnemonic.Xor, logic(xor)],
  [Mnemonic.Shl, shift],
  [Mnemonic.Shr, shift],
  [Mnemonic.Sar, shift],
  [Mnemonic.Imul, imul],
  [Mnemonic.Cmp, compare],
  [Mnemonic.Test, test],
  [Mnemonic.Bt, bitTest],
  [Mnemonic.Push, push],
  [Mnemonic.Pop, pop],
  [Mnemonic.Xchg, exchange],
  [Mnemonic.Movups, moveVector],
  [Mnemonic.Movaps, moveVector],
  [Mnemonic.Movdqu, moveVector],
  [Mnemonic.Movdqa, moveVector],
  [Mnemonic.Movq, moveVector],
  [Mnemonic.Movd, moveVector],
  [Mnemonic.Movsd, moveVector],
  [Mnemonic.Movss, moveVector],
  [Mnemonic.Pxor, xorVector],
  [Mnemonic.Xorps, xorVector],
  [Mnemonic.Stosq, repeat],
  [Mnemonic.Movsq, repeat],
]);
