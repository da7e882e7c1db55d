import { type Code, Flow, Mnemonic } from "./code.ts";
import { ABI_REGISTERS, Reg } from "./registers.ts";

const ALL = 0xffff;
/** Kept by Go's calls: SP, BP and, in ABIInternal, R14 (g). Source: src/cmd/compile/abi-internal.md. */
const KEPT = (1 << Reg.RSP) | (1 << Reg.RBP) | (1 << Reg.R14);
const CLOBBERED = ALL & ~KEPT;

/**
 * runtime functions that never return, so that the compiler puts nothing that runs behind a call of them.
 * Source: ir.CallExpr NoReturn and ssagen's panics, Go 1.20 to 1.27.
 */
const NO_RETURN =
  /^runtime\.(go)?panic(Index|Slice|Bounds|Extend|divide|shift|overflow|float|mem|nil|wrap|dottype|makeslice|unsafe|check|rangestate|SimdImm|$)|^runtime\.(gopanic|throw|fatal|block|goexit0?|abort|sigpanic|panicmem.*)(\.abi0)?$/;
const BARRIER = /^runtime\.gcWriteBarrier/;
const DUFF = /^runtime\.duff(zero|copy)/;

export interface Callee {
  name: string;
  returns: boolean;
  /** Registers whose values don't survive. */
  clobbers: number;
  /** A write barrier or a block copy that the compiler inserts within one Go statement: no call of the program's. */
  helper: boolean;
}

const UNKNOWN: Callee = { name: "", returns: true, clobbers: CLOBBERED, helper: false };

/** What is known of callees by their address; `nameAt` gives a function's name if it starts there, else "". */
export class Callees {
  readonly #known = new Map<number, Callee>();
  readonly #nameAt: (address: number) => string;

  constructor(nameAt: (address: number) => string) {
    this.#nameAt = nameAt;
  }

  at(address: number): Callee {
    if (address < 0) return UNKNOWN;
    const known = this.#known.get(address);
    if (known) return known;
    const name = this.#nameAt(address);
    const callee = { name, returns: !NO_RETURN.test(name), ...effectOf(name) };
    this.#known.set(address, callee);
    return callee;
  }

  /** The callee of the call or jump at row `i`. */
  of(code: Code, i: number): Callee {
    return this.at(code.target[i]!);
  }

  returns(code: Code): (i: number) => boolean {
    return (i) => code.flow[i] !== Flow.CALL || this.of(code, i).returns;
  }
}

function effectOf(name: string): { clobbers: number; helper: boolean } {
  // Up to Go 1.20 the barrier keeps all; gcWriteBarrierN returns the buffer in R11 (asm_amd64.s, Go 1.21 to 1.27).
  if (BARRIER.test(name)) return { clobbers: 1 << Reg.R11, helper: true };
  // duff_amd64.s: DI (and SI for the copy) advance.
  if (DUFF.test(name)) return { clobbers: (1 << Reg.RDI) | (1 << Reg.RSI), helper: true };
  return { clobbers: CLOBBERED, helper: false };
}

/** Registers of an interface value as argument or result: those at `ABI_REGISTERS[k]` and `[k + 1]`. */
export const pairAt = (k: number): [number, number] => [ABI_REGISTERS[k]!, ABI_REGISTERS[k + 1]!];

/** Instructions that only compare. */
export const isComparison = (mnemonic: number): boolean =>
  mnemonic === Mnemonic.Cmp || mnemonic === Mnemonic.Test;
