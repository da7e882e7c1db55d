import { type Code, Mnemonic, Operand, Reg } from "./code/index.ts";
import type { Derivation } from "./model.ts";

/**
 * Static address of runtime.allgs, the slice of all goroutines that ever were (those that ended are used again). It is the
 * only slice that runtime.allgadd appends to: the only three words in a row of the executable's memory that it loads or
 * stores. Source: runtime/proc.go, Go 1.16 to 1.27. Checked against each process that is looked at: its entries must be
 * goroutines.
 *
 * @returns null for `allgs` with the reason in the derivation's note.
 */
export function deriveAllgs(decode: (name: string) => Code | null): {
  allgs: number | null;
  derivation: Derivation;
} {
  const code = decode("runtime.allgadd");
  const words = code ? globalWords(code) : new Set<number>();
  const slices = [...words].filter((word) => words.has(word + 8) && words.has(word + 16));
  const [only] = slices;
  const allgs = slices.length === 1 && only !== undefined ? only : null;
  const note =
    allgs === null ? `runtime.allgadd ${code ? "looks different" : "could not be read"}` : undefined;
  return {
    allgs,
    derivation: {
      name: "runtime.allgs",
      value: allgs === null ? "not determined" : `0x${allgs.toString(16)}`,
      from: "machine code of runtime.allgadd",
      checked: allgs !== null,
      ...(note ? { note } : {}),
    },
  };
}

/** Addresses of the 8-byte words that the code moves to or from a register. */
function globalWords(code: Code): Set<number> {
  const words = new Set<number>();
  for (let i = 0; i < code.count; i++) {
    if (code.mnemonic[i] !== Mnemonic.Mov || code.base[i] !== Reg.RIP || code.memorySize[i] !== 8) continue;
    if (code.kind[0][i] === Operand.REGISTER || code.kind[1][i] === Operand.REGISTER)
      words.add(code.displacement[i]!);
  }
  return words;
}
