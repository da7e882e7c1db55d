import { text } from "./bytes.ts";
import type { Elf } from "./elf.ts";

/** Note types: Go's build id (cmd/internal/buildid/note.go, ELF_NOTE_GOBUILDID_TAG) and GNU's (NT_GNU_BUILD_ID). */
const GO_BUILD_ID = 4;
const GNU_BUILD_ID = 3;

export interface BuildIds {
  /** Go's own: four parts of base64 with slashes between. */
  go: string | null;
  /** The linker's, as hexadecimal. */
  gnu: string | null;
}

/** Reads both build ids from the PT_NOTE segments; null where there is none or it is empty (-buildid=). */
export function readBuildIds(elf: Elf): BuildIds {
  const ids: BuildIds = { go: null, gnu: null };
  for (const range of elf.notes) {
    const end = Math.min(range.offset + range.size, elf.bytes.length);
    for (let at = range.offset; at + 12 <= end; ) {
      const nameSize = elf.view.getUint32(at, true);
      const size = elf.view.getUint32(at + 4, true);
      const type = elf.view.getUint32(at + 8, true);
      const start = at + 12 + align4(nameSize);
      if (start + size > end) break;
      const name = text(elf.bytes, at + 12, at + 12 + Math.min(nameSize, 4));
      if (name === "Go\0\0" && type === GO_BUILD_ID) ids.go = text(elf.bytes, start, start + size) || null;
      if (name === "GNU\0" && type === GNU_BUILD_ID) {
        ids.gnu = toHex(elf.bytes, start, size) || null;
      }
      at = start + align4(size);
    }
  }
  return ids;
}

function align4(size: number): number {
  return Math.ceil(size / 4) * 4;
}

function toHex(bytes: Uint8Array, start: number, size: number): string {
  return Array.from(bytes.subarray(start, start + size), (b) => b.toString(16).padStart(2, "0")).join("");
}
