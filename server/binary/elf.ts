import { cString } from "./bytes.ts";
import { type Arch, BinaryError, type Segment } from "./model.ts";

export interface Section {
  name: string;
  /** SHT_*: 1 PROGBITS, 2 SYMTAB, 7 NOTE, 8 NOBITS. */
  type: number;
  address: number;
  offset: number;
  size: number;
  /** SHF_COMPRESSED: a header and compressed data lie there. */
  compressed: boolean;
}

/** The headers of an ELF64 little-endian executable. */
export interface Elf {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly arch: Arch;
  /** ET_DYN: loaded at an address chosen by the kernel. */
  readonly positionIndependent: boolean;
  /** The PT_LOAD segments in file order. */
  readonly segments: readonly Segment[];
  /** PT_NOTE file ranges. */
  readonly notes: readonly { offset: number; size: number }[];
  /** Static address and size in bytes of PT_DYNAMIC, or null. */
  readonly dynamic: { address: number; size: number } | null;
  /** Named sections; empty where the headers are missing or not believable. */
  readonly sections: ReadonlyMap<string, Section>;
}

/** Segment flags (p_flags). */
export const PF_X = 1;
export const PF_W = 2;

const SHF_COMPRESSED = 0x800;
const ET_EXEC = 2;
const ET_DYN = 3;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_NOTE = 4;
const MACHINES: Record<number, Arch> = { 62: "amd64", 183: "arm64" };
const TYPES: Record<number, string> = { 1: "a relocatable object (.o)", 4: "a core dump" };
/** Other formats that people pass by mistake, by their first four bytes (big-endian). */
const OTHER_FORMATS: Record<number, string> = {
  4277009103: "a Mach-O file (macOS)",
  3489328638: "a Mach-O file (macOS)",
  3405691582: "a universal Mach-O file (macOS)",
};

/**
 * Reads the ELF header, program headers and section headers (System V gABI, chapters 4 and 5).
 * Throws BinaryError: not-elf, unsupported-arch, truncated, or not-go for an ELF file that isn't an executable.
 */
export function readElf(bytes: Uint8Array): Elf {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkIdentity(bytes, view);
  const machine = view.getUint16(18, true);
  const arch = MACHINES[machine];
  if (bytes[4] !== 2 || bytes[5] !== 1 || !arch) {
    const width = bytes[4] === 1 ? "32-bit" : "64-bit";
    const order = bytes[5] === 2 ? ", big-endian" : "";
    throw new BinaryError(
      "unsupported-arch",
      `the file is for another processor (ELF machine ${machine}, ${width}${order}); errscope reads x86-64 and arm64`,
    );
  }
  const type = view.getUint16(16, true);
  if (type !== ET_EXEC && type !== ET_DYN) {
    const what = TYPES[type] ?? `an ELF file of type ${type}`;
    throw new BinaryError("not-go", `the file is ${what}, not an executable; give the linked Go program`);
  }
  return {
    bytes,
    view,
    arch,
    positionIndependent: type === ET_DYN,
    ...readProgramHeaders(view),
    sections: readSections(bytes, view),
  };
}

/** File offsets [start, end) of the largest executable segment; null where the headers, all that is looked at, tell of none. */
export function codeRange(bytes: Uint8Array): { start: number; end: number; arch: Arch } | null {
  try {
    const { arch, segments } = readElf(bytes);
    const [largest] = segments.filter(({ flags }) => flags & PF_X).sort((a, b) => b.fileSize - a.fileSize);
    return largest ? { start: largest.offset, end: largest.offset + largest.fileSize, arch } : null;
  } catch (error) {
    if (error instanceof BinaryError) return null;
    throw error;
  }
}

