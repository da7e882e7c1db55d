import {
  Decoder,
  DecoderOptions,
  EncodingKind,
  FlowControl,
  Instruction,
  InstructionInfoFactory,
  MemorySizeExt,
  Mnemonic,
  OpAccess,
  OpKind,
  Register,
} from "iced-x86";
import { amd64 } from "./amd64.ts";
import { Access, type Code, Flow, isZeroing, Operand } from "./code.ts";
import { Columns, clear } from "./columns.ts";
import type { Decodes } from "./isa.ts";
import { LEGACY_PREFIXES } from "./probeable.ts";
import { Reg, registerNumber, registerWidth } from "./registers.ts";
import { type Constants, EncodedForms } from "./x86-forms.ts";

/** What doesn't change between two instructions of one opcode form, so that iced's slow analysis runs once a form. */
interface Form {
  /** Bit k: operand k is written. */
  operandWrites: number;
  operandReads: number;
  implicitWrites: number;
  implicitReads: number;
  access: number;
  memorySize: number;
  condition: number;
}

const FLOWS = new Map<FlowControl, number>([
  [FlowControl.Next, Flow.NEXT],
  [FlowControl.UnconditionalBranch, Flow.JUMP],
  [FlowControl.IndirectBranch, Flow.INDIRECT_JUMP],
  [FlowControl.ConditionalBranch, Flow.CONDITIONAL],
  [FlowControl.Return, Flow.RETURN],
  [FlowControl.Call, Flow.CALL],
  [FlowControl.IndirectCall, Flow.INDIRECT_CALL],
  [FlowControl.XbeginXabortXend, Flow.NEXT],
]);

const isWrite = (access: OpAccess) =>
  access === OpAccess.Write ||
  access === OpAccess.CondWrite ||
  access === OpAccess.ReadWrite ||
  access === OpAccess.ReadCondWrite;

const isRead = (access: OpAccess) => access !== OpAccess.Write && access !== OpAccess.NoMemAccess;

/** The longest function that is decoded, in bytes: real ones stay below 2 MB; more is a damaged table. */
export const MAX_FUNCTION = 16 << 20;

/** What all disassemblers of this thread have learnt. */
const learnt = new EncodedForms();

/** Decodes functions. Holds iced's objects and scratch space: make one, use it for many functions, then `free` it. */
export class Disassembler implements Decodes {
  readonly #instruction = new Instruction();
  readonly #info = new InstructionInfoFactory();
  readonly #forms = new Map<number, Form>();
  readonly #columns = new Columns(amd64);
  readonly #learns: boolean;

  /** `learns`: false asks iced for every instruction, at five times the time. */
  constructor({ learns = true } = {}) {
    this.#learns = learns;
  }

  free(): void {
    this.#instruction.free();
    this.#info.free();
  }

  /**
   * Decodes `bytes` that lie at static address `start`. Undecodable bytes become one-byte rows with flow TRAP.
   * Throws RangeError above 16 MiB.
   */
  decode(bytes: Uint8Array, start: number): Code {
    return this.#columns.sliced(start, start + bytes.length, this.#rows(bytes, start));
  }

  /** As `decode`, for a result that is done with before this disassembler decodes again: its columns are used then. */
  decodeForNow(bytes: Uint8Array, start: number): Code {
    const count = this.#rows(bytes, start);
    return this.#columns.shared(start, start + bytes.length, count);
  }

