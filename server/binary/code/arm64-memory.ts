import type { Arm64Disassembler } from "./arm64-decoder.ts";
import { ASSEMBLER, Known, SP } from "./arm64-registers.ts";
import { type Place, placeAt, Sets, ZERO } from "./arm64-rows.ts";
import { bits, signedBits } from "./arm64-words.ts";
import { Access } from "./code.ts";
import { Mnemonic } from "./mnemonic.ts";
import { GENERAL, Reg } from "./registers.ts";

/** What one register of a load or a store moves. */
interface Move {
  loads: boolean;
  vector: boolean;
  /** Bytes in memory. */
  size: number;
  /** Of a load: sign-extended to so many bytes, or 0. */
  signed: number;
}

/** Writes the rows of a word of the loads and stores. */
export function memoryWord(decoder: Arm64Disassembler, word: number, pc: number): void {
  const group = bits(word, 28, 29);
  if (group === 0) return exclusiveOrStructure(decoder, word);
  if (group === 1 && bits(word, 24, 24) === 0) return literal(decoder, word, pc);
  if (group === 2) return pair(decoder, word);
  if (group === 3) return single(decoder, word);
  unknownAccess(decoder, word); // memory tags, RCpc with an unscaled offset, copies of memory
}

/** Whatever the fields may name is written. */
function unknownAccess({ rows }: Arm64Disassembler, word: number): void {
  let named = 0;
  for (const at of [0, 5, 10, 16]) {
    const register = bits(word, at, at + 4);
    named |= 1 << register;
    if (at === 0 || at === 16) named |= 1 << Math.min(register + 1, 30); // CASP
  }
  const base = bits(word, 5, 9);
  const writesStack = base === SP ? 1 << SP : 0;
  rows.other((named & ~(1 << SP)) | writesStack, named, {
    access: Access.READ | Access.WRITE,
    place: { ...placeAt(base, 0), clear: false },
  });
}

function exclusiveOrStructure(decoder: Arm64Disassembler, word: number): void {
  const { rows } = decoder;
  if (bits(word, 26, 26)) {
    // LD1 to LD4, ST1 to ST4 and single structures: up to four vector registers; behind the index, the base moves on
    const base = bits(word, 5, 9);
    const loads = bits(word, 22, 22) === 1;
    const moves = bits(word, 23, 23) ? 1 << base : 0;
    const first = bits(word, 0, 4);
    const access = {
      access: loads ? Access.READ : Access.WRITE,
      place: { ...placeAt(base, 0), clear: false },
    };
    if (!loads) return rows.other(moves, 0, access);
    for (let k = 0; k < 4; k++)
      rows.other(k === 0 ? moves : 0, 0, { ...(k === 0 ? access : {}), vector: (first + k) % 32 });
    return;
  }
  // LDAR and STLR: as LDR and STR, in order
  const ordered = bits(word, 21, 23) === (bits(word, 22, 22) ? 6 : 4) && bits(word, 15, 15) === 1;
  if (!ordered || bits(word, 29, 29)) return unknownAccess(decoder, word);
  const move = { loads: bits(word, 22, 22) === 1, vector: false, size: 1 << bits(word, 30, 31), signed: 0 };
  access(decoder, move, bits(word, 0, 4), placeOf(decoder, bits(word, 5, 9), 0));
}

/** A load from what the assembler put behind the function's code. */
function literal(decoder: Arm64Disassembler, word: number, pc: number): void {
  const { rows, bytes, start } = decoder;
  const operation = bits(word, 30, 31);
  const vector = bits(word, 26, 26) === 1;
  const to = bits(word, 0, 4);
  const address = pc + signedBits(word, 5, 23) * 4;
  if (operation === 3) return vector ? rows.trap() : rows.nothing(); // PRFM
  const size = vector ? 4 << operation : operation === 1 ? 8 : 4;
  const at = address - start;
  if (!vector && operation < 2 && at >= 0 && at + size <= bytes.byteLength && to !== 31) {
    rows.constant(to, bytes.getInt32(at, true), size === 8 ? bytes.getInt32(at + 4, true) : 0, size);
    return;
  }
  const move = { loads: true, vector, size, signed: operation === 2 && !vector ? 8 : 0 };
  access(decoder, move, to, placeAt(Reg.RIP, address));
}

/** The place at a register plus a number, by what is known of the register. */
function placeOf(decoder: Arm64Disassembler, base: number, displacement: number): Place {
  const kind = decoder.known(base);
  if (kind === Known.STATIC) return placeAt(Reg.RIP, decoder.value(base) + displacement);
  if (kind === Known.FRAME) return placeAt(SP, decoder.value(base) + displacement);
  return placeAt(base, displacement);
}

/** One register's load or store. */
function access(
  { rows }: Arm64Disassembler,
  { loads, vector, size, signed }: Move,
  register: number,
  place: Place,
): void {
  if (vector) {
    const mnemonic =
      size === 16 ? Mnemonic.Movups : size === 8 ? Mnemonic.Movsd : size === 4 ? Mnemonic.Movss : null;
    const number = GENERAL + register;
    if (mnemonic === null)
      return rows.other(0, 0, {
        access: loads ? Access.READ : Access.WRITE,
        place,
        vector: loads ? register : -1,
        sets: Sets.NOTHING,
      });
    return loads ? rows.load(mnemonic, number, 16, place, size) : rows.store(mnemonic, number, place, size);
  }
  if (!loads) return rows.store(Mnemonic.Mov, register === 31 ? ZERO : register, place, size);
  if (register === 31) return rows.nothing();
  if (signed > 0)
    return rows.load(size === 4 ? Mnemonic.Movsxd : Mnemonic.Movsx, register, signed, place, size);
  rows.load(size < 4 ? Mnemonic.Movzx : Mnemonic.Mov, register, size < 4 ? 8 : size, place, size);
}

