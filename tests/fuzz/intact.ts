/** An executable that isn't damaged, read: what there is to damage, and what the readers of its parts need. */

import { readBuildInfo } from "../../server/binary/build-info.ts";
import { type Elf, readElf } from "../../server/binary/elf.ts";
import { ElfImage } from "../../server/binary/image.ts";
import { calleesOf, errorTypesOf, type GoBinary, readGoBinary } from "../../server/binary/index.ts";
import { findModule, type Module } from "../../server/binary/moduledata.ts";
import { findPcHeaders, type PcHeader } from "../../server/binary/pclntab.ts";
import { layoutsFor, namedVersions } from "../../server/binary/version.ts";
import type { Region } from "./damage.ts";

type Range = Pick<Region, "from" | "to">;

export class Intact {
  readonly bytes: Uint8Array;
  readonly elf: Elf;
  readonly image: ElfImage;
  readonly headers: readonly PcHeader[];
  readonly layouts: ReturnType<typeof layoutsFor>;
  readonly module: Module;
  /** All that is lazily read of it is read of `image`, so that damage there is seen. */
  readonly binary: GoBinary;
  readonly callees: ReturnType<typeof calleesOf>;
  readonly errorTypes: ReturnType<typeof errorTypesOf>;

  constructor(seed: Uint8Array) {
    // not a Buffer, whose slices aren't copies
    const bytes = Uint8Array.from(seed);
    this.bytes = bytes;
    this.elf = readElf(bytes);
    this.image = ElfImage.of(this.elf);
    this.headers = findPcHeaders(this.elf, this.image);
    this.layouts = layoutsFor(namedVersions(this.image, readBuildInfo(this.image)));
    this.module = findModule(this.elf, this.image, this.headers, this.layouts);
    this.binary = { ...readGoBinary(bytes), image: this.image };
    this.callees = calleesOf(this.binary);
    this.errorTypes = errorTypesOf(this.binary);
  }

  /** Memory at a static address, as the image has it; none where no segment holds it. */
  at(address: number, size: number): Region[] {
    const segment = this.image.segmentAt(address, 1);
    if (!segment || size <= 0) return [];
    const from = address - segment.address;
    return [{ bytes: segment.bytes, from, to: Math.min(segment.bytes.length, from + size) }];
  }

  /** File offsets of all that the reader believes. */
  fileRegions(): Range[] {
    const { moduleData, types, itabs, functions } = this.binary;
    const regions: Range[] = [...this.headerRegions(), { from: 0, to: this.bytes.length }];
    const add = (address: number, size: number) => {
      const from = this.image.fileOffset(address);
      if (from >= 0) regions.push({ from, to: Math.min(this.bytes.length, from + size) });
    };
    for (const { offset, size, type } of this.elf.sections.values())
      if (type !== SHT_NOBITS && size > 0) regions.push({ from: offset, to: offset + size });
    for (const header of this.headers) {
      add(header.address, 72);
      add(header.address, 64 + 8 * header.functions);
      add(header.address, 1 << 20);
    }
    add(moduleData.noptrdata, moduleData.enoptrdata - moduleData.noptrdata);
    add(moduleData.types, moduleData.etypes - moduleData.types);
    for (const address of [...types.keys()].slice(0, 64)) add(address, 96);
    for (const { address } of itabs.slice(0, 16)) add(address, 32);
    for (let i = 0; i < functions.count; i += Math.ceil(functions.count / 16)) add(functions.entry(i), 64);
    return regions;
  }

  /** File offsets of ELF's own tables. */
  headerRegions(): Range[] {
    const sectionTable = new DataView(this.bytes.buffer, this.bytes.byteOffset).getUint32(40, true);
    const small = [...this.elf.sections].filter(([name]) => SMALL.test(name));
    return [
      { from: 0, to: 64 },
      { from: 64, to: 64 + 56 * 12 },
      { from: sectionTable, to: Math.min(this.bytes.length, sectionTable + 64 * 24) },
      ...small.map(([, { offset, size }]) => ({ from: offset, to: offset + size })),
    ];
  }
}

const SHT_NOBITS = 8;
/** Sections that ELF's and build information's readers look into. */
const SMALL = /^\.(note|shstrtab|dynamic|rela|go\.buildinfo)/;