  /** Fills the columns; returns how many rows. */
  #rows(bytes: Uint8Array, start: number): number {
    if (bytes.length > MAX_FUNCTION)
      throw new RangeError(`a function of ${bytes.length} bytes is not decoded`);
    const columns = this.#columns;
    let decoder: Decoder | null = null;
    let n = 0;
    let offset = 0;
    try {
      while (offset < bytes.length) {
        if (n === columns.capacity) columns.grow();
        if (this.#learns) {
          const filled = learnt.fill(columns, n, columns.capacity, bytes, offset, start);
          if (filled > n) {
            n = filled;
            offset = columns.rows.offset[n - 1]! + columns.rows.length[n - 1]!;
            continue;
          }
        }
        decoder ??= new Decoder(64, bytes, DecoderOptions.None);
        this.#ask(decoder, n, bytes, offset, start);
        offset += columns.rows.length[n++]!;
      }
    } finally {
      decoder?.free();
    }
    return n;
  }

  /** Row `n` by iced's account of the instruction at `offset`, and what may be learnt from it. */
  #ask(decoder: Decoder, n: number, bytes: Uint8Array, offset: number, start: number): void {
    const { rows } = this.#columns;
    const instruction = this.#instruction;
    // ip is relative to `start`, so that iced's 64-bit values stay small
    decoder.position = offset;
    decoder.ip = BigInt(offset);
    decoder.decodeOut(instruction);
    clear(rows, n);
    rows.offset[n] = offset;
    rows.length[n] = instruction.length;
    this.#row(rows, n, instruction, start);
    if (!this.#learns || instruction.encoding !== EncodingKind.Legacy) return;
    if (instruction.mnemonic === Mnemonic.INVALID || hasAddressSize(bytes, offset)) return;
    const constants = constantsOf(decoder, instruction);
    if (constants) learnt.learn(this.#columns, n, bytes, offset, start, constants);
  }

  #row(rows: Code, n: number, instruction: Instruction, start: number): void {
    const mnemonic = instruction.mnemonic;
    rows.mnemonic[n] = mnemonic;
    const flow =
      mnemonic === Mnemonic.Syscall ? Flow.NEXT : (FLOWS.get(instruction.flowControl) ?? Flow.TRAP);
    rows.flow[n] = mnemonic === Mnemonic.Hlt || mnemonic === Mnemonic.INVALID ? Flow.TRAP : flow;
    if (mnemonic === Mnemonic.INVALID) return;
    const form = this.#form(instruction);
    rows.condition[n] = form.condition;
    let writes = form.implicitWrites;
    let reads = form.implicitReads;
    const operands = Math.min(3, instruction.opCount);
    for (let k = 0; k < operands; k++) {
      const opKind = instruction.opKind(k);
      if (opKind === OpKind.Register) {
        const register = instruction.opRegister(k);
        const number = registerNumber(register);
        rows.kind[k as 0 | 1 | 2][n] = Operand.REGISTER;
        rows.register[k as 0 | 1 | 2][n] = number;
        rows.width[k as 0 | 1 | 2][n] = registerWidth(register);
        if (form.operandWrites & (1 << k) && number < 16) writes |= 1 << number;
        if (form.operandReads & (1 << k) && number < 16) reads |= 1 << number;
      } else {
        rows.kind[k as 0 | 1 | 2][n] = operandKind(opKind);
        if (opKind === OpKind.Memory) memoryOperand(rows, n, instruction, form, start);
        else if (opKind === OpKind.NearBranch64)
          // relative to `start`: a target before it wraps around
          rows.target[n] = start + Number(BigInt.asIntN(64, instruction.nearBranch64));
        else if (opKind >= OpKind.Immediate8 && opKind <= OpKind.Immediate32to64) {
          const immediate = BigInt.asIntN(64, instruction.immediate(k));
          rows.immediateLow[n] = Number(BigInt.asIntN(32, immediate));
          rows.immediateHigh[n] = Number(BigInt.asIntN(32, immediate >> 32n));
        }
      }
    }
    if (rows.base[n]! < 16) reads |= 1 << rows.base[n]!;
    if (rows.index[n]! < 16) reads |= 1 << rows.index[n]!;
    rows.writes[n] = writes;
    rows.reads[n] = isZeroing(rows, n) ? 0 : reads;
    // string instructions name their memory by implicit registers
    rows.memoryAccess[n] = form.access;
  }

  #form(instruction: Instruction): Form {
    // a REP prefix adds implicit registers to a form, and r/m operands are memory in some instructions only
    const memory = instruction.op0Kind === OpKind.Memory ? 1 : instruction.op1Kind === OpKind.Memory ? 2 : 0;
    const third = instruction.opCount > 2 && instruction.op2Kind === OpKind.Memory ? 3 : memory;
    const prefix = (instruction.hasRepPrefix ? 1 : 0) + (instruction.hasRepnePrefix ? 2 : 0);
    const key = instruction.code * 16 + third * 4 + prefix;
    const known = this.#forms.get(key);
    if (known) return known;
    const form = this.#analyse(instruction);
    this.#forms.set(key, form);
    return form;
  }

  #analyse(instruction: Instruction): Form {
    const info = this.#info.info(instruction);
    let operandWrites = 0;
    let operandReads = 0;
    let access = 0;
    // general registers named by operands, so that what is left of the used ones is implicit
    let written = 0;
    let named = 0;
    for (let k = 0; k < instruction.opCount; k++) {
      const opAccess = info.opAccess(k);
      const number =
        instruction.opKind(k) === OpKind.Register ? registerNumber(instruction.opRegister(k)) : Reg.NONE;
      const bit = number < 16 ? 1 << number : 0;
      named |= bit;
      if (isRead(opAccess) && opAccess !== OpAccess.None) operandReads |= 1 << k;
      if (!isWrite(opAccess)) continue;
      operandWrites |= 1 << k;
      written |= bit;
    }
    for (const register of [instruction.memoryBase, instruction.memoryIndex]) {
      if (registerNumber(register) < 16) named |= 1 << registerNumber(register);
    }
    let implicitWrites = 0;
    let implicitReads = 0;
    for (const used of info.usedRegisters()) {
      const number = registerNumber(used.register);
      const bit = number < 16 ? 1 << number : 0;
      if (isWrite(used.access) && !(written & bit)) implicitWrites |= bit;
      if (isRead(used.access) && !(named & bit)) implicitReads |= bit;
      used.free();
    }
    for (const used of info.usedMemory()) {
      if (isWrite(used.access)) access |= Access.WRITE;
      if (isRead(used.access) && used.access !== OpAccess.None) access |= Access.READ;
      used.free();
    }
    info.free();
    return {
      operandWrites,
      operandReads,
      implicitWrites,
      implicitReads,
      access,
      memorySize: Math.min(255, MemorySizeExt.size(instruction.memorySize)),
      condition: instruction.conditionCode,
    };
  }
}

