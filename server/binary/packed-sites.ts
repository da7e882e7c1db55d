import type { Location, Site, SiteOp } from "./model.ts";

/** Sites as a few arrays: a large program has 50,000, and as many small objects are slow to copy and to store. */
export interface PackedSites {
  /** `NUMBERS` a site: pc, fileOffset, spDelta, and the numbers of word0 and word1. */
  numbers: Float64Array;
  /** `BYTES` a site: op, consumer, flags, kind and register of word0 and of word1. */
  bytes: Uint8Array;
  /** Origins a site. */
  counts: Uint32Array;
  /** pc and itab of each origin. */
  origins: Float64Array;
}

const NUMBERS = 5;
const BYTES = 7;
/** The keys of a table that has all of a type's values, in order. */
const valuesOf = <T extends string>(all: Record<T, true>): readonly T[] => Object.keys(all) as T[];

const OPS = valuesOf<SiteOp>({
  new: true,
  wrap: true,
  join: true,
  sentinel: true,
  convert: true,
  return: true,
  mention: true,
  panic: true,
  recover: true,
  fatal: true,
  goexit: true,
  exit: true,
  gc: true,
});
const CONSUMERS = valuesOf<Site["consumer"]>({
  ret: true,
  call: true,
  tailcall: true,
  store: true,
  entry: true,
});
const KINDS = valuesOf<Location["kind"]>({
  none: true,
  reg: true,
  mem: true,
  addr: true,
  const: true,
  global: true,
});
const WORDS = [undefined, ...valuesOf<NonNullable<Site["words"]>>({ text: true, plain: true })];
const SHARED = 1;
const EMULATED = 2;
const EFACE = 4;
/** Where the index in `WORDS` is among the flags. */
const WORDS_SHIFT = 3;

export function packSites(sites: readonly Site[]): PackedSites {
  const total = sites.reduce((sum, site) => sum + site.origins.length, 0);
  const packed: PackedSites = {
    numbers: new Float64Array(sites.length * NUMBERS),
    bytes: new Uint8Array(sites.length * BYTES),
    counts: new Uint32Array(sites.length),
    origins: new Float64Array(total * 2),
  };
  let origin = 0;
  sites.forEach((site, i) => {
    const { word0, word1 } = site;
    packed.numbers.set(
      [site.pc, site.fileOffset, site.spDelta, numberOf(word0), numberOf(word1)],
      i * NUMBERS,
    );
    const flags =
      (site.shared ? SHARED : 0) |
      (site.emulated ? EMULATED : 0) |
      (site.eface ? EFACE : 0) |
      (WORDS.indexOf(site.words) << WORDS_SHIFT);
    packed.bytes.set(
      [
        OPS.indexOf(site.op),
        CONSUMERS.indexOf(site.consumer),
        flags,
        KINDS.indexOf(word0.kind),
        registerOf(word0),
        KINDS.indexOf(word1.kind),
        registerOf(word1),
      ],
      i * BYTES,
    );
    packed.counts[i] = site.origins.length;
    for (const { pc, itab } of site.origins) {
      packed.origins[origin++] = pc;
      packed.origins[origin++] = itab;
    }
  });
  return packed;
}

export function unpackSites({ numbers, bytes, counts, origins }: PackedSites): Site[] {
  const sites: Site[] = [];
  let origin = 0;
  for (let i = 0; i < counts.length; i++) {
    const n = i * NUMBERS;
    const b = i * BYTES;
    const flags = bytes[b + 2]!;
    const made: Site["origins"] = [];
    for (let k = 0; k < counts[i]!; k++, origin += 2)
      made.push({ pc: origins[origin]!, itab: origins[origin + 1]! });
    const site: Site = {
      pc: numbers[n]!,
      fileOffset: numbers[n + 1]!,
      op: OPS[bytes[b]!]!,
      origins: made,
      word0: location(KINDS[bytes[b + 3]!]!, bytes[b + 4]!, numbers[n + 3]!),
      word1: location(KINDS[bytes[b + 5]!]!, bytes[b + 6]!, numbers[n + 4]!),
      spDelta: numbers[n + 2]!,
      shared: (flags & SHARED) !== 0,
      emulated: (flags & EMULATED) !== 0,
      consumer: CONSUMERS[bytes[b + 1]!]!,
      eface: (flags & EFACE) !== 0,
    };
    const words = WORDS[flags >> WORDS_SHIFT];
    if (words) site.words = words;
    sites.push(site);
  }
  return sites;
}

function numberOf(word: Location): number {
  if ("disp" in word) return word.disp;
  return "address" in word ? word.address : 0;
}

const registerOf = (word: Location): number => ("reg" in word ? word.reg : 0);

function location(kind: Location["kind"], reg: number, number: number): Location {
  switch (kind) {
    case "none":
      return { kind };
    case "reg":
      return { kind, reg };
    case "mem":
    case "addr":
      return { kind, reg, disp: number };
    default:
      return { kind, address: number };
  }
}
