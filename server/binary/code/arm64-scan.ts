import { ASSEMBLER } from "./arm64-registers.ts";
import type { TakeUse } from "./isa.ts";
import type { Hit } from "./scan.ts";

/** ADRP Rd: the page that it gives for a word at static address `pc`. */
export function pageOf(word: number, pc: number): number {
  const pages = ((((word >> 5) & 0x7ffff) << 2) | ((word >>> 29) & 3)) << 11; // sign in bit 31
  return pc - (pc % 4096) + (pages >> 11) * 4096;
}
export const isAdrp = (word: number): boolean => (word & 0x9f000000) === (0x90000000 | 0);
/** ADD Xd, Xn, #imm12, not shifted. */
export const isAdd = (word: number): boolean => (word & 0xffc00000) === (0x91000000 | 0);
/** LDR Xt, [Xn, #imm12 * 8]. */
const isLoad = (word: number): boolean => (word & 0xffc00000) === (0xf9400000 | 0);
/** LDP Xt1, Xt2, [Xn, #imm7 * 8], without writeback. */
const isPairLoad = (word: number): boolean => (word & 0xffc00000) === (0xa9400000 | 0);
const target = (word: number): number => word & 31;
const base = (word: number): number => (word >> 5) & 31;
const immediate12 = (word: number): number => (word >> 10) & 0xfff;

/**
 * Finds ADRP, ADD whose sum is in `targets`; the pc is that of the ADD. Go's assembler always writes the two one behind the
 * other (cmd/internal/obj/arm64/asm7.go, addrRel: case 68). May find words of a literal pool; the decoder tells.
 */
export function scanForAddress(text: Uint8Array, start: number, targets: ReadonlySet<number>): Hit[] {
  const hits: Hit[] = [];
  eachAddress(text, start, targets, 0, (pc, word, page, adrp) => {
    if (!isAdd(word) || base(word) !== target(adrp)) return;
    const address = page + immediate12(word);
    if (targets.has(address)) hits.push({ pc, target: address });
  });
  return hits;
}

/**
 * As `scanForAddress`, for loads: ADRP, LDR and ADRP, ADD, LDR (asm7.go, cases 65 and 80), or LDP, of which either word may be
 * meant. The pc is that of the load; of the second word of a pair a byte further, as the decoder numbers its row.
 */
export function scanForLoad(text: Uint8Array, start: number, targets: ReadonlySet<number>): Hit[] {
  const hits: Hit[] = [];
  const loaded = (pc: number, word: number, from: number, register: number) => {
    if (base(word) !== register) return;
    if (isLoad(word)) {
      const address = from + immediate12(word) * 8;
      if (targets.has(address)) hits.push({ pc, target: address });
    } else if (isPairLoad(word)) {
      const address = from + (((word >> 15) << 25) >> 25) * 8;
      // the decoder's first row is the one that doesn't change the base
      const swapped = target(word) === register;
      if (targets.has(address)) hits.push({ pc: swapped ? pc + 1 : pc, target: address });
      if (targets.has(address + 8)) hits.push({ pc: swapped ? pc : pc + 1, target: address + 8 });
    }
  };
  eachAddress(text, start, targets, 16, (pc, word, page, adrp, after) => {
    const register = target(adrp);
    if (isAdd(word) && base(word) === register) loaded(pc + 4, after, page + immediate12(word), target(word));
    else loaded(pc, word, page, register);
  });
  return hits;
}

