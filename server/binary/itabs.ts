import { hex } from "./bytes.ts";
import { BinaryError, type Itab } from "./model.ts";
import type { Module } from "./moduledata.ts";
import type { RuntimeType, TypeReader } from "./types.ts";

/** Offsets in runtime.itab (abi.ITab): the interface type, the concrete type, the first method. */
export interface ItabLayout {
  inter: number;
  type: number;
  fun: number;
}

/** runtime/runtime2.go, itab; internal/abi/iface.go, ITab from 1.22: the same in all versions of the table. */
export const KNOWN_ITAB: ItabLayout = { inter: 0, type: 8, fun: 24 };
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
    const first = reader.image.u64(at + KNOWN_ITAB.fun);
    // abi.ITab.Size of 1.27: fun[0] = 0 means that the type doesn't implement the interface.
    at += KNOWN_ITAB.fun + 8 * (first === 0 ? 1 : inter.interfaceMethods.length);
  }
  return addresses;
}

/**
 * Finds which word of an itab is the interface type and which the concrete type: the one that leads to an interface
 * (to another kind of type) in every static itab. Null where there are no itabs or no single word fits all.
 */
export function deriveItabLayout(
  addresses: readonly number[],
  read: (address: number) => RuntimeType | null,
  word: (address: number) => number | null,
): Pick<ItabLayout, "inter" | "type"> | null {
  if (addresses.length === 0) return null;
  const inter: number[] = [];
  const type: number[] = [];
  for (let offset = 0; offset < 8 * MAX_WORDS; offset += 8) {
    let interfaces = 0;
    let concrete = 0;
    for (const address of addresses) {
      const target = read(word(address + offset) ?? 0);
      if (target?.kind === "interface") interfaces++;
      else if (target) concrete++;
    }
    if (interfaces === addresses.length) inter.push(offset);
    if (concrete === addresses.length) type.push(offset);
  }
  return inter.length === 1 && type.length === 1 ? { inter: inter[0]!, type: type[0]! } : null;
}

export function readItabs(
  addresses: readonly number[],
  layout: Pick<ItabLayout, "inter" | "type">,
  word: (address: number) => number | null,
): Itab[] {
  return addresses.map((address) => ({
    address,
    interfaceType: word(address + layout.inter) ?? 0,
    concreteType: word(address + layout.type) ?? 0,
  }));
}
