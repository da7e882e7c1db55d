import type { Code } from "./code.ts";
import { Reg } from "./registers.ts";

/** Bytes that `rows` rows take in all columns. */
const ROW_BYTES = 8 + 8 + 4 + 4 + 4 + 2 + 2 + 2 + 18;

/** Room for decoded rows that is used again for every function: `sliced` takes out what was decoded. */
export class Columns {
  rows: Code = allocate(4096);

  get capacity(): number {
    return this.rows.offset.length;
  }

  /** Twice the room; the rows so far are kept. */
  grow(): void {
    this.rows = copied(this.rows, allocate(this.capacity * 2), this.capacity);
  }

  /** The first `count` rows as the code of the function at [start, end). */
  sliced(start: number, end: number, count: number): Code {
    return { ...copied(this.rows, allocate(count), count), start, end, count };
  }
}

/** All columns in one buffer, the widest first, so that each is aligned. */
function allocate(capacity: number): Code {
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
  return {
    start: 0,
    end: 0,
    count: 0,
    target: column(Float64Array, 8),
    displacement: column(Float64Array, 8),
    offset: column(Uint32Array, 4),
    immediateLow: column(Int32Array, 4),
    immediateHigh: column(Int32Array, 4),
    mnemonic: column(Uint16Array, 2),
    writes: column(Uint16Array, 2),
    reads: column(Uint16Array, 2),
    length: bytes(),
    flow: bytes(),
    condition: bytes(),
    kind: [bytes(), bytes(), bytes()],
    register: [bytes(), bytes(), bytes()],
    width: [bytes(), bytes(), bytes()],
    base: bytes(),
    index: bytes(),
    scale: bytes(),
    memorySize: bytes(),
    memoryAccess: bytes(),
    segment: bytes(),
  };
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

function copied(from: Code, to: Code, count: number): Code {
  const copy = <T extends Column>(target: T, source: T) => {
    // biome-ignore lint/suspicious/noExplicitAny: the columns of one name have one type
    (target as any).set((source as any).subarray(0, count));
  };
  for (const name of COLUMNS) copy(to[name], from[name]);
  for (let k = 0 as 0 | 1 | 2; k < 3; k++) {
    copy(to.kind[k], from.kind[k]);
    copy(to.register[k], from.register[k]);
    copy(to.width[k], from.width[k]);
  }
  return to;
}
