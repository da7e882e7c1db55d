/**
 * Which methods have the same code. Generators write the same method for hundreds of types (a third of prometheus' error types are
 * lists with one), so that one need be followed only once.
 */
import { oneText } from "../bytes.ts";
import { type Code, Flow, indexOf } from "../code/index.ts";
import type { Program } from "./machine.ts";
import { modelOf } from "./models.ts";

/** Longer functions are taken for themselves, in bytes. */
const LONGEST = 2048;
/** A pointer's method calls that of the value, which may call another. */
const DEPTH = 2;
/** Numbers of 4 and of 8 bytes that tell a row. */
const SMALL = 9;
const LARGE = 2;

export class Alike {
  readonly #program: Program;
  /** By what the function's rows are. */
  readonly #numbers = new Map<string, number>();
  /** By the function's address. */
  readonly #known = new Map<number, number>();

  constructor(program: Program) {
    this.#program = program;
  }

  /** A number that functions share that do the same at the same addresses; for others the address, negative. */
  of(address: number, depth = DEPTH): number {
    let known = this.#known.get(address);
    if (known === undefined) {
      const code = this.#program.codeAt(address);
      const own = code?.start === address && code.end - code.start <= LONGEST ? code : null;
      known =
        own && modelOf(this.#program.nameAt(address)) === null
          ? this.#numberOf(this.#textOf(own, depth))
          : -address;
      this.#known.set(address, known);
    }
    return known;
  }

  #numberOf(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#numbers.size + 1;
      this.#numbers.set(text, number);
    }
    return number;
  }

  /** All that the rows are but where: jumps are by the row that they go to. */
  #textOf(code: Code, depth: number): string {
    const small = new Int32Array(SMALL * code.count);
    const large = new Float64Array(LARGE * code.count);
    for (let i = 0; i < code.count; i++) {
      small.set(
        [
          code.mnemonic[i]! | (code.flow[i]! << 16) | (code.condition[i]! << 24),
          four(code.kind[0][i]!, code.kind[1][i]!, code.kind[2][i]!, code.scale[i]!),
          four(code.register[0][i]!, code.register[1][i]!, code.register[2][i]!, code.base[i]!),
          four(code.width[0][i]!, code.width[1][i]!, code.width[2][i]!, code.index[i]!),
          four(code.memorySize[i]!, code.memoryAccess[i]!, code.segment[i]!, 0),
          code.immediateLow[i]!,
          code.immediateHigh[i]!,
          code.writes[i]!,
          code.reads[i]!,
        ],
        SMALL * i,
      );
      large[LARGE * i] = code.displacement[i]!;
      large[LARGE * i + 1] = this.#target(code, i, depth);
    }
    return oneText(small) + oneText(large);
  }

  #target(code: Code, i: number, depth: number): number {
    const target = code.target[i]!;
    if (target < 0) return 0;
    if (target >= code.start && target < code.end) return indexOf(code, target) + 0.5;
    if (code.flow[i] === Flow.CALL && depth > 1 && METHODS.test(this.#program.nameAt(target)))
      return this.of(target, depth - 1);
    return -target;
  }
}

/** Methods that a type's own Error() is likely to call of the same type. */
const METHODS = /\.(Error|String)$/;

const four = (a: number, b: number, c: number, d: number): number => a | (b << 8) | (c << 16) | (d << 24);
