import { hex } from "./bytes.ts";
import { BinaryError, type Derivation, type GoType, type Itab, type ItabLayout } from "./model.ts";
import type { Module } from "./moduledata.ts";
import type { TypeReader } from "./types.ts";

/** runtime/runtime2.go, itab; internal/abi/iface.go, ITab from 1.22: the same in all versions of the table. */
export const KNOWN_ITAB: ItabLayout = { inter: 0, type: 8 };
/** Offset of fun, the methods. */
export const FUN = 24;
const MAX_WORDS = 4;

/** Addresses of the static itabs (runtime/iface.go, itabsinit and addModuleItabs). Throws BinaryError "bad-layout". */
export function itabAddresses(reader: TypeReader, module: Module): number[] {
  if ("pointers" in module.itabs) {
    const { address, length } = module.itabs.pointers;
    return Array.from({ length }, (_, i) => reader.image.u64(address + 8 * i) ?? 0);
  }
  const { address, length } = module.itabs.block;
  const addresses: number[] = [];
  for (let at = address; at < address + length; ) {
    const inter = reader.read(reader.image.u64(at + KNOWN_ITAB.inter) ?? 0);
    if (inter?.kind !== "interface") {
      throw new BinaryError(
        "bad-layout",
        `the itab at ${hex(at)} has no interface type; nothing of the file is used`,
      );
    }
    addresses.push(at);
    const first = reader.image.u64(at + FUN);
    // abi.ITab.Size of 1.27: fun[0] = 0 means that the type doesn't implement the interface.
    at += FUN + 8 * (first === 0 ? 1 : inter.interfaceMethods.length);
  }
  return addresses;
}

/**
 * Finds which word of an itab is the interface type and which the concrete type: the one that leads to an interface
 * (to another kind of type) in every static itab. Falls back to the known layout where there are no itabs.
 * Throws BinaryError "bad-layout" where no single word fits all.
 */
export function settleItabLayout(
  addresses: readonly number[],
  read: (address: number) => GoType | null,
  word: (address: number) => number | null,
): { layout: ItabLayout; derivation: Derivation } {
  const inter: number[] = [];
  const type: number[] = [];
  for (let offset = 0; offset < 8 * MAX_WORDS; offset += 8) {
    const kinds = addresses.map((address) => read(word(address + offset) ?? 0)?.kind);
    if (kinds.every((kind) => kind === "interface")) inter.push(offset);
    else if (kinds.every((kind) => kind !== undefined && kind !== "interface")) type.push(offset);
  }
  const known = addresses.length === 0;
  const layout = known ? KNOWN_ITAB : { inter: inter[0]!, type: type[0]! };
  if (!known && (inter.length !== 1 || type.length !== 1)) {
    throw new BinaryError(
      "bad-layout",
      `no one word of the ${addresses.length} itabs is always an interface type and another always a concrete type`,
    );
  }
  const derivation: Derivation = {
    name: "itab layout",
    value: `interface type at ${layout.inter}, type at ${layout.type}`,
    from: known ? "version table" : `${addresses.length} of ${addresses.length} static itabs agree`,
    checked: !known,
  };
  return { layout, derivation };
}

/** The concrete types by itab, both by static address. */
export const itabTypes = (itabs: readonly Itab[]): Map<number, number> =>
  new Map(itabs.map(({ address, concreteType }) => [address, concreteType]));

export function readItabs(
  addresses: Iterable<number>,
  layout: ItabLayout,
  word: (address: number) => number | null,
): Itab[] {
  return Array.from(addresses, (address) => ({
    address,
    interfaceType: word(address + layout.inter) ?? 0,
    concreteType: word(address + layout.type) ?? 0,
  }));
}
