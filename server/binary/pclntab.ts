import { hex } from "./bytes.ts";
import type { Elf } from "./elf.ts";
import { GO_LAYOUTS, MAGIC_BEFORE_GO116 } from "./go-versions.ts";
import type { ElfImage } from "./image.ts";

/** runtime.pcHeader, with the addresses of the tables that its offsets lead to. */
export interface PcHeader {
  address: number;
  magic: number;
  /** The magic is one that a released Go writes; garble writes a random one. */
  knownMagic: boolean;
  /** Bytes that a pc delta of one stands for: 1 on amd64, 4 on arm64. */
  quantum: number;
  functions: number;
  funcnametab: number;
  cutab: number;
  filetab: number;
  pctab: number;
  pclntable: number;
  /** How it was found, for the derivations. */
  from: string;
}

const SECTIONS = [".gopclntab", ".data.rel.ro.gopclntab"];
const KNOWN_MAGICS = new Set(GO_LAYOUTS.map((layout) => layout.magic));
const QUANTUM = { amd64: 1, arm64: 4 };
const MAX_FUNCTIONS = 1 << 24;
const MAX_CANDIDATES = 32;

/**
 * Every place that looks like a pclntab, the likeliest first: by section name, by magic number, and last by the shape of
 * the header alone. A program may embed another program, so the caller must take the one that a module data points at.
 */
export function findPcHeaders(elf: Elf, image: ElfImage): PcHeader[] {
  const found: PcHeader[] = [];
  for (const name of SECTIONS) {
    const section = elf.sections.get(name);
    const header = section && readPcHeader(image, section.address, `section ${name}`);
    if (header) found.push(header);
  }
  if (found.length === 0) found.push(...scan(image, true));
  if (found.length === 0) found.push(...scan(image, false));
  return found;
}

/** The pclntab that an earlier search found; none where it isn't there. */
export function pcHeaderAt(image: ElfImage, address: number): PcHeader[] {
  const header = readPcHeader(image, address, "an earlier search");
  return header ? [header] : [];
}

/** True if a table of Go 1.2–1.15 starts one of the likely places: the program is Go, but too old. */
export function hasAncientPclntab(elf: Elf, image: ElfImage): boolean {
  return SECTIONS.some((name) => {
    const section = elf.sections.get(name);
    return section !== undefined && image.u32(section.address) === MAGIC_BEFORE_GO116;
  });
}

/** The tables are aligned to pointers at least (cmd/link/internal/ld/data.go, SPCLNTAB). */
function scan(image: ElfImage, byMagic: boolean): PcHeader[] {
  const found: PcHeader[] = [];
  const from = byMagic ? "scan for its magic number" : "scan for its header's shape";
  // pad1, pad2 = 0; minLC; ptrSize = 8, read as one little-endian word.
  const second = (QUANTUM[image.arch] << 16) | (8 << 24);
  for (const { address, view } of image.loaded) {
    for (let at = (8 - (address % 8)) % 8; at + 72 <= view.byteLength; at += 8) {
      if (view.getInt32(at + 4, true) !== second) continue;
      if (byMagic && !KNOWN_MAGICS.has(view.getUint32(at, true))) continue;
      const header = readPcHeader(image, address + at, from);
      if (header) found.push(header);
      if (found.length === MAX_CANDIDATES) return found;
    }
  }
  return found;
}

/** The header at `address` (runtime/symtab.go, pcHeader), or null if any of its fields can't be right. */
function readPcHeader(image: ElfImage, address: number, from: string): PcHeader | null {
  const magic = image.u32(address);
  const quantum = image.u8(address + 6);
  const functions = image.u64(address + 8);
  if (magic === null || quantum !== QUANTUM[image.arch] || image.u8(address + 7) !== 8) return null;
  if (image.u16(address + 4) !== 0 || functions === null) return null;
  if (functions < 1 || functions > MAX_FUNCTIONS) return null;
  const knownMagic = KNOWN_MAGICS.has(magic);
  const starts = knownMagic ? [GO_LAYOUTS.find((layout) => layout.magic === magic)!.headerOffsets] : [32, 24];
  for (const start of starts) {
    const tables = readOffsets(image, address, start, functions);
    if (!tables) continue;
    const [funcnametab, cutab, filetab, pctab, pclntable] = tables as [
      number,
      number,
      number,
      number,
      number,
    ];
    const where = `${from}, at ${hex(address)}`;
    const common = { address, magic, knownMagic, quantum, functions, from: where };
    return { ...common, funcnametab, cutab, filetab, pctab, pclntable };
  }
  return null;
}

/** The five tables follow the header in this order, and the last must have room for an entry a function. */
function readOffsets(image: ElfImage, address: number, start: number, functions: number): number[] | null {
  const tables: number[] = [];
  let before = start + 40;
  for (let i = 0; i < 5; i++) {
    const offset = image.u64(address + start + 8 * i);
    if (offset === null || offset < before) return null;
    before = offset;
    tables.push(address + offset);
  }
  return image.bytes(address, before + functions * 8) ? tables : null;
}
