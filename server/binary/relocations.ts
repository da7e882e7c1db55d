import type { Elf } from "./elf.ts";
import type { ElfImage } from "./image.ts";
import type { AddressRange } from "./model.ts";

const DT_RELA = 7;
const DT_RELASZ = 8;
/** R_X86_64_RELATIVE (psABI x86-64, table 4.9) and R_AARCH64_RELATIVE (AAELF64, 5.7.16): word = base + addend. */
const R_RELATIVE = { amd64: 8, arm64: 1027 };
const RELA_SIZE = 24;

/**
 * Calls `write(address, low, high)` for each RELATIVE relocation of PT_DYNAMIC's RELA table: the word at `address` is
 * `high:low` at load base 0. PT_DYNAMIC and not the sections is read, since it survives stripping of section headers.
 * RELR relocations (DT_RELR) need nothing: they keep their addend in the word itself, which at base 0 is the value.
 * @returns where the table is, null if there is none.
 */
export function relativeRelocations(
  image: ElfImage,
  elf: Elf,
  write: (address: number, low: number, high: number) => void,
): AddressRange | null {
  const dynamic = readDynamic(image, elf);
  const address = dynamic.get(DT_RELA) ?? 0;
  const size = dynamic.get(DT_RELASZ) ?? 0;
  const table = image.bytes(address, size);
  if (!table || size === 0) return null;
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  for (let at = 0; at + RELA_SIZE <= table.length; at += RELA_SIZE) {
    if (view.getUint32(at + 8, true) !== R_RELATIVE[elf.arch]) continue;
    const target = view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x100000000;
    write(target, view.getUint32(at + 16, true), view.getUint32(at + 20, true));
  }
  return { address, size };
}

function readDynamic(image: ElfImage, elf: Elf): Map<number, number> {
  const entries = new Map<number, number>();
  if (!elf.dynamic) return entries;
  for (let at = 0; at + 16 <= elf.dynamic.size; at += 16) {
    const tag = image.u64(elf.dynamic.address + at);
    const value = image.u64(elf.dynamic.address + at + 8);
    if (tag === null || tag === 0) break;
    if (value !== null) entries.set(tag, value);
  }
  return entries;
}
