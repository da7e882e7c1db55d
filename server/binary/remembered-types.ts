import { hex } from "./bytes.ts";
import { BinaryError, type GoType, type Kind } from "./model.ts";
import type { RuntimeType } from "./runtime-type.ts";
import type { TakeMethod, TypeReader } from "./types.ts";

/** The types at addresses that are known to hold one, each decoded when it is first asked for. */
export class RememberedTypes implements ReadonlyMap<number, GoType> {
  readonly #reader: TypeReader;
  /** In ascending order. */
  readonly #addresses: Float64Array;
  readonly #decoded = new Map<number, RuntimeType>();

  /** @param addresses in ascending order. */
  constructor(reader: TypeReader, addresses: Float64Array) {
    this.#reader = reader;
    this.#addresses = addresses;
  }

  get size(): number {
    return this.#addresses.length;
  }

  has(address: number): boolean {
    const addresses = this.#addresses;
    let low = 0;
    let high = addresses.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (addresses[middle] === address) return true;
      if (addresses[middle]! < address) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }

  /** @throws BinaryError "bad-layout" where there is no type at an address that had one: the bytes are others. */
  get(address: number): RuntimeType | undefined {
    const known = this.#decoded.get(address);
    if (known || !this.has(address)) return known;
    const type = this.#reader.read(address);
    if (!type) throw new BinaryError("bad-layout", `no type at ${hex(address)}: the file has changed`);
    this.#decoded.set(address, type);
    return type;
  }

  /** The first type of that name (in ASCII) and kind; undefined if there is none. The others aren't decoded. */
  called(name: string, kind: Kind): RuntimeType | undefined {
    const address = this.#addresses.find((one) => this.#reader.isCalled(one, name, kind));
    return address === undefined ? undefined : this.get(address);
  }

  /** The methods whose signature is wanted of all types but interfaces. */
  eachMethod(wanted: (signature: number) => boolean, take: TakeMethod): void {
    for (const address of this.#addresses) this.#reader.eachMethod(address, wanted, take);
  }

  keys(): MapIterator<number> {
    return this.#addresses.values();
  }

  *entries(): MapIterator<[number, RuntimeType]> {
    for (const address of this.#addresses) yield [address, this.get(address)!];
  }

  *values(): MapIterator<RuntimeType> {
    for (const address of this.#addresses) yield this.get(address)!;
  }

  [Symbol.iterator](): MapIterator<[number, RuntimeType]> {
    return this.entries();
  }

  forEach(callback: (value: GoType, key: number, map: ReadonlyMap<number, GoType>) => void): void {
    for (const [address, type] of this.entries()) callback(type, address, this);
  }
}
