import type { Code } from "./code.ts";
import type { Isa } from "./isa.ts";
import { Reg } from "./registers.ts";

/** Columns of one byte a row. */
export const NARROW = 18;
/** Bytes that a row takes in all columns. */
const ROW_BYTES = 8 + 8 + 4 + 4 + 4 + 4 + 4 + 2 + NARROW;

/**
 * Rows of room at first, and more than twice the room when it grows. No power of two: the columns' current places would be in the same few
 * lines of the processor's cache.
 */
const ROOM = 4096 + 192;

/** Room for decoded rows that is used again for every function: `sliced` takes out what was decoded. */
export class Columns {
  rows: Code;
  /** The columns of one byte a row, one behind the other: all are written through one array, which is faster by far. */
  narrow: Uint8Array;

  constructor(isa: Isa) {
    this.rows = allocate(isa, ROOM);
    this.narrow = narrowOf(this.rows);
  }

  get capacity(): number {
    return this.rows.offset.length;
  }

  /** More than twice the room; the rows so far are kept. */
  grow(): void {
    const more = allocate(this.rows.isa, this.capacity * 2 + 192);
    copied(this.rows, more, this.capacity);
    this.rows = more;
    this.narrow = narrowOf(this.rows);
  }

  /** The first `count` rows as the code of the function at [start, end). */
  sliced(start: number, end: number, count: number): Code {
    const rows = new Rows(allocate(this.rows.isa, count), start, end, count);
    copied(this.rows, rows, count);
    return rows;
  }

  /** The same until the room is used again. */
  shared(start: number, end: number, count: number): Code {
    return new Rows(this.rows, start, end, count);
  }
}

/** A class, so that all code has one shape for V8. */
class Rows implements Code {
  readonly isa: Isa;
  readonly start: number;
  readonly end: number;
  readonly count: number;
  readonly offset: Code["offset"];
  readonly length: Code["length"];
  readonly mnemonic: Code["mnemonic"];
  readonly flow: Code["flow"];
  readonly condition: Code["condition"];
  readonly target: Code["target"];
  readonly kind: Code["kind"];
  readonly register: Code["register"];
  readonly width: Code["width"];
  readonly base: Code["base"];
  readonly index: Code["index"];
  readonly scale: Code["scale"];
  readonly displacement: Code["displacement"];
  readonly memorySize: Code["memorySize"];
  readonly memoryAccess: Code["memoryAccess"];
  readonly segment: Code["segment"];
  readonly immediateLow: Code["immediateLow"];
  readonly immediateHigh: Code["immediateHigh"];
  readonly writes: Code["writes"];
  readonly reads: Code["reads"];

  constructor(columns: Omit<Code, "start" | "end" | "count">, start: number, end: number, count: number) {
    this.isa = columns.isa;
    this.start = start;
    this.end = end;
    this.count = count;
    this.offset = columns.offset;
    this.length = columns.length;
    this.mnemonic = columns.mnemonic;
    this.flow = columns.flow;
    this.condition = columns.condition;
    this.target = columns.target;
    this.kind = columns.kind;
    this.register = columns.register;
    this.width = columns.width;
    this.base = columns.base;
    this.index = columns.index;
    this.scale = columns.scale;
    this.displacement = columns.displacement;
    this.memorySize = columns.memorySize;
    this.memoryAccess = columns.memoryAccess;
    this.segment = columns.segment;
    this.immediateLow = columns.immediateLow;
    this.immediateHigh = columns.immediateHigh;
    this.writes = columns.writes;
    this.reads = columns.reads;
  }
}

const narrowOf = ({ length }: Code): Uint8Array =>
  new Uint8Array(length.buffer, length.byteOffset, NARROW * length.length);

/** All columns in one buffer, the widest first, so that each is aligned. */
function allocate(isa: Isa, capacity: number): Code {
  const buffer = new ArrayBuffer(Math.ceil((capacity * ROW_BYTES) / 8) * 8);
  let at = 0;
  const column = <T>(
    make: new (buffer: ArrayBuffer, offset: number, length: number) => T,
    bytes: number,
  ): T => {
    const made = new make(buffer, at, capacity);
    at += capacity * bytes;
    return made;
  };
  const bytes = () => column(Uint8Array, 1);
  const columns = {
    isa,
    target: column(Float64Array, 8),
    displacement: column(Float64Array, 8),
    offset: column(Uint32Array, 4),
    immediateLow: column(Int32Array, 4),
    immediateHigh: column(Int32Array, 4),
    writes: column(Uint32Array, 4),
    reads: column(Uint32Array, 4),
    mnemonic: column(Uint16Array, 2),
    length: bytes(),
    flow: bytes(),
    condition: bytes(),
    kind: [bytes(), bytes(), bytes()] as const,
    register: [bytes(), bytes(), bytes()] as const,
    width: [bytes(), bytes(), bytes()] as const,
    base: bytes(),
    index: bytes(),
    scale: bytes(),
    memorySize: bytes(),
    memoryAccess: bytes(),
    segment: bytes(),
  } satisfies Omit<Code, "start" | "end" | "count">;
  return new Rows(columns, 0, 0, 0);
}

/** An empty row, as the decoder expects to find it. */
export function clear(rows: Code, n: number): void {
  rows.target[n] = -1;
  rows.displacement[n] = 0;
  rows.immediateLow[n] = 0;
  rows.immediateHigh[n] = 0;
  rows.mnemonic[n] = 0;
  rows.writes[n] = 0;
  rows.reads[n] = 0;
  rows.flow[n] = 0;
  rows.condition[n] = 0;
  for (let k = 0 as 0 | 1 | 2; k < 3; k++) {
    rows.kind[k][n] = 0;
    rows.register[k][n] = Reg.NONE;
    rows.width[k][n] = 0;
  }
  rows.base[n] = Reg.NONE;
  rows.index[n] = Reg.NONE;
  rows.scale[n] = 0;
  rows.memorySize[n] = 0;
  rows.memoryAccess[n] = 0;
  rows.segment[n] = 0;
}

/** Copies the first `count` rows. */
function copied(from: Code, to: Code, count: number): void {
  const targets = columnsOf(to);
  columnsOf(from).forEach((column, k) => {
    targets[k]!.set(column.subarray(0, count));
  });
}

const columnsOf = (code: Code) => [
  code.offset,
  code.length,
  code.mnemonic,
  code.flow,
  code.condition,
  code.target,
  ...code.kind,
  ...code.register,
  ...code.width,
  code.base,
  code.index,
  code.scale,
  code.displacement,
  code.memorySize,
  code.memoryAccess,
  code.segment,
  code.immediateLow,
  code.immediateHigh,
  code.writes,
  code.reads,
];
