/** The numbered inputs of one executable. */
import { random } from "./damage.ts";
import { Intact } from "./intact.ts";
import { type Part, partsOf } from "./parts.ts";
import { WholeFile } from "./whole.ts";

/** One input in so many is a whole file; the others are single tables, by turns. */
const WHOLE = 8;

export class Inputs {
  readonly #whole: WholeFile;
  readonly #parts: Part[];

  constructor(seed: Uint8Array) {
    const intact = new Intact(seed);
    this.#whole = new WholeFile(intact);
    this.#parts = partsOf(intact);
  }

  /** What was exercised and what came of it. @throws what a reader threw that it shouldn't. */
  exercise(number: number): string {
    const next = random(number);
    const below = (n: number) => Math.floor(next() * n);
    if (number % WHOLE === 0) return `whole: ${this.#whole.exercise(below)}`;
    const part = this.#parts[(number % WHOLE) - 1]!;
    return `${part.name}: ${part.exercise(below)}`;
  }
}