/** The word behind each ADRP whose page may have one of the targets, and the word behind that. */
function eachAddress(
  text: Uint8Array,
  start: number,
  targets: ReadonlySet<number>,
  slack: number,
  take: (pc: number, word: number, page: number, adrp: number, after: number) => void,
): void {
  if (targets.size === 0) return;
  const pages = new Set<number>();
  // LDR reaches eight pages from the one that ADRP gives, though the assembler never goes beyond it
  for (const address of targets) for (const at of [address, address - slack]) pages.add(at - (at % 4096));
  const words = new DataView(text.buffer, text.byteOffset, text.byteLength);
  for (let at = 0; at + 8 <= text.length; at += 4) {
    const word = words.getInt32(at, true);
    if (!isAdrp(word)) continue;
    const page = pageOf(word, start + at);
    if (!pages.has(page)) continue;
    const after = at + 12 <= text.length ? words.getInt32(at + 8, true) : 0;
    take(start + at + 4, words.getInt32(at + 4, true), page, word, after);
  }
}

/** Any load or store (bits 27 and 25 are 1 and 0). */
const isAccess = (word: number): boolean => (word & 0x0a000000) === 0x08000000;

/**
 * Uses of the variables in [low, high). The address is made by ADRP and ADD, or by ADRP and the access itself; one that is made
 * for an access only, in the assembler's own register, isn't taken.
 */
export function scanForUses(text: Uint8Array, start: number, low: number, high: number, take: TakeUse): void {
  const words = new DataView(text.buffer, text.byteOffset, text.byteLength);
  const accessed = (pc: number, word: number, from: number) => {
    const vector = (word >> 26) & 1;
    if ((word & 0x38000000) === 0x28000000) {
      const size = vector ? 4 << (word >>> 30) : word < 0 ? 8 : 4;
      const at = from + ((word << 10) >> 25) * size;
      if ((word >> 22) & 1) return;
      // either word may be that of the decoder's first row
      for (const address of [at, at + size]) for (const row of [pc, pc + 1]) take("stores", address, row);
      return;
    }
    const isOffset = (word & 0x3b000000) === 0x39000000;
    const high = (word >> 23) & 1;
    const size = vector && high ? 16 : 1 << (word >>> 30);
    const at = from + (isOffset ? immediate12(word) * size : 0);
    const loads = (word >> 22) & 1 || (!vector && high);
    if (!loads || !isOffset) take("stores", at, pc);
  };
  for (let at = 0; at + 8 <= text.length; at += 4) {
    const adrp = words.getInt32(at, true);
    if (!isAdrp(adrp)) continue;
    const page = pageOf(adrp, start + at);
    if (page + 0x8000 < low || page >= high) continue;
    const pc = start + at + 4;
    const word = words.getInt32(at + 4, true);
    if (base(word) !== target(adrp)) continue;
    if (isAccess(word)) accessed(pc, word, page);
    if (!isAdd(word)) continue;
    const address = page + immediate12(word);
    const after = at + 12 <= text.length ? words.getInt32(at + 8, true) : 0;
    const forAccess = isAccess(after) && base(after) === target(word);
    if (forAccess) accessed(pc + 4, after, address);
    if (!forAccess || target(word) !== ASSEMBLER) take("taken", address, pc);
  }
}

/** BL. */
const isCall = (word: number): boolean => word >>> 26 === 0x25;
const calledBy = (word: number, pc: number): number => pc + ((word << 6) >> 6) * 4;
const NOP = 0xd503201f | 0;
/** MOVZ Xd or Wd. */
const isConstant = (word: number): boolean => (word & 0x7f800000) === 0x52800000;

/** As `Isa.calledBehind`: nothing but NOPs and MOVZ between. */
export function calledBehind(text: Uint8Array, start: number, pc: number): number {
  const words = new DataView(text.buffer, text.byteOffset, text.byteLength);
  for (let at = pc - start + 4; at + 4 <= text.length; at += 4) {
    const word = words.getInt32(at, true);
    if (isCall(word)) return calledBy(word, start + at);
    if (word !== NOP && !isConstant(word)) break;
  }
  return -1;
}

/** True if the function's bytes have a BL of one of `entries`. */
export function mayCall(bytes: Uint8Array, start: number, entries: ReadonlySet<number>): boolean {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const word = words.getInt32(at, true);
    if (isCall(word) && entries.has(calledBy(word, start + at))) return true;
  }
  return false;
}