function checkIdentity(bytes: Uint8Array, view: DataView): void {
  const magic = bytes.length >= 4 ? view.getUint32(0, false) : 0;
  if (magic !== 0x7f454c46) {
    let what = OTHER_FORMATS[magic];
    if (bytes.length === 0) what = "empty";
    else if (magic >>> 16 === 0x4d5a) what = "a Windows executable";
    else if (magic >>> 16 === 0x2321) what = "a script";
    const is = what ? `the file is ${what}, not an ELF file` : "the file is not an ELF file";
    throw new BinaryError("not-elf", `${is}; give the path of a Linux executable`);
  }
  if (bytes.length < 64) throw truncated("the ELF header", 64, bytes.length);
}

function truncated(what: string, need: number, have: number): BinaryError {
  return new BinaryError(
    "truncated",
    `the file is cut short: ${what} needs ${need} bytes and the file has ${have}; copy or build it again`,
  );
}

/** A 64-bit field as a double; 2^53 and more is no offset or address of a file that we could hold. */
function u64(view: DataView, offset: number): number {
  return view.getUint32(offset, true) + view.getUint32(offset + 4, true) * 0x100000000;
}

function readProgramHeaders(view: DataView): Pick<Elf, "segments" | "notes" | "dynamic"> {
  const offset = u64(view, 32);
  const entrySize = view.getUint16(54, true);
  const count = view.getUint16(56, true);
  const segments: Segment[] = [];
  const notes: { offset: number; size: number }[] = [];
  let dynamic: Elf["dynamic"] = null;
  if (count > 0 && entrySize < 56) {
    throw new BinaryError("bad-layout", `the ELF program headers are ${entrySize} bytes each instead of 56`);
  }
  const end = offset + count * entrySize;
  if (end > view.byteLength) throw truncated("its program header table", end, view.byteLength);
  for (let i = 0; i < count; i++) {
    const at = offset + i * entrySize;
    const type = view.getUint32(at, true);
    const segment: Segment = {
      flags: view.getUint32(at + 4, true),
      offset: u64(view, at + 8),
      address: u64(view, at + 16),
      fileSize: u64(view, at + 32),
      memSize: u64(view, at + 40),
    };
    if (type === PT_LOAD) {
      const fileEnd = segment.offset + segment.fileSize;
      if (fileEnd > view.byteLength) throw truncated("a loaded segment", fileEnd, view.byteLength);
      if (segment.fileSize > segment.memSize) {
        throw new BinaryError("bad-layout", "a loaded ELF segment is larger in the file than in memory");
      }
      segments.push(segment);
    } else if (type === PT_DYNAMIC) dynamic = { address: segment.address, size: segment.fileSize };
    else if (type === PT_NOTE) notes.push({ offset: segment.offset, size: segment.fileSize });
  }
  return { segments, notes, dynamic };
}

/** Sections are a convenience that strippers and packers drop: whatever doesn't fit the file makes the map empty. */
function readSections(bytes: Uint8Array, view: DataView): Map<string, Section> {
  const sections = new Map<string, Section>();
  const offset = u64(view, 40);
  const entrySize = view.getUint16(58, true);
  const count = view.getUint16(60, true);
  const namesIndex = view.getUint16(62, true);
  if (!offset || !count || entrySize < 64 || namesIndex >= count) return sections;
  if (offset + count * entrySize > view.byteLength) return sections;
  const names = u64(view, offset + namesIndex * entrySize + 24);
  for (let i = 0; i < count; i++) {
    const at = offset + i * entrySize;
    const section: Section = {
      name: cString(bytes, names + view.getUint32(at, true), 256) ?? "",
      type: view.getUint32(at + 4, true),
      address: u64(view, at + 16),
      offset: u64(view, at + 24),
      size: u64(view, at + 32),
      compressed: (view.getUint32(at + 8, true) & SHF_COMPRESSED) !== 0,
    };
    const inFile = section.type === 8 || section.offset + section.size <= view.byteLength;
    if (section.type !== 0 && section.name && inFile) sections.set(section.name, section);
  }
  return sections;
}
