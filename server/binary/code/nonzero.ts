import { type Code, Flow, Mnemonic, Operand, setOf } from "./code.ts";

/** Instructions of compiled Go code that leave the flags alone. Source: Intel SDM volume 2. */
const KEEPS_FLAGS = setOf([
  Mnemonic.Mov, Mnemonic.Lea, Mnemonic.Movups, Mnemonic.Movdqu, Mnemonic.Movzx, Mnemonic.Movsxd, Mnemonic.Movsx,
  Mnemonic.Nop, Mnemonic.Xchg, Mnemonic.Push, Mnemonic.Pop, Mnemonic.Cmove, Mnemonic.Cmovne,
]); // biome-ignore format: a list

/** What the flags say of one word. */
export type Flags = "nonzero" | "unknown";

/** The register that row `i` compares with zero (TEST r, r), or -1. */
export function testedRegister(code: Code, i: number): number {
  const self =
    code.mnemonic[i] === Mnemonic.Test &&
    code.kind[0][i] === Operand.REGISTER &&
    code.kind[1][i] === Operand.REGISTER &&
    code.register[0][i] === code.register[1][i] &&
    code.width[0][i] === 8;
  return self ? code.register[0][i]! : -1;
}

/**
 * The flags after row `i`. `tested`: its `testedRegister`; `nonzero`: that register has a word that is never zero.
 */
export function flagsAfter(code: Code, i: number, before: Flags, tested: number, nonzero: boolean): Flags {
  if (tested >= 0) return nonzero ? "nonzero" : "unknown";
  return KEEPS_FLAGS[code.mnemonic[i]!] === 1 || code.flow[i] === Flow.CONDITIONAL ? before : "unknown";
}

/** Which way the conditional jump at row `i` surely goes; null if that isn't known. */
export function surely(code: Code, i: number, flags: Flags): "taken" | "falls" | null {
  if (flags !== "nonzero") return null;
  if (code.mnemonic[i] === Mnemonic.Je) return "falls";
  return code.mnemonic[i] === Mnemonic.Jne ? "taken" : null;
}

/** The blocks that control can go to from the end of a block, given the flags there. */
export function possible(
  code: Code,
  end: number,
  next: readonly number[],
  fallsTo: number,
  flags: Flags,
): readonly number[] {
  if (code.flow[end] !== Flow.CONDITIONAL) return next;
  const way = surely(code, end, flags);
  if (way === "falls") return next.filter((block) => block === fallsTo);
  return way === "taken" && next.length > 1 ? next.filter((block) => block !== fallsTo) : next;
}
