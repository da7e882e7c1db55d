/** The bytes of debug sections, unpacked where they are compressed. */
import type { Elf } from "../elf.ts";

/** Unpacks a zlib stream (RFC 1950) of `size` bytes; null or an exception where it is damaged. */
export type Inflate = (packed: Uint8Array, size: number) => Uint8Array | null;

/** No program's section is larger; a header that says so is damaged. */
const LARGEST = 1 << 30;
/** ELFCOMPRESS_ZLIB; System V gABI, "Section Compression". */
const ZLIB = 1;
/** "ZLIB", with which a .zdebug_ section of Go before 1.19 begins; its size follows, big-endian. */
const OLD_MAGIC = 0x5a4c4942;

/** The section `.debug_NAME` or `.zdebug_NAME`; null where there is none, or one that can't be unpacked. */
export function debugSection(
  { bytes, view, sections }: Elf,
  name: string,
  inflate: Inflate,
): Uint8Array | null {
  const plain = sections.get(`.debug_${name}`);
  const section = plain ?? sections.get(`.zdebug_${name}`);
  if (!section) return null;
  const { offset, size } = section;
  const unpack = (header: number, whole: number): Uint8Array | null => {
    if (header > size || whole > LARGEST) return null;
    const unpacked = inflate(bytes.subarray(offset + header, offset + size), whole);
    return unpacked?.length === whole ? unpacked : null;
  };
  const word = (at: number) => view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
  if (!plain) {
    if (size < 12 || view.getUint32(offset, false) !== OLD_MAGIC || view.getUint32(offset + 4, false) !== 0)
      return null;
    return unpack(12, view.getUint32(offset + 8, false));
  }
  if (!section.compressed) return bytes.subarray(offset, offset + size);
  return size >= 24 && view.getUint32(offset, true) === ZLIB ? unpack(24, word(offset + 8)) : null;
}
