import {
  Decoder,
  DecoderOptions,
  FlowControl,
  Instruction,
  InstructionInfoFactory,
  MemorySizeExt,
  Mnemonic,
  OpAccess,
  OpKind,
  Register,
} from "iced-x86";
import { Reg, registerNumber, registerWidth } from "./registers.ts";

export { ConditionCode, Mnemonic } from "iced-x86";

/** How control leaves an instruction. */
export const Flow = {
  NEXT: 0,
  JUMP: 1,
  INDIRECT_JUMP: 2,
  CONDITIONAL: 3,
  RETURN: 4,
  CALL: 5,
  INDIRECT_CALL: 6,
  /** INT3, UD2, HLT, undecodable bytes: control doesn't go on. */
  TRAP: 7,
} as const;

/** Kind of an operand. */
export const Operand = { NONE: 0, REGISTER: 1, MEMORY: 2, IMMEDIATE: 3, BRANCH: 4, OTHER: 5 } as const;

/** Bits of `Code.memoryAccess`. */
export const Access = { READ: 1, WRITE: 2 } as const;

/**
 * The instructions of one function as columns: 49 bytes an instruction instead of an object. Row `i` is the i-th
 * instruction. Registers are numbered by `Reg`. Only the first three operands are kept: no Go code needs a fourth here.
 */
export interface Code {
  /** Static address of the first byte. */
  readonly start: number;
  /** Static address after the last byte. */
  readonly end: number;
  readonly count: number;
  /** Bytes from `start`. */
  readonly offset: Uint32Array;
  readonly length: Uint8Array;
  /** iced's Mnemonic. */
  readonly mnemonic: Uint16Array;
  /** `Flow`. */
  readonly flow: Uint8Array;
  /** iced's ConditionCode of Jcc, SETcc and CMOVcc, else 0. */
  readonly condition: Uint8Array;
  /** Static address that a direct jump or call goes to, else -1. */
  readonly target: Float64Array;
  /** `Operand` kinds. */
  readonly kind: readonly [Uint8Array, Uint8Array, Uint8Array];
  /** Register of each register operand, else `Reg.NONE`. */
  readonly register: readonly [Uint8Array, Uint8Array, Uint8Array];
  /** Bytes of each register operand; 0 for other kinds. */
  readonly width: readonly [Uint8Array, Uint8Array, Uint8Array];
  /** Base of the memory operand: a register, `Reg.RIP` (then `displacement` is absolute) or `Reg.NONE`. */
  readonly base: Uint8Array;
  readonly index: Uint8Array;
  readonly scale: Uint8Array;
  readonly displacement: Float64Array;
  /** Bytes that the memory operand spans; 0 where there is none or it's no access (LEA). */
  readonly memorySize: Uint8Array;
  /** Bits of `Access`. */
  readonly memoryAccess: Uint8Array;
  /** 1 where the memory operand is relative to FS or GS. */
  readonly segment: Uint8Array;
  /** Low and high half of the sign-extended immediate. */
  readonly immediateLow: Int32Array;
  readonly immediateHigh: Int32Array;
  /** Mask of general registers that the instruction may change, implicit ones included, calls' clobbers not. */
  readonly writes: Uint16Array;
  /** Mask of general registers that the instruction may read, those of memory operands and implicit ones included. */
  readonly reads: Uint16Array;
}

/** Static address of instruction `i`. */
export const pcOf = (code: Code, i: number): number => code.start + code.offset[i]!;

/** The immediate as a number: exact within 53 bits (use `bigImmediate` for more). */
export const immediateOf = (code: Code, i: number): number =>
  code.immediateHigh[i]! * 4294967296 + (code.immediateLow[i]! >>> 0);

/** All 64 bits of the immediate, signed. */
export const bigImmediate = (code: Code, i: number): bigint =>
  (BigInt(code.immediateHigh[i]!) << 32n) | BigInt(code.immediateLow[i]! >>> 0);

