/**
 * Which instructions the kernel accepts under a uprobe, and which of these it emulates.
 * Source: Linux arch/x86/kernel/uprobes.c (good_insns_64, good_2byte_insns, is_prefix_bad, branch_setup_xol_ops,
 * push_setup_xol_ops; 4.5 to 6.18).
 */

/** One bit an opcode, row by row; as the kernel's tables. */
const rows = (...bits: string[]): boolean[] => bits.flatMap((row) => [...row].map((bit) => bit === "1"));

const ONE_BYTE = rows(
  "1111110011111100", "1111110011111100", "1111110011111100", "1111110011111100",
  "0000000000000000", "1111111111111111", "0001110011110000", "1111111111111111",
  "1101111111111111", "1111111111111111", "1111111111111111", "1111111111111111",
  "1111001111110000", "1111000111111111", "1111000011110000", "0011011111001111",
); // biome-ignore format: the kernel's shape
const TWO_BYTE = rows(
  "0000000000000011", "1111111101111111", "1111000011111111", "0111000000000000",
  "1111111111111111", "1111111111111111", "1111111111111111", "1111111100000011",
  "1111111111111111", "1111111111111111", "1111110011111101", "1111111101111111",
  "1111111111111111", "0111111111111111", "1111111111111111", "0111111111111110",
); // biome-ignore format: the kernel's shape

/** Intel SDM volume 2, 2.1.1. */
export const LEGACY_PREFIXES = new Set([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3]);
/** ES, CS, SS, DS, LOCK. */
const REFUSED_PREFIXES = new Set([0x26, 0x2e, 0x36, 0x3e, 0xf0]);
const REPEATS = new Set([0xf2, 0xf3]);
/** The longest instruction that exists is 15 bytes; such long ones are only padding. */
const MAX_LENGTH = 14;

export type Probe = "emulated" | "stepped" | "refused";

/** How the kernel runs the probed instruction, which is the bytes [from, to): exactly one of 64-bit code. */
export function probeOf(bytes: Uint8Array, from = 0, to = bytes.length): Probe {
  if (to <= from || to - from > MAX_LENGTH) return "refused";
  let at = from;
  let wordSize = false;
  let repeats = false;
  while (at < to && LEGACY_PREFIXES.has(bytes[at]!)) {
    if (REFUSED_PREFIXES.has(bytes[at]!)) return "refused";
    wordSize ||= bytes[at] === 0x66;
    repeats ||= REPEATS.has(bytes[at]!);
    at++;
  }
  const rex = at < to && bytes[at]! >> 4 === 4 ? bytes[at++]! : 0;
  const opcode = at < to ? bytes[at]! : 0x0f;
  if (opcode === 0x0f) {
    const second = at + 1 < to ? bytes[at + 1]! : 0;
    if (!TWO_BYTE[second]) return "refused";
    return second >= 0x80 && second <= 0x8f && !wordSize ? "emulated" : "stepped";
  }
  if (!ONE_BYTE[opcode]) return "refused";
  // a repeated string instruction (A4-A7, AA-AF) hits once an iteration
  if (repeats && opcode >= 0xa4 && opcode <= 0xaf) return "refused";
  // XCHG R8, RAX: the kernel would skip it as if it were NOP
  if (opcode === 0x90 && rex & 1) return "refused";
  const branch = opcode === 0xe8 || opcode === 0xe9 || opcode === 0xeb || opcode >> 4 === 7;
  if (branch) return wordSize ? "stepped" : "emulated";
  return opcode === 0x90 || opcode >> 3 === 0x0a ? "emulated" : "stepped";
}
