import { hex } from "./bytes.ts";
import type { Elf } from "./elf.ts";
import type { GoLayout } from "./go-versions.ts";
import type { ElfImage } from "./image.ts";
import { BinaryError, type ModuleData } from "./model.ts";
import { checkModule } from "./moduledata-checks.ts";
import type { PcHeader } from "./pclntab.ts";

/** Start, and for a slice its length, of the words of one runtime.moduledata. */
export interface Slice {
  address: number;
  length: number;
}

/** A runtime.moduledata that passed every check of moduledata-checks.ts. */
export interface Module {
  address: number;
  layout: GoLayout;
  header: PcHeader;
  data: ModuleData;
  ftab: Slice;
  funcnametab: Slice;
  cutab: Slice;
  filetab: Slice;
  pctab: Slice;
  pclntable: Slice;
  textSections: readonly TextSection[];
  /** Offsets from types to the types that reflect may look up (32 bits each); null from Go 1.27. */
  typelinks: Slice | null;
  /** From Go 1.27: bytes from the start of the types to the end of the descriptors that reflect may look up. */
  typelinkBytes: number;
  /** Pointers to the static itabs, up to Go 1.26; from 1.27 the bytes that hold them one after the other. */
  itabs: { pointers: Slice } | { block: Slice };
  /** How it was found. */
  from: string;
  /** The names of the checks that it passed. */
  checks: readonly string[];
}

/** runtime.textsect: a part of the text that the external linker may have moved. */
export interface TextSection {
  start: number;
  end: number;
  address: number;
}

/** The address of a text offset (runtime/symtab.go, textAddr). */
export function textAddress(module: Pick<Module, "data" | "textSections">, offset: number): number {
  const sections = module.textSections;
  if (sections.length > 1) {
    for (const [i, s] of sections.entries()) {
      const last = i === sections.length - 1 && offset === s.end;
      if ((offset >= s.start && offset < s.end) || last) return s.address + offset - s.start;
    }
  }
  return module.data.text + offset;
}

/** The words of a moduledata by name; a slice gives its address as `name` and its length as `name.len`. */
export type Words = ReadonlyMap<string, number>;

/**
 * Finds the moduledata that belongs to one of the pclntabs and reads it by one of the layouts. Its first word is the
 * address of the pclntab; since that word occurs elsewhere too, all of moduledata-checks.ts must hold.
 *
 * Throws BinaryError "no-moduledata" where no word points at a pclntab, and "bad-layout", naming the first check that
 * failed, where some do but none passes.
 */
export function findModule(
  elf: Elf,
  image: ElfImage,
  headers: readonly PcHeader[],
  layouts: readonly GoLayout[],
): Module {
  return moduleIn(image, headers, layouts, (header) => places(elf, image, header.address));
}

/** The same of the module data that an earlier search found. */
export function moduleAt(
  image: ElfImage,
  address: number,
  headers: readonly PcHeader[],
  layouts: readonly GoLayout[],
): Module {
  return moduleIn(image, headers, layouts, (header) =>
    image.u64(address) === header.address ? [{ address, from: "an earlier search" }] : [],
  );
}

interface Place {
  address: number;
  from: string;
}

function moduleIn(
  image: ElfImage,
  headers: readonly PcHeader[],
  layouts: readonly GoLayout[],
  placesOf: (header: PcHeader) => Iterable<Place>,
): Module {
  let best: { passed: number; message: string } | null = null;
  for (const header of headers) {
    for (const { address, from } of placesOf(header)) {
      for (const layout of layouts) {
        if (header.knownMagic && header.magic !== layout.magic) continue;
        const words = readWords(image, address, layout);
        if (!words) continue;
        const result = checkModule(image, header, layout, words);
        if ("module" in result) return { address, from, ...result.module };
        if (!best || result.passed > best.passed) {
          best = { passed: result.passed, message: `module data at ${hex(address)}: ${result.failed}` };
        }
      }
    }
  }
  if (best) {
    throw new BinaryError(
      "bad-layout",
      `${best.message}; the file is damaged or of a Go version that errscope doesn't know, so nothing of it is used`,
    );
  }
  throw new BinaryError(
    "no-moduledata",
    `a Go function table was found at ${headers.map((h) => hex(h.address)).join(", ")}, but no module data points at it`,
  );
}

const MAX_PLACES = 64;

/** Aligned words that hold the pclntab's address, the one at the start of section .go.module (Go 1.26+) first. */
function* places(elf: Elf, image: ElfImage, pclntab: number): Generator<Place> {
  const section = elf.sections.get(".go.module");
  if (section && image.u64(section.address) === pclntab) {
    yield { address: section.address, from: "section .go.module" };
  }
  const low = pclntab >>> 0;
  const high = Math.floor(pclntab / 0x100000000);
  let found = 0;
  for (const { address, view } of image.loaded) {
    for (let at = (8 - (address % 8)) % 8; at + 8 <= view.byteLength; at += 8) {
      if (view.getUint32(at, true) !== low || view.getUint32(at + 4, true) !== high) continue;
      if (address + at === section?.address) continue;
      yield { address: address + at, from: "scan for the pclntab's address" };
      if (++found === MAX_PLACES) return;
    }
  }
}

function readWords(image: ElfImage, address: number, layout: GoLayout): Words | null {
  const words = new Map<string, number>();
  let at = address;
  for (const [name, size] of layout.moduleData) {
    const value = image.u64(at);
    if (value === null) return null;
    words.set(name, value);
    if (size === 3) {
      const length = image.u64(at + 8);
      if (length === null || length !== image.u64(at + 16)) words.set(`${name}.len`, -1);
      else words.set(`${name}.len`, length);
    }
    at += 8 * size;
  }
  return words;
}
