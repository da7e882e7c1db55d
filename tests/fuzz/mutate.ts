/** Damaged executables, each made from its number alone, so that one that fails can be made again. */

import { readElf } from "../../server/binary/elf.ts";
import { ElfImage } from "../../server/binary/image.ts";
import { readGoBinary } from "../../server/binary/index.ts";
import { findPcHeaders } from "../../server/binary/pclntab.ts";

/** mulberry32 (Tommy Ettinger, 2017): numbers in [0, 1). */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** File offsets [from, to) of something that the reader believes. */
interface Region {
  name: string;
  from: number;
  to: number;
}

const WORDS = [0, 1, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** One executable and all the ways to damage it. */
export class Damaged {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #regions: Region[];
  readonly #undo: { at: number; was: Uint8Array }[] = [];

  constructor(seed: Uint8Array) {
    this.#bytes = Uint8Array.from(seed);
    this.#view = new DataView(this.#bytes.buffer);
    this.#regions = regionsOf(seed);
  }

  /** The executable with the damage of that number; only until the next call. */
  take(number: number): Uint8Array {
    for (const { at, was } of this.#undo.reverse()) this.#bytes.set(was, at);
    this.#undo.length = 0;
    const next = random(number);
    const below = (n: number) => Math.floor(next() * n);
    const times = 1 + below(4);
    for (let k = 0; k < times; k++) {
      const region = this.#regions[below(this.#regions.length)]!;
      this.#damage(region.from + below(Math.max(1, region.to - region.from)), below);
    }
    // one in sixteen is cut short as well
    return below(16) === 0 ? this.#bytes.subarray(0, below(this.#bytes.length)) : this.#bytes;
  }

  #damage(at: number, below: (n: number) => number): void {
    const width = [1, 2, 4, 8][below(4)]!;
    const start = Math.max(0, Math.min(at - (below(2) ? at % width : 0), this.#bytes.length - 64));
    this.#undo.push({ at: start, was: this.#bytes.slice(start, start + 64) });
    const word = WORDS[below(WORDS.length)]!;
    switch (below(6)) {
      case 0:
        this.#bytes[start]! ^= 1 << below(8);
        return;
      case 1:
        this.#bytes[start] = word;
        return;
      case 2:
        this.#view.setUint32(start, word, true);
        return;
      case 3:
        this.#view.setUint32(start, this.#view.getUint32(start, true) + below(33) - 16, true);
        return;
      case 4:
        this.#bytes.fill(below(2) ? 0 : 0xff, start, start + 1 + below(63));
        return;
      default: {
        const from = below(this.#bytes.length - 64);
        this.#bytes.copyWithin(start, from, from + width);
      }
    }
  }
}

function regionsOf(bytes: Uint8Array): Region[] {
  const elf = readElf(bytes);
  const image = ElfImage.of(elf);
  const { moduleData, types, itabs, functions } = readGoBinary(bytes);
  const regions: Region[] = [
    { name: "ELF header", from: 0, to: 64 },
    { name: "program headers", from: 64, to: 64 + 56 * 12 },
    { name: "file", from: 0, to: bytes.length },
  ];
  const add = (name: string, address: number, size: number) => {
    const from = image.fileOffset(address);
    if (from >= 0) regions.push({ name, from, to: Math.min(bytes.length, from + size) });
  };
  for (const [name, { offset, size, type }] of elf.sections)
    if (type !== 8 && size > 0) regions.push({ name, from: offset, to: offset + size });
  for (const header of findPcHeaders(elf, image)) {
    add("pclntab header", header.address, 72);
    add("function table", header.address, 64 + 8 * header.functions);
    add("pclntab", header.address, 1 << 20);
  }
  add("moduledata's surroundings", moduleData.noptrdata, moduleData.enoptrdata - moduleData.noptrdata);
  add("types", moduleData.types, moduleData.etypes - moduleData.types);
  for (const address of [...types.keys()].slice(0, 64)) add("a type", address, 96);
  for (const { address } of itabs.slice(0, 16)) add("an itab", address, 32);
  for (let i = 0; i < functions.count; i += Math.ceil(functions.count / 16))
    add("code", functions.entry(i), 64);
  return regions;
}
