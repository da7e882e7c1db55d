/**
 * Symbolic values of one function: equal numbers are equal values. Hash-consed, so that two runs over the same code give
 * the same numbers.
 */
export type Value =
  /** What instruction `i` leaves in register `register`, not known further. */
  | { kind: "result"; i: number; register: number }
  /** What a register holds where the run starts. */
  | { kind: "register"; register: number }
  /** What a stack slot holds where the run starts, or after `epoch` calls of it for one that callees may change. */
  | { kind: "slot"; slot: number; epoch: number }
  /** A static address. */
  | { kind: "static"; address: number }
  | { kind: "immediate"; number: number }
  /** The address of a stack slot. */
  | { kind: "frame"; slot: number }
  /** `base` + `index` * `scale`. */
  | { kind: "element"; base: number; index: number; scale: number }
  /** `base` + `offset` bytes. */
  | { kind: "sum"; base: number; offset: number };

export class Values {
  readonly #all: Value[] = [];
  readonly #numbers = new Map<string, number>();

  get(number: number): Value {
    return this.#all[number]!;
  }

  /** The number of a value. */
  of(value: Value): number {
    const key = Object.values(value).join(" ");
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#all.length;
      this.#all.push(value);
      this.#numbers.set(key, number);
    }
    return number;
  }
}