/** A register plus a number, written back. */
function advance({ rows }: Arm64Disassembler, base: number, by: number): void {
  if (base === SP) rows.moveStack(by);
  else rows.address(base, placeAt(base, by), 8);
}

/** Writes the accesses of an instruction whose base is written back before or after, or not at all. */
function withBase(
  decoder: Arm64Disassembler,
  base: number,
  displacement: number,
  mode: "offset" | "before" | "after",
  each: readonly { move: Move; register: number; at: number }[],
): void {
  if (mode === "before") advance(decoder, base, displacement);
  const from = mode === "offset" ? displacement : 0;
  // a load that changes the base comes last
  const changesBase = ({ move, register }: { move: Move; register: number }) =>
    move.loads && !move.vector && register === base && base !== SP;
  const ordered = each.length > 1 && changesBase(each[0]!) ? [...each].reverse() : each;
  for (const { move, register, at } of ordered)
    access(
      decoder,
      move,
      register,
      mode === "offset" ? placeOf(decoder, base, from + at) : placeAt(base, at),
    );
  if (mode === "after") advance(decoder, base, displacement);
}

function pair(decoder: Arm64Disassembler, word: number): void {
  const vector = bits(word, 26, 26) === 1;
  const operation = bits(word, 30, 31);
  const loads = bits(word, 22, 22) === 1;
  if (operation === 3 || (operation === 1 && !vector && !loads)) return unknownAccess(decoder, word); // STGP
  const size = vector ? 4 << operation : operation === 2 ? 8 : 4;
  const move = { loads, vector, size, signed: operation === 1 && !vector ? 8 : 0 };
  const mode = (["offset", "after", "offset", "before"] as const)[bits(word, 23, 24)]!;
  withBase(decoder, bits(word, 5, 9), signedBits(word, 15, 21) * size, mode, [
    { move, register: bits(word, 0, 4), at: 0 },
    { move, register: bits(word, 10, 14), at: size },
  ]);
}

function single(decoder: Arm64Disassembler, word: number): void {
  const { rows } = decoder;
  const base = bits(word, 5, 9);
  const register = bits(word, 0, 4);
  const vector = bits(word, 26, 26) === 1;
  const sizeBits = bits(word, 30, 31);
  const operation = bits(word, 22, 23);
  const isUnsignedOffset = bits(word, 24, 24) === 1;
  const byRegister = !isUnsignedOffset && bits(word, 21, 21) === 1;
  const form = bits(word, 10, 11);
  if (byRegister && form !== 2) return atomic(decoder, word);
  const move = moveOf(vector, sizeBits, operation);
  if (!move) return vector ? unknownAccess(decoder, word) : rows.nothing(); // PRFM
  const one = [{ move, register, at: 0 }];
  if (isUnsignedOffset) return withBase(decoder, base, bits(word, 10, 21) * move.size, "offset", one);
  if (byRegister) return access(decoder, move, register, indexed(decoder, word, base, move.size));
  const mode = (["offset", "after", "offset", "before"] as const)[form]!;
  withBase(decoder, base, signedBits(word, 12, 20), mode, one);
}

function moveOf(vector: boolean, sizeBits: number, operation: number): Move | null {
  if (vector) {
    const size = operation < 2 ? 1 << sizeBits : sizeBits === 0 ? 16 : 0;
    return size === 0 ? null : { loads: operation % 2 === 1, vector, size, signed: 0 };
  }
  const size = 1 << sizeBits;
  if (operation < 2) return { loads: operation === 1, vector, size, signed: 0 };
  if (sizeBits === 3 || (operation === 3 && sizeBits === 2)) return null;
  return { loads: true, vector, size, signed: operation === 2 ? 8 : 4 };
}

/** A register plus another, perhaps shifted by the size or extended. */
function indexed(decoder: Arm64Disassembler, word: number, base: number, size: number): Place {
  const index = bits(word, 16, 20);
  const scale = bits(word, 12, 12) ? size : 1;
  if (index === 31) return placeOf(decoder, base, 0);
  if (bits(word, 13, 15) !== 3) return { ...placeAt(base, 0, index, scale), clear: false };
  if (index === ASSEMBLER && decoder.known(index) === Known.NUMBER)
    return placeAt(base, decoder.value(index) * scale);
  return placeAt(base, 0, index, scale);
}

/** LDAPR as a load; all others read and write memory, and a register may get what was there. */
function atomic(decoder: Arm64Disassembler, word: number): void {
  const isLoad = bits(word, 12, 15) === 12 && bits(word, 10, 11) === 0 && !bits(word, 26, 26);
  if (!isLoad) return unknownAccess(decoder, word);
  const move = { loads: true, vector: false, size: 1 << bits(word, 30, 31), signed: 0 };
  access(decoder, move, bits(word, 0, 4), placeOf(decoder, bits(word, 5, 9), 0));
}
