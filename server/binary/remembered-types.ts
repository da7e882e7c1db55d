import { hex } from "./bytes.ts";
import { BinaryError, type GoType } from "./model.ts";
import type { RuntimeType, TypeReader } from "./types.ts";

/** The types at addresses that are known to hold one, each decoded when it is first asked for. */
export class RememberedTypes implements ReadonlyMap<number, GoType> {
  readonly #reader: TypeReader;
  /** null: not decoded yet. */
  readonly #types: Map<number, RuntimeType | null>;

  constructor(reader: TypeReader, addresses: Iterable<number>) {
    this.#reader = reader;
    this.#types = new Map();
    for (const address of addresses) this.#types.set(address, null);
  }

  get size(): number {
    return this.#types.size;
  }

  has(address: number): boolean {
    return this.#types.has(address);
  }

  /** @throws BinaryError "bad-layout" where there is no type at an address that had one: the bytes are others. */
  get(address: number): RuntimeType | undefined {
    const known = this.#types.get(address);
    if (known !== null) return known;
    const type = this.#reader.read(address);
    if (!type) throw new BinaryError("bad-layout", `no type at ${hex(address)}: the file has changed`);
    this.#types.set(address, type);
    return type;
  }

  keys(): MapIterator<number> {
    return this.#types.keys();
  }

  *entries(): MapIterator<[number, RuntimeType]> {
    for (const address of this.#types.keys()) yield [address, this.get(address)!];
  }

  *values(): MapIterator<RuntimeType> {
    for (const address of this.#types.keys()) yield this.get(address)!;
  }

  [Symbol.iterator](): MapIterator<[number, RuntimeType]> {
    return this.entries();
  }

  forEach(callback: (value: GoType, key: number, map: ReadonlyMap<number, GoType>) => void): void {
    for (const [address, type] of this.entries()) callback(type, address, this);
  }
}
