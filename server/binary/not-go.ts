import type { BuildInfo } from "./build-info.ts";
import { indexOfBytes } from "./bytes.ts";
import type { Elf } from "./elf.ts";
import type { ElfImage } from "./image.ts";
import { BinaryError } from "./model.ts";
import { hasAncientPclntab } from "./pclntab.ts";
import { minorOf, tooOld } from "./version.ts";

/** Why a file without a function table can't be read: packed, too old, damaged, or no Go program at all. */
export function notReadable(elf: Elf, image: ElfImage, info: BuildInfo | null): BinaryError {
  if (isPackedByUpx(elf.bytes)) {
    return new BinaryError(
      "packed",
      "the file is packed with UPX: its code exists only in memory, where no probe can be placed; unpack it with `upx -d FILE`, then run or attach to that",
    );
  }
  if (info && (minorOf(info.version) ?? 0) < 16) return tooOld(info.version);
  if (hasAncientPclntab(elf, image)) return tooOld("go1.15 or older");
  if (info) {
    return new BinaryError(
      "no-pclntab",
      `the file is a Go program (${info.version}), but its function table (pclntab) was not found: it is damaged, packed or encrypted`,
    );
  }
  return new BinaryError(
    "not-go",
    "the file is an ELF file but not a Go program: no pclntab found (gccgo and TinyGo write none); give a program built by the go command",
  );
}

const UPX_MAGIC = new TextEncoder().encode("UPX!");

/** UPX puts its magic behind the program headers and again at the end of the file (upx, src/p_lx_elf.cpp). */
function isPackedByUpx(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 4096);
  const tail = bytes.subarray(Math.max(0, bytes.length - 4096));
  return indexOfBytes(head, UPX_MAGIC) >= 0 || indexOfBytes(tail, UPX_MAGIC) >= 0;
}
