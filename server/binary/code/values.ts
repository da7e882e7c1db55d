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

/** Kinds with their own table: keyed by one number. */
type Simple = Exclude<Value["kind"], "sum" | "element">;

export class Values {
  readonly #all: Value[] = [];
  readonly #simple: Record<Simple, Map<number, number>> = {
    result: new Map(),
    register: new Map(),
    slot: new Map(),
    static: new Map(),
    immediate: new Map(),
    frame: new Map(),
  };
  /** Results in general registers, the common kind: small keys. */
  readonly #results = new Map<number, number>();
  readonly #sums = new Map<number, Map<number, number>>();
  readonly #elements = new Map<string, number>();
  #entry: number[] | null = null;

  get(number: number): Value {
    return this.#all[number]!;
  }

  /** What the general registers hold where a run starts. The list is the caller's. */
  entry(): number[] {
    this.#entry ??= Array.from({ length: 16 }, (_, register) => this.of({ kind: "register", register }));
    return this.#entry.slice();
  }

  /** What row `i` leaves in general register `register`. */
  result(i: number, register: number): number {
    const key = i * 16 + register;
    let number = this.#results.get(key);
    if (number === undefined) {
      number = this.#all.length;
      this.#all.push({ kind: "result", i, register });
      this.#results.set(key, number);
    }
    return number;
  }

  /** The number of a value. */
  of(value: Value): number {
    switch (value.kind) {
      case "sum": {
        let sums = this.#sums.get(value.base);
        if (!sums) {
          sums = new Map();
          this.#sums.set(value.base, sums);
        }
        return this.#number(sums, value.offset, value);
      }
      case "element":
        return this.#number(this.#elements, `${value.base} ${value.index} ${value.scale}`, value);
      case "result":
        if (value.i >= 0 && value.register >= 0 && value.register < 16)
          return this.result(value.i, value.register);
        return this.#number(this.#simple.result, keyOf(value), value);
      default:
        return this.#number(this.#simple[value.kind], keyOf(value), value);
    }
  }

  #number<Key>(table: Map<Key, number>, key: Key, value: Value): number {
    let number = table.get(key);
    if (number === undefined) {
      number = this.#all.length;
      this.#all.push(value);
      table.set(key, number);
    }
    return number;
  }
}

/** Slots and rows stay below 2^24, epochs below 2^20: exact in a double. */
function keyOf(value: Extract<Value, { kind: Simple }>): number {
  switch (value.kind) {
    case "result":
      return value.i * 0x2000000 + value.register + 0x1000000;
    case "slot":
      return value.slot * 0x100000 + value.epoch;
    case "register":
      return value.register;
    case "static":
      return value.address;
    case "immediate":
      return value.number;
    case "frame":
      return value.slot;
  }
}