const operandKind = (kind: OpKind): number => {
  if (kind === OpKind.Memory) return Operand.MEMORY;
  if (kind === OpKind.NearBranch64) return Operand.BRANCH;
  if (kind >= OpKind.Immediate8 && kind <= OpKind.Immediate32to64) return Operand.IMMEDIATE;
  return Operand.OTHER;
};

function memoryOperand(rows: Code, n: number, instruction: Instruction, form: Form, start: number): void {
  const base = instruction.memoryBase;
  rows.base[n] = registerNumber(base);
  rows.index[n] = registerNumber(instruction.memoryIndex);
  rows.scale[n] = instruction.memoryIndexScale;
  const displacement = Number(BigInt.asIntN(64, instruction.memoryDisplacement));
  rows.displacement[n] = base === Register.RIP ? start + displacement : displacement;
  rows.memorySize[n] = form.access === 0 ? 0 : form.memorySize;
  const segment = instruction.memorySegment;
  rows.segment[n] = segment === Register.FS || segment === Register.GS ? 1 : 0;
}

/** A prefix 67: addresses of 32 bits, whose displacements are read otherwise. */
function hasAddressSize(bytes: Uint8Array, offset: number): boolean {
  for (let at = offset; at < bytes.length; at++) {
    if (bytes[at] === 0x67) return true;
    if (!LEGACY_PREFIXES.has(bytes[at]!)) return false;
  }
  return false;
}
const SIGNED = new Set([
  OpKind.Immediate8to16,
  OpKind.Immediate8to32,
  OpKind.Immediate8to64,
  OpKind.Immediate32to64,
]);

/** Where the constants of the instruction just decoded are; null for shapes that Go code doesn't have. */
function constantsOf(decoder: Decoder, instruction: Instruction): Constants | null {
  const at = decoder.getConstantOffsets(instruction);
  try {
    if (at.hasImmediate2 || (at.hasDisplacement && at.displacementSize !== 1 && at.displacementSize !== 4))
      return null;
    const operands = Math.min(3, instruction.opCount);
    let immediateSigned = false;
    let branch = false;
    for (let k = 0; k < operands; k++) {
      const kind = instruction.opKind(k);
      if (SIGNED.has(kind)) immediateSigned = true;
      if (kind === OpKind.NearBranch64) branch = true;
    }
    return {
      displacementAt: at.displacementOffset,
      displacementSize: at.hasDisplacement ? at.displacementSize : 0,
      immediateAt: at.immediateOffset,
      immediateSize: at.hasImmediate ? at.immediateSize : 0,
      immediateSigned,
      branch,
    };
  } finally {
    at.free();
  }
}