/** Index of the instruction that starts at static address `pc`, or -1. */
export function indexOf(code: Code, pc: number): number {
  const wanted = pc - code.start;
  let low = 0;
  let high = code.count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const offset = code.offset[middle]!;
    if (offset === wanted) return middle;
    if (offset < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

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

/** Decodes functions. Holds iced's objects and scratch space: make one, use it for many functions, then `free` it. */
export class Disassembler {
  readonly #instruction = new Instruction();
  readonly #info = new InstructionInfoFactory();
  readonly #forms = new Map<number, Form>();

  free(): void {
    this.#instruction.free();
    this.#info.free();
  }

  /**
   * Decodes `bytes` that lie at static address `start`. Undecodable bytes become one-byte rows with flow TRAP.
   * Throws RangeError above 16 MiB.
   */
  decode(bytes: Uint8Array, start: number): Code {
    if (bytes.length > MAX_FUNCTION)
      throw new RangeError(`a function of ${bytes.length} bytes is not decoded`);
    // ip is relative to `start`, so that iced's 64-bit values stay small
    const decoder = new Decoder(64, bytes, DecoderOptions.None);
    try {
      return this.#rows(decoder, bytes, start);
    } finally {
      decoder.free();
    }
  }

  #rows(decoder: Decoder, bytes: Uint8Array, start: number): Code {
    const code = allocate(start, bytes.length, Math.max(16, Math.ceil(bytes.length / 3)));
    let rows = code;
    const instruction = this.#instruction;
    let n = 0;
    let offset = 0;
    while (decoder.canDecode) {
      decoder.decodeOut(instruction);
      if (n === rows.offset.length) rows = resized(rows, rows.offset.length * 2, n);
      const length = instruction.length;
      rows.offset[n] = offset;
      rows.length[n] = length;
      this.#row(rows, n, instruction);
      n++;
      offset += length;
    }
    return resized(rows, n, n);
  }

  #row(rows: Code, n: number, instruction: Instruction): void {
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
        if (opKind === OpKind.Memory) memoryOperand(rows, n, instruction, form);
        else if (opKind === OpKind.NearBranch64)
          // relative to `start`: a target before it wraps around
          rows.target[n] = rows.start + Number(BigInt.asIntN(64, instruction.nearBranch64));
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

/** True if row `i` is `XOR r, r`, which reads nothing in effect and gives 0. */
export const isZeroing = (code: Code, i: number): boolean =>
  code.mnemonic[i] === Mnemonic.Xor &&
  code.kind[1][i] === Operand.REGISTER &&
  code.register[0][i] === code.register[1][i];

const operandKind = (kind: OpKind): number => {
  if (kind === OpKind.Memory) return Operand.MEMORY;
  if (kind === OpKind.NearBranch64) return Operand.BRANCH;
  if (kind >= OpKind.Immediate8 && kind <= OpKind.Immediate32to64) return Operand.IMMEDIATE;
  return Operand.OTHER;
};

function memoryOperand(rows: Code, n: number, instruction: Instruction, form: Form): void {
  const base = instruction.memoryBase;
  rows.base[n] = registerNumber(base);
  rows.index[n] = registerNumber(instruction.memoryIndex);
  rows.scale[n] = instruction.memoryIndexScale;
  const displacement = Number(BigInt.asIntN(64, instruction.memoryDisplacement));
  rows.displacement[n] = base === Register.RIP ? rows.start + displacement : displacement;
  rows.memorySize[n] = form.access === 0 ? 0 : form.memorySize;
  const segment = instruction.memorySegment;
  rows.segment[n] = segment === Register.FS || segment === Register.GS ? 1 : 0;
}

function allocate(start: number, bytes: number, capacity: number): Code {
  const bytesColumn = () => new Uint8Array(capacity);
  const none = () => new Uint8Array(capacity).fill(Reg.NONE);
  return {
    start,
    end: start + bytes,
    count: 0,
    offset: new Uint32Array(capacity),
    length: bytesColumn(),
    mnemonic: new Uint16Array(capacity),
    flow: bytesColumn(),
    condition: bytesColumn(),
    target: new Float64Array(capacity).fill(-1),
    kind: [bytesColumn(), bytesColumn(), bytesColumn()],
    register: [none(), none(), none()],
    width: [bytesColumn(), bytesColumn(), bytesColumn()],
    base: none(),
    index: none(),
    scale: bytesColumn(),
    displacement: new Float64Array(capacity),
    memorySize: bytesColumn(),
    memoryAccess: bytesColumn(),
    segment: bytesColumn(),
    immediateLow: new Int32Array(capacity),
    immediateHigh: new Int32Array(capacity),
    writes: new Uint16Array(capacity),
    reads: new Uint16Array(capacity),
  };
}

/** The first `count` rows of `code` in columns of `capacity` rows. */
function resized(code: Code, capacity: number, count: number): Code {
  const grown = allocate(code.start, code.end - code.start, capacity);
  const copy = <T extends Column>(to: T, from: T) => {
    // biome-ignore lint/suspicious/noExplicitAny: the columns of one name have one type
    (to as any).set((from as any).subarray(0, count));
  };
  for (const name of COLUMNS) copy(grown[name], code[name]);
  for (let k = 0 as 0 | 1 | 2; k < 3; k++) {
    copy(grown.kind[k], code.kind[k]);
    copy(grown.register[k], code.register[k]);
    copy(grown.width[k], code.width[k]);
  }
  return { ...grown, count };
}

type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;
const COLUMNS = [
  "offset",
  "length",
  "mnemonic",
  "flow",
  "condition",
  "target",
  "base",
  "index",
  "scale",
  "displacement",
  "memorySize",
  "memoryAccess",
  "segment",
  "immediateLow",
  "immediateHigh",
  "writes",
  "reads",
] as const;
