import { ConditionCode, Mnemonic } from "iced-x86";

/** Bits `from` up to `to` of a word, as a number. */
export const bits = (word: number, from: number, to: number): number =>
  (word >>> from) & (2 ** (to - from + 1) - 1);

/** Bits `from` up to `to` of a word, the highest being the sign. */
export const signedBits = (word: number, from: number, to: number): number =>
  (word << (31 - to)) >> (31 - to + from);

/** The jump, the SETcc and the CMOVcc of x86-64 for a condition of arm64, and its ConditionCode. */
interface Condition {
  jump: number;
  set: number;
  move: number;
  code: number;
  /** Asks for the carry. */
  carry: boolean;
}
const condition = (name: keyof typeof ConditionCode, carry = false): Condition => {
  const named = (prefix: string) =>
    Mnemonic[`${prefix}${name}` as keyof typeof Mnemonic] as unknown as number;
  return {
    jump: named("J"),
    set: named("Set"),
    move: named("Cmov"),
    code: ConditionCode[name] as number,
    carry,
  };
};
/** EQ NE HS LO MI PL VS VC HI LS GE LT GT LE. After a comparison the carry is set where x86-64's isn't. */
export const CONDITIONS: readonly Condition[] = [
  condition("e"),
  condition("ne"),
  condition("ae", true),
  condition("b", true),
  condition("s"),
  condition("ns"),
  condition("o"),
  condition("no"),
  condition("a", true),
  condition("be", true),
  condition("ge"),
  condition("l"),
  condition("g"),
  condition("le"),
];

/**
 * The mask of a logical instruction's immediate, low and high half; null for an encoding that doesn't exist.
 * Source: Arm Architecture Reference Manual, DecodeBitMasks.
 */
export function bitmask(
  n: number,
  immr: number,
  imms: number,
  wide: boolean,
): { low: number; high: number } | null {
  const length = 31 - Math.clz32((n << 6) | (~imms & 0x3f));
  if (length < 1 || (!wide && n === 1)) return null;
  const size = 1 << length;
  const ones = (imms & (size - 1)) + 1;
  if (ones === size) return null;
  const rotation = BigInt(immr & (size - 1));
  const width = BigInt(size);
  const run = (1n << BigInt(ones)) - 1n;
  const element = BigInt.asUintN(size, (run >> rotation) | (run << (width - rotation)));
  let mask = 0n;
  for (let at = 0n; at < 64n; at += width) mask |= element << at;
  if (!wide) mask &= 0xffffffffn;
  return { low: Number(BigInt.asIntN(32, mask)), high: Number(BigInt.asIntN(32, mask >> 32n)) };
}
