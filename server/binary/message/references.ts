/**
 * Where the program's code and data refer to its variables: one pass over the code's bytes for RIP-relative operands,
 * one over the data for pointers. The pass knows no instruction boundaries, so that it finds more than there are, never
 * fewer; what matters to a question is then decoded.
 */
import { Access, type Code, Mnemonic, pcOf, Reg } from "../code/index.ts";
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
/** Opcodes with the operation in the ModRM byte: [opcode, values of its reg field that only read]. */
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

/** An address in the variables and where it was found: a code address, or 0 for a pointer in data. */
export interface Reference {
  target: number;
  pc: number;
}

export class References {
  readonly #stores: Places;
  readonly #taken: Places;
  readonly #loads: Places;

  readonly #codeAt: (pc: number) => Code | null;

  /** `codeAt` decodes the function that holds an address; null where it can't. */
  constructor(binary: GoBinary, codeAt: (pc: number) => Code | null) {
    this.#codeAt = codeAt;
    const { stores, taken, loads } = scanCode(binary);
    scanData(binary, taken);
    this.#stores = stores.sorted();
    this.#taken = taken.sorted();
    this.#loads = loads.sorted();
  }

  /** Stores into [address, address + size). `pc` is inside the instruction. */
  stores(address: number, size: number): Reference[] {
    return within(this.#stores, address - WIDEST + 1, address + size).filter((place) =>
      this.#confirmed(place, (code, i) => {
        const target = code.displacement[i]!;
        const writes = (code.memoryAccess[i]! & Access.WRITE) !== 0;
        return writes && target < address + size && target + code.memorySize[i]! > address;
      }),
    );
  }

  /** Places that take an address in [address, address + size). */
  taken(address: number, size: number): Reference[] {
    return within(this.#taken, address, address + size).filter(
      (place) => place.pc === 0 || this.#confirmed(place, (code, i) => code.mnemonic[i] === Mnemonic.Lea),
    );
  }

  /** Loads from exactly `address`. `pc` is inside the instruction. */
  loads(address: number): Reference[] {
    return within(this.#loads, address, address + 1).filter((place) =>
      this.#confirmed(place, (code, i) => code.displacement[i] === address),
    );
  }

  /** True unless the instruction at `place` turns out to be none, or one that `matters` doesn't hold of. */
  #confirmed(place: Reference, matters: (code: Code, i: number) => boolean): boolean {
    const code = this.#codeAt(place.pc);
    if (!code) return true;
    const i = rowAt(code, place.pc);
    return code.base[i] === Reg.RIP && matters(code, i);
  }
}

/** The instruction that holds the byte at `pc`. */
export function rowAt(code: Code, pc: number): number {
  let low = 0;
  let high = code.count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pcOf(code, middle) <= pc) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Many references in little memory: collected in any order, then sorted by target. */
class PlaceList {
  #targets = new Float64Array(1024);
  #pcs = new Float64Array(1024);
  #count = 0;

  push(target: number, pc: number): void {
    if (this.#count === this.#targets.length) {
      const twice = (from: Float64Array) => {
        const to = new Float64Array(from.length * 2);
        to.set(from);
        return to;
      };
      this.#targets = twice(this.#targets);
      this.#pcs = twice(this.#pcs);
    }
    this.#targets[this.#count] = target;
    this.#pcs[this.#count++] = pc;
  }

  sorted(): Places {
    const count = this.#count;
    let base = Number.POSITIVE_INFINITY;
    for (let i = 0; i < count; i++) base = Math.min(base, this.#targets[i]!);
    // the place in the list rides along: targets span less than 2^31, lists are shorter than 2^22
    const keys = new Float64Array(count);
    for (let i = 0; i < count; i++) keys[i] = (this.#targets[i]! - base) * count + i;
    keys.sort();
    const targets = new Float64Array(count);
    const pcs = new Float64Array(count);
    for (let k = 0; k < count; k++) {
      const i = keys[k]! % count;
      targets[k] = this.#targets[i]!;
      pcs[k] = this.#pcs[i]!;
    }
    return { targets, pcs };
  }
}

/** References in order of their targets. */
interface Places {
  targets: Float64Array;
  pcs: Float64Array;
}

function within({ targets, pcs }: Places, from: number, to: number): Reference[] {
  let low = 0;
  let high = targets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (targets[middle]! >= from) high = middle;
    else low = middle + 1;
  }
  const found: Reference[] = [];
  for (let i = low; i < targets.length && targets[i]! < to; i++)
    found.push({ target: targets[i]!, pc: pcs[i]! });
  return found;
}

function scanCode(binary: GoBinary): Record<"stores" | "taken" | "loads", PlaceList> {
  const { text, etext, noptrdata, enoptrbss } = binary.moduleData;
  const found = { stores: new PlaceList(), taken: new PlaceList(), loads: new PlaceList() };
  const code = binary.image.bytes(text, etext - text);
  if (!code) return found;
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  for (let i = 1; i + 5 <= code.length; i++) {
    // ModRM with mod 0, r/m 5: [RIP + disp32]
    if ((code[i]! & 0xc7) !== 0x05) continue;
    const target = text + i + 5 + view.getInt32(i + 1, true);
    if (target < noptrdata - 4 || target >= enoptrbss) continue;
    const opcode = code[i - 1]!;
    const wide = i >= 2 && code[i - 2] === 0x0f;
    const pc = text + i;
    if (opcode === LEA && !wide) found.taken.push(target, pc);
    else if (onlyReads(opcode, (code[i]! >> 3) & 7, wide)) found.loads.push(target, pc);
    else for (const n of IMMEDIATES) found.stores.push(target + n, pc);
  }
  return found;
}

function onlyReads(opcode: number, operation: number, wide: boolean): boolean {
  if (wide) return LOADS_0F.has(opcode);
  return LOADS.has(opcode) || (LOAD_GROUPS.get(opcode)?.includes(operation) ?? false);
}

/** Pointers to variables in the initial data. */
function scanData(binary: GoBinary, taken: PlaceList): void {
  const { noptrdata, enoptrbss } = binary.moduleData;
  const EXECUTABLE = 1;
  const table = binary.image.relocationTable;
  for (const segment of binary.image.segments) {
    const bytes = binary.image.bytes(segment.address, segment.fileSize);
    if (!bytes || segment.flags & EXECUTABLE) continue;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = (8 - (segment.address % 8)) % 8; at + 8 <= bytes.length; at += 8) {
      const target = view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x100000000;
      if (target < noptrdata || target >= enoptrbss) continue;
      const address = segment.address + at;
      // A relocation names every word that it patches: that is no use of the variable by the program.
      if (!table || address < table.address || address >= table.address + table.size) taken.push(target, 0);
    }
  }
}
