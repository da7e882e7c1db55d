import type { AddressScan } from "./isa.ts";
import { forgetOperands, ripOperands } from "./rip-operands.ts";
import { twice } from "./twice.ts";

export interface Hit {
  /** Static address of the instruction. */
  pc: number;
  /** Static address that it refers to. */
  target: number;
}

const LEA = 0x8d;
const LOAD = 0x8b;
/** Bytes of either instruction. */
const LENGTH = 7;
export const LEA_LENGTH = LENGTH;

/**
 * The instructions of a text that refer to an address relative to RIP, found in one pass over its bytes and without
 * decoding: REX.W (48 or 4C), 8D or 8B, ModRM with mod 00 and r/m 101. Some are byte sequences inside other instructions; the
 * decoder tells. Source: Intel SDM volume 2, 2.2.1.6.
 */
export class TextScan implements AddressScan {
  readonly #text: Uint8Array;
  readonly #start: number;
  /** Offsets in the text. */
  #found: { leas: Int32Array; loads: Int32Array } | null = null;

  /** `text` lies at static address `start`. */
  constructor(text: Uint8Array, start: number) {
    this.#text = text;
    this.#start = start;
  }

  /** All `LEA r64, [RIP + x]` whose target is in `targets`, by address. */
  leas(targets: ReadonlySet<number>): Hit[] {
    return targets.size === 0 ? [] : this.#among(this.#all().leas, targets);
  }

  /** All `MOV r64, [RIP + x]`, likewise. */
  loads(targets: ReadonlySet<number>): Hit[] {
    return targets.size === 0 ? [] : this.#among(this.#all().loads, targets);
  }

  prepare(): void {
    this.#all();
  }

  /** Frees what was found: asked again, it is looked for anew. */
  forget(): void {
    this.#found = null;
  }

  #all() {
    this.#found ??= scan(this.#text);
    forgetOperands(this.#text); // nobody asks for them after this
    return this.#found;
  }

  #among(offsets: Int32Array, targets: ReadonlySet<number>): Hit[] {
    const text = this.#text;
    // most are none of the targets: a table of their low bits tells so at once
    const bits = new Uint8Array(2 ** Math.ceil(Math.log2(16 * targets.size)));
    const mask = bits.length - 1;
    for (const target of targets) bits[(target >>> 3) & mask] = 1;
    const hits: Hit[] = [];
    for (let k = 0; k < offsets.length; k++) {
      const at = offsets[k]!;
      const x = text[at + 3]! | (text[at + 4]! << 8) | (text[at + 5]! << 16) | (text[at + 6]! << 24);
      const target = this.#start + at + LENGTH + x;
      if (bits[(target >>> 3) & mask] === 1 && targets.has(target))
        hits.push({ pc: this.#start + at, target });
    }
    return hits;
  }
}

function scan(text: Uint8Array): { leas: Int32Array; loads: Int32Array } {
  const leas = new Offsets();
  const loads = new Offsets();
  const last = text.length - 5;
  const operands = ripOperands(text);
  for (let k = 0; k < operands.length; k++) {
    const at = operands[k]!;
    if (at < 2 || at > last) continue;
    const opcode = text[at - 1]!;
    if ((opcode !== LOAD && opcode !== LEA) || (text[at - 2]! & 0xfb) !== 0x48) continue;
    if (opcode === LEA) leas.add(at - 2);
    else loads.add(at - 2);
  }
  return { leas: leas.all, loads: loads.all };
}

/** Numbers without an object for each. */
class Offsets {
  #numbers = new Int32Array(1 << 12);
  #count = 0;

  add(offset: number): void {
    if (this.#count === this.#numbers.length) this.#numbers = twice(this.#numbers);
    this.#numbers[this.#count++] = offset;
  }

  get all(): Int32Array {
    return this.#numbers.subarray(0, this.#count);
  }
}

const CALL = 0xe8;
/** Instructions that the assembler pads with, by their bytes before the operand, and their lengths (cmd/internal/obj/x86). */
const NOPS: readonly [bytes: readonly number[], length: number][] = [
  [[0x90], 1],
  [[0x66, 0x90], 2],
  [[0x0f, 0x1f, 0x00], 3],
  [[0x0f, 0x1f, 0x40], 4],
  [[0x0f, 0x1f, 0x44], 5],
  [[0x66, 0x0f, 0x1f, 0x44], 6],
  [[0x0f, 0x1f, 0x80], 7],
  [[0x0f, 0x1f, 0x84], 8],
];

/**
 * Static address of the function that is called at `pc`, with nothing but NOPs and loads of constants (MOV r32, imm32) before it;
 * -1 for anything else. `text` lies at static address `start`.
 */
export function calledAt(text: Uint8Array, start: number, pc: number): number {
  let at = pc - start;
  while (at + 5 <= text.length) {
    if (text[at] === CALL)
      return (
        start +
        at +
        5 +
        (text[at + 1]! | (text[at + 2]! << 8) | (text[at + 3]! << 16) | (text[at + 4]! << 24))
      );
    const nop = NOPS.find(([bytes]) => bytes.every((byte, i) => text[at + i] === byte));
    const loads = (text[at]! & 0xf8) === 0xb8;
    if (!nop && !loads) break;
    at += nop ? nop[1] : 5;
  }
  return -1;
}

/** True if the function's bytes have what could be a call (E8 rel32) of one of `entries`. */
export function mayCall(bytes: Uint8Array, start: number, entries: ReadonlySet<number>): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.indexOf(0xe8); at >= 0 && at + 5 <= bytes.length; at = bytes.indexOf(0xe8, at + 1))
    if (entries.has(start + at + 5 + view.getInt32(at + 1, true))) return true;
  return false;
}
