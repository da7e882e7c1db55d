import { type Elf, PF_X } from "./elf.ts";
import type { AddressRange, Arch, Image, Segment } from "./model.ts";
import { relativeRelocations } from "./relocations.ts";

/** One PT_LOAD segment with its bytes: a view of the file, or a copy where relocations were applied. */
export interface LoadedSegment extends Segment {
  bytes: Uint8Array;
  view: DataView;
  /** Bytes of it that are still to be read; null once they are there. */
  unread: UnreadRange | null;
}

/** A part of a file's bytes that is read when it is first asked for. */
export interface UnreadRange {
  /** File offsets [start, end). */
  readonly start: number;
  readonly end: number;
  /** Reads it, once; false where that failed, or the file is no longer what it was: nothing there is to be believed. */
  read(): boolean;
}

/** The Image over an ELF file's segments; `loaded` gives scanners the segments' bytes. */
export class ElfImage implements Image {
  readonly arch: Arch;
  readonly elf: Elf;
  readonly segments: readonly Segment[];
  readonly loaded: readonly LoadedSegment[];
  /** Number of relocations written into private copies. */
  readonly relocations: number;
  readonly relocationTable: AddressRange | null;
  #last: LoadedSegment;

  private constructor(elf: Elf, loaded: LoadedSegment[], relocations: number, table: AddressRange | null) {
    this.arch = elf.arch;
    this.elf = elf;
    this.segments = elf.segments;
    this.loaded = loaded;
    this.relocations = relocations;
    this.relocationTable = table;
    this.#last = EMPTY;
  }

  /**
   * Static addresses are those before any load bias, so that a word under a RELATIVE relocation holds its addend. The
   * caller's bytes are left as they are: a segment that relocations touch is copied first.
   * @param unread a part of the bytes that isn't there yet.
   */
  static of(elf: Elf, unread: UnreadRange | null = null): ElfImage {
    const loaded = elf.segments.map((segment) => ({
      ...segment,
      ...bytesOf(elf.bytes.subarray(segment.offset, segment.offset + segment.fileSize)),
      unread: unread && overlaps(segment, unread) ? unread : null,
    }));
    const plain = new ElfImage(elf, loaded, 0, null);
    const copied = new Set<LoadedSegment>();
    let written = 0;
    const table = relativeRelocations(plain, elf, (address, low, high) => {
      const segment = plain.segmentAt(address, 8);
      if (!segment) return;
      if (!copied.has(segment)) {
        copied.add(segment);
        Object.assign(segment, bytesOf(segment.bytes.slice()));
      }
      segment.view.setUint32(address - segment.address, low, true);
      segment.view.setUint32(address - segment.address + 4, high, true);
      written++;
    });
    return new ElfImage(elf, loaded, written, table);
  }

  /** The segment whose file bytes hold all of [address, address + length), or null. */
  segmentAt(address: number, length: number): LoadedSegment | null {
    const last = this.#last;
    if (address >= last.address && address + length <= last.address + last.fileSize) return last;
    const segment = this.#holderOf(address, length);
    if (!segment) return null;
    if (segment.unread && !segment.unread.read()) return null;
    segment.unread = null;
    this.#last = segment; // its bytes are there
    return segment;
  }

  #holderOf(address: number, length: number): LoadedSegment | null {
    for (const segment of this.loaded)
      if (address >= segment.address && address + length <= segment.address + segment.fileSize)
        return segment;
    return null;
  }

  u8(address: number): number | null {
    const segment = this.segmentAt(address, 1);
    return segment ? segment.bytes[address - segment.address]! : null;
  }

  u16(address: number): number | null {
    const segment = this.segmentAt(address, 2);
    return segment ? segment.view.getUint16(address - segment.address, true) : null;
  }

  u32(address: number): number | null {
    const segment = this.segmentAt(address, 4);
    return segment ? segment.view.getUint32(address - segment.address, true) : null;
  }

  i32(address: number): number | null {
    const segment = this.segmentAt(address, 4);
    return segment ? segment.view.getInt32(address - segment.address, true) : null;
  }

  u64(address: number): number | null {
    const segment = this.segmentAt(address, 8);
    if (!segment) return null;
    const offset = address - segment.address;
    const high = segment.view.getUint32(offset + 4, true);
    return high >= 0x200000 ? null : segment.view.getUint32(offset, true) + high * 0x100000000;
  }

  bytes(address: number, length: number): Uint8Array | null {
    if (!(length >= 0)) return null;
    const segment = this.segmentAt(address, length);
    if (!segment) return null;
    return segment.bytes.subarray(address - segment.address, address - segment.address + length);
  }

  fileOffset(address: number): number {
    const segment = this.#holderOf(address, 1);
    return segment ? segment.offset + (address - segment.address) : -1;
  }

  mapped(address: number): boolean {
    return this.segments.some((s) => address >= s.address && address < s.address + s.memSize);
  }

  /** True if `address` is in an executable segment. */
  executable(address: number): boolean {
    return this.segments.some(
      (s) => s.flags & PF_X && address >= s.address && address < s.address + s.memSize,
    );
  }
}

const overlaps = ({ offset, fileSize }: Segment, { start, end }: UnreadRange): boolean =>
  offset < end && start < offset + fileSize;

function bytesOf(bytes: Uint8Array): Pick<LoadedSegment, "bytes" | "view"> {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

/** Holds nothing. */
const EMPTY: LoadedSegment = {
  address: -1,
  offset: 0,
  fileSize: 0,
  memSize: 0,
  flags: 0,
  ...bytesOf(new Uint8Array()),
  unread: null,
};
