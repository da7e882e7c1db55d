import { type Code, Flow, Mnemonic } from "./code.ts";
import type { Isa } from "./isa.ts";

/**
 * runtime functions that never return, so that the compiler puts nothing that runs behind a call of them.
 * Source: ir.CallExpr NoReturn and ssagen's panics, Go 1.20 to 1.27.
 */
const NO_RETURN =
  /^runtime\.(go)?panic(Index|Slice|Bounds|Extend|divide|shift|overflow|float|mem|nil|wrap|dottype|makeslice|unsafe|check|rangestate|SimdImm|$)|^runtime\.(gopanic|throw|fatal|block|goexit0?|abort|sigpanic|panicmem.*)(\.abi0)?$/;
const BARRIER = /^runtime\.gcWriteBarrier/;
const DUFF = /^runtime\.duff(zero|copy)/;

const RECENT = 1 << 11;

export interface Callee {
  name: string;
  returns: boolean;
  /** Registers whose values don't survive. */
  clobbers: number;
  /** A write barrier or a block copy that the compiler inserts within one Go statement: no call of the program's. */
  helper: boolean;
}

/** What is known of callees by their address; `nameAt` gives a function's name if it starts there, else "". */
export class Callees {
  readonly #known = new Map<number, Callee>();
  /** Those asked for last, by some bits of their address: most are asked for again and again. */
  readonly #lastAt = new Float64Array(RECENT).fill(-1);
  readonly #last: Callee[];
  readonly #nameAt: (address: number) => string;
  readonly #isa: Isa;
  readonly #unknown: Callee;

  constructor(isa: Isa, nameAt: (address: number) => string) {
    this.#isa = isa;
    this.#nameAt = nameAt;
    this.#unknown = { name: "", returns: true, clobbers: isa.clobbered, helper: false };
    this.#last = new Array<Callee>(RECENT).fill(this.#unknown);
  }

  at(address: number): Callee {
    if (address < 0) return this.#unknown;
    const slot = (address >>> 4) & (RECENT - 1);
    if (this.#lastAt[slot] === address) return this.#last[slot]!;
    const callee = this.#known.get(address) ?? this.#learn(address);
    this.#lastAt[slot] = address;
    this.#last[slot] = callee;
    return callee;
  }

  #learn(address: number): Callee {
    const name = this.#nameAt(address);
    const callee = { name, returns: !NO_RETURN.test(name), ...effectOf(this.#isa, name) };
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

function effectOf(isa: Isa, name: string): { clobbers: number; helper: boolean } {
  if (BARRIER.test(name)) return { clobbers: isa.barrierClobbers, helper: true };
  if (DUFF.test(name)) return { clobbers: isa.duffClobbers, helper: true };
  return { clobbers: isa.clobbered, helper: false };
}

/** Registers of an interface value as argument or result: the `k`th of ABIInternal and the next. */
export const pairAt = (isa: Isa, k: number): [number, number] => [isa.arguments[k]!, isa.arguments[k + 1]!];

/** Instructions that only compare. */
export const isComparison = (mnemonic: number): boolean =>
  mnemonic === Mnemonic.Cmp || mnemonic === Mnemonic.Test;
