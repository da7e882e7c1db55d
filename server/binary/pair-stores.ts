/** The stores of the two words of a value on the way of the itab that is followed: pairs in memory, and spills. */
import type { Body, Consumer, Stored, Use } from "./body.ts";
import { type Flags, Flow, type Machine } from "./code/index.ts";
import { stored } from "./lead.ts";
import { addressOf, isAt, type StoreAddress } from "./store-address.ts";

/** Rows between the two stores of a pair; and how long before the itab's the data word's may have been. */
const PAIR_WINDOW = 14;
const RECENT_WINDOW = 40;

export interface Pending {
  address: StoreAddress;
  itab: Use;
  expires: number;
}
export interface Path {
  machine: Machine;
  block: number;
  blocks: readonly number[];
  stores: Stored | null;
  pending: Pending | null;
  /** A pair of stack stores: a variable, unless what is loaded back later says that it was two spills. */
  tentative: Consumer | null;
  tentativeAddress: StoreAddress | null;
  /** Slots that hold the itab; a new list each time that one is added. */
  spills: readonly number[];
  /** Rows walked. */
  age: number;
  /** Mask of registers written in this block and not read since: no write is in vain, so that they leave at an exit. */
  unread: number;
  /** Mask of registers that got the itab in this block. */
  moved: number;
  /** Mask of registers that got it back from the stack since `tentative`. */
  reloaded: number;
  /** The type word was taken out of the itab: the value goes on as an `any`. */
  eface: boolean;
  flags: Flags;
}

export class PairStores {
  readonly #body: Body;
  readonly #itab: number;
  readonly #add: (consumer: Consumer) => void;
  readonly #lost: (why: string) => void;

  /** @param itab the value that is followed. @param told of each pair, and why a path ends without one. */
  constructor(
    body: Body,
    itab: number,
    told: { add: (consumer: Consumer) => void; lost: (why: string) => void },
  ) {
    this.#body = body;
    this.#itab = itab;
    this.#add = told.add;
    this.#lost = told.lost;
  }

  /** As `store`, for a call of the write barrier that stores. */
  barrierStore(path: Path, i: number, name: string): boolean {
    const { isa } = this.#body.code;
    const register = isa.barrierStores[name.replace(/^runtime\.gcWriteBarrier/, "")];
    if (register === undefined || !name.startsWith("runtime.gcWriteBarrier")) return false;
    const address = addressOf(this.#body.values, path.machine.registers[isa.barrierTarget]!, 0);
    const value = path.machine.registers[register]!;
    return this.#stored(path, { i, register, value, address, before: path.stores });
  }

  /** Handles a store; true if it completes a pair in memory that isn't the stack. */
  store(path: Path, i: number): boolean {
    const { code } = this.#body;
    // the write barrier's buffer, not the program's memory
    if (code.base[i] === code.isa.barrierBuffer && this.#afterBarrier(path, i)) return false;
    const one = stored(this.#body, path.machine, path.stores, i);
    return one ? this.#stored(path, one) : false;
  }

  #afterBarrier(path: Path, i: number): boolean {
    const { code, graph, callees } = this.#body;
    for (let at = i - 1; at >= graph.first[path.block]!; at--) {
      if (code.flow[at] === Flow.CALL) return callees.of(code, at).name.startsWith("runtime.gcWriteBarrier");
    }
    return false;
  }

  #stored(path: Path, one: Stored): boolean {
    path.stores = one;
    const pending = path.pending;
    if (pending && isAt(one.address, pending.address, 8)) return this.#complete(path, pending, one);
    if (one.value !== this.#itab) return false;
    if (pending && this.settle(path)) return true;
    path.pending = { address: one.address, itab: one, expires: path.age + PAIR_WINDOW };
    return false;
  }

  #complete(path: Path, pending: Pending, data: Stored): boolean {
    path.pending = null;
    const consumer: Consumer = {
      kind: "store",
      itab: pending.itab,
      data,
      value: data.value,
      i: Math.max(pending.itab.i, data.i),
      path: path.blocks,
      eface: path.eface,
      firm: true,
      intoItself: this.#isWithin(path, pending.address, data.value),
    };
    if (!pending.address.stack) {
      this.#add(path.tentative ?? consumer);
      return true;
    }
    if (path.tentative) return false;
    path.tentative = consumer;
    path.reloaded = 0;
    path.tentativeAddress = pending.address;
    return false;
  }

  /** True if the address is in the object of the error `value`, or in one whose address was just stored there. */
  #isWithin(path: Path, { base, index }: StoreAddress, value: number): boolean {
    if (index !== 0) return false;
    if (base === value) return true;
    for (let one = path.stores; one; one = one.before) {
      const isHeld = one.value === base && one.address.base === value && one.address.index === 0;
      if (isHeld && lastAt(path.stores, one.address, 0) === one) return true;
    }
    return false;
  }

  /** No store of the data word follows: it came before (true if that ends the path), or the itab was spilled. */
  settle(path: Path): boolean {
    const pending = path.pending!;
    path.pending = null;
    const earlier = lastAt(path.stores, pending.address, 8);
    if (earlier && pending.itab.i - earlier.i < RECENT_WINDOW) {
      return this.#complete(path, pending, earlier);
    }
    if (pending.address.stack) {
      const { offset } = pending.address;
      if (!path.spills.includes(offset)) path.spills = [...path.spills, offset];
      return false;
    }
    this.#lost("stored without its data word");
    return true;
  }
}

/** The last store `add` bytes behind an address. */
function lastAt(stores: Stored | null, address: StoreAddress, add: number): Stored | null {
  for (let one = stores; one; one = one.before) if (isAt(one.address, address, add)) return one;
  return null;
}
