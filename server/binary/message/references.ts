/**
 * Which variables the program's code may write: one pass over the code's bytes for RIP-relative operands that store or
 * take an address. Without instruction boundaries it finds more than there are, never fewer.
 */
import type { GoBinary } from "../model.ts";

/** Opcodes (one-byte map) whose RIP-relative operand is only read. Intel SDM volume 2, appendix A. */
const LOADS = new Set([
  0x03, 0x0b, 0x13, 0x1b, 0x23, 0x2b, 0x33, 0x38, 0x39, 0x3a, 0x3b, 0x63, 0x69, 0x6b, 0x84, 0x85, 0x8a, 0x8b,
]);
/** The same in the 0F map. */
const LOADS_0F = new Set([
  0x10, 0x12, 0x14, 0x16, 0x28, 0x2a, 0x2c, 0x2d, 0x2e, 0x2f, 0x51, 0x54, 0x57, 0x58, 0x59, 0x5c, 0x5e, 0x6e,
  0x6f, 0xaf, 0xb6, 0xb7, 0xb8, 0xbc, 0xbd, 0xbe, 0xbf, 0xef,
]);
/** Opcodes with the operation in the ModRM byte: [opcode, value of its reg field that only reads]. */
const LOAD_GROUPS = new Map<number, readonly number[]>([
  [0x80, [7]],
  [0x81, [7]],
  [0x83, [7]],
  [0xf6, [0, 1, 4, 5, 6, 7]],
  [0xf7, [0, 1, 4, 5, 6, 7]],
  [0xff, [2, 4, 6]],
]);
const LEA = 0x8d;
/** Bytes of immediate that may follow the displacement, so that the operand's address is that much higher. */
const IMMEDIATES = [0, 1, 2, 4];
/** The widest RIP-relative store that Go's compiler makes: MOVUPS. */
const WIDEST = 16;

export class References {
  /** Sorted addresses that a store may start at. */
  readonly #stores: Float64Array;
  /** Sorted addresses that are taken, with the address of the instruction, or 0 for a pointer in data. */
  readonly #taken: readonly { target: number; pc: number }[];
  readonly #binary: GoBinary;

  constructor(binary: GoBinary) {
    this.#binary = binary;
    const { stores, taken } = scanCode(binary);
    scanData(binary, taken);
    this.#stores = Float64Array.from(stores).sort();
    this.#taken = taken.sort((a, b) => a.target - b.target);
  }

  /** True if nothing stores to [address, address + size) or takes an address in it, but for code of `functions`. */
  unwritten(address: number, size: number, functions: readonly number[]): boolean {
    const first = lowerBound(this.#stores.length, (i) => this.#stores[i]! > address - WIDEST);
    if (first < this.#stores.length && this.#stores[first]! < address + size) return false;
    const start = lowerBound(this.#taken.length, (i) => this.#taken[i]!.target >= address);
    for (let i = start; i < this.#taken.length && this.#taken[i]!.target < address + size; i++) {
      if (!functions.includes(this.#functionAt(this.#taken[i]!.pc))) return false;
    }
    return true;
  }

  #functionAt(pc: number): number {
    const table = this.#binary.functions;
    const index = table.find(pc);
    return index < 0 ? -1 : table.entry(index);
  }
}

function lowerBound(count: number, reached: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function scanCode(binary: GoBinary): { stores: number[]; taken: { target: number; pc: number }[] } {
  const { text, etext, noptrdata, enoptrbss } = binary.moduleData;
  const stores: number[] = [];
  const taken: { target: number; pc: number }[] = [];
  const code = binary.image.bytes(text, etext - text);
  if (!code) return { stores, taken };
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  for (let i = 1; i + 5 <= code.length; i++) {
    // ModRM with mod 0, r/m 5: [RIP + disp32]
    if ((code[i]! & 0xc7) !== 0x05) continue;
    const base = text + i + 5 + view.getInt32(i + 1, true);
    if (base < noptrdata - 4 || base >= enoptrbss) continue;
    const opcode = code[i - 1]!;
    const wide = i >= 2 && code[i - 2] === 0x0f;
    if (opcode === LEA && !wide) taken.push({ target: base, pc: text + i });
    else if (!onlyReads(opcode, (code[i]! >> 3) & 7, wide)) for (const n of IMMEDIATES) stores.push(base + n);
  }
  return { stores, taken };
}

function onlyReads(opcode: number, operation: number, wide: boolean): boolean {
  if (wide) return LOADS_0F.has(opcode);
  return LOADS.has(opcode) || (LOAD_GROUPS.get(opcode)?.includes(operation) ?? false);
}

/** Pointers to variables in the initial data. */
function scanData(binary: GoBinary, taken: { target: number; pc: number }[]): void {
  const { noptrdata, enoptrbss } = binary.moduleData;
  const EXECUTABLE = 1;
  for (const segment of binary.image.segments) {
    const bytes = binary.image.bytes(segment.address, segment.fileSize);
    if (!bytes || segment.flags & EXECUTABLE) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = (8 - (segment.address % 8)) % 8; at + 8 <= bytes.length; at += 8) {
      const target = view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x100000000;
      if (target >= noptrdata && target < enoptrbss) taken.push({ target, pc: 0 });
    }
  }
}
