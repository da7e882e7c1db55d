import type { Location, Site, SiteOp } from "./model.ts";

/** Sites as a few arrays: a large program has 50,000, and as many small objects are slow to copy and to store. */
export interface PackedSites {
  /** `NUMBERS` a site: pc, fileOffset, spDelta, and the numbers of word0 and word1. */
  numbers: Float64Array;
  /** `BYTES` a site: op, consumer, flags, kind and register of word0 and of word1, 1 + `returns`. */
  bytes: Uint8Array;
  /** Origins a site. */
  counts: Uint32Array;
  /** pc and itab of each origin. */
  origins: Float64Array;
}

const NUMBERS = 5;
const BYTES = 8;
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
  park: true,
  resume: true,
  end: true,
  start: true,
  grouped: true,
  kept: true,
  cancelled: true,
  cause: true,
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
/** In place of a number that can't be negative. */
const NOT_DETERMINED = -1;
const SHARED = 1;
const EMULATED = 2;
const EFACE = 4;
/** Where the index in `WORDS` is among the flags. */
const WORDS_SHIFT = 3;
const WORDS_MASK = 3;
const ELSEWHERE = 32;

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
      [site.pc, site.fileOffset, site.spDelta ?? NOT_DETERMINED, numberOf(word0), numberOf(word1)],
      i * NUMBERS,
    );
    const flags =
      (site.shared ? SHARED : 0) |
      (site.emulated ? EMULATED : 0) |
      (site.eface ? EFACE : 0) |
      (WORDS.indexOf(site.words) << WORDS_SHIFT) |
      (site.elsewhere ? ELSEWHERE : 0);
    packed.bytes.set(
      [
        OPS.indexOf(site.op),
        CONSUMERS.indexOf(site.consumer),
        flags,
        KINDS.indexOf(word0.kind),
        registerOf(word0),
        KINDS.indexOf(word1.kind),
        registerOf(word1),
        (site.returns ?? -1) + 1,
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

/** Each is a view of the packed sites: what is read of it is made anew, since few are read more than once. */
export function unpackSites(packed: PackedSites): Site[] {
  const { counts } = packed;
  const sites = new Array<Site>(counts.length);
  for (let i = 0, origin = 0; i < counts.length; origin += 2 * counts[i++]!)
    sites[i] = new SiteView(packed, i, origin);
  return sites;
}

class SiteView implements Site {
  readonly #packed: PackedSites;
  readonly #index: number;
  readonly #origin: number;

  constructor(packed: PackedSites, index: number, origin: number) {
    this.#packed = packed;
    this.#index = index;
    this.#origin = origin;
  }

  #number(n: number): number {
    return this.#packed.numbers[this.#index * NUMBERS + n]!;
  }

  #byte(n: number): number {
    return this.#packed.bytes[this.#index * BYTES + n]!;
  }

  #flag(flag: number): boolean {
    return (this.#byte(2) & flag) !== 0;
  }

  get pc(): number {
    return this.#number(0);
  }
  get fileOffset(): number {
    return this.#number(1);
  }
  get spDelta(): number | null {
    const delta = this.#number(2);
    return delta === NOT_DETERMINED ? null : delta;
  }
  get op(): SiteOp {
    return OPS[this.#byte(0)]!;
  }
  get consumer(): Site["consumer"] {
    return CONSUMERS[this.#byte(1)]!;
  }
  get origins(): Site["origins"] {
    return originsAt(this.#packed.origins, this.#origin, this.#packed.counts[this.#index]!);
  }
  get word0(): Location {
    return location(KINDS[this.#byte(3)]!, this.#byte(4), this.#number(3));
  }
  get word1(): Location {
    return location(KINDS[this.#byte(5)]!, this.#byte(6), this.#number(4));
  }
  get shared(): boolean {
    return this.#flag(SHARED);
  }
  get emulated(): boolean {
    return this.#flag(EMULATED);
  }
  get eface(): boolean {
    return this.#flag(EFACE);
  }
  get elsewhere(): true | undefined {
    return this.#flag(ELSEWHERE) || undefined;
  }
  get words(): Site["words"] {
    return WORDS[(this.#byte(2) >> WORDS_SHIFT) & WORDS_MASK];
  }
  get returns(): number | undefined {
    const one = this.#byte(7);
    return one > 0 ? one - 1 : undefined;
  }

  /** As plain data. */
  toJSON(): Site {
    const { pc, fileOffset, op, origins, word0, word1, spDelta, shared, emulated, consumer, eface } = this;
    const { elsewhere, words, returns } = this;
    return {
      ...{ pc, fileOffset, op, origins, word0, word1, spDelta, shared, emulated, consumer, eface },
      ...{ elsewhere, words, returns },
    };
  }
}

function originsAt(origins: Float64Array, at: number, count: number): Site["origins"] {
  if (count === 1) return [{ pc: origins[at]!, itab: origins[at + 1]! }];
  const made: Site["origins"] = [];
  for (let k = at; k < at + 2 * count; k += 2) made.push({ pc: origins[k]!, itab: origins[k + 1]! });
  return made;
}

function numberOf(word: Location): number {
  if ("disp" in word) return word.disp;
  return "address" in word ? word.address : 0;
}

const registerOf = (word: Location): number => ("reg" in word ? word.reg : 0);

/** Most words are in registers: one object each, for all sites. */
const REGISTERS = Array.from({ length: 256 }, (_, reg): Location => ({ kind: "reg", reg }));

function location(kind: Location["kind"], reg: number, number: number): Location {
  switch (kind) {
    case "none":
      return { kind };
    case "reg":
      return REGISTERS[reg]!;
    case "mem":
    case "addr":
      return { kind, reg, disp: number };
    default:
      return { kind, address: number };
  }
}
