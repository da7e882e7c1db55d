/** Single tables of an executable that are damaged, each read by the reader that it is for: a hundred times as fast as the whole. */
import { readBuildIds } from "../../server/binary/build-id.ts";
import { readBuildInfo } from "../../server/binary/build-info.ts";
import { readElf } from "../../server/binary/elf.ts";
import { Functions } from "../../server/binary/functions.ts";
import { ElfImage } from "../../server/binary/image.ts";
import { BinaryError, SitePlanner } from "../../server/binary/index.ts";
import { itabAddresses, readItabs, settleItabLayout } from "../../server/binary/itabs.ts";
import { Messages } from "../../server/binary/message/index.ts";
import { findModule } from "../../server/binary/moduledata.ts";
import { findPcHeaders } from "../../server/binary/pclntab.ts";
import { TypeReader } from "../../server/binary/types.ts";
import { Unwraps } from "../../server/binary/unwrap.ts";
import { Damage, type Region } from "./damage.ts";
import type { Intact } from "./intact.ts";

export interface Part {
  name: string;
  /** Damages it and reads it. "read", or the code of the refusal. @throws anything else: a fault of the reader. */
  exercise(below: (n: number) => number): string;
}

/** Reads what was damaged at these offsets of the regions' bytes. */
type Read = (below: (n: number) => number, at: readonly number[]) => void;

function part(name: string, regions: readonly Region[], read: Read): Part {
  const damage = new Damage();
  const exercise = (below: (n: number) => number) => {
    const at = damage.inflict(regions, below);
    try {
      read(below, at);
      return "read";
    } catch (error) {
      if (error instanceof BinaryError) return error.code;
      throw error;
    } finally {
      damage.mend();
    }
  };
  return { name, exercise };
}

/** All parts of one executable. */
export function partsOf(intact: Intact): Part[] {
  return [
    headers(intact),
    moduleData(intact),
    functions(intact),
    types(intact),
    itabs(intact),
    sites(intact),
    methods(intact),
  ];
}

/** ELF's headers, notes and relocations, build information. */
function headers(intact: Intact): Part {
  const { bytes } = intact;
  const regions = intact.headerRegions().map(({ from, to }) => ({ bytes, from, to }));
  return part("headers", regions, () => {
    const elf = readElf(bytes);
    readBuildIds(elf);
    const image = ElfImage.of(elf);
    readBuildInfo(image);
    findPcHeaders(elf, image);
  });
}

/** The header of the function table and the module data. */
function moduleData(intact: Intact): Part {
  const { elf, image, module, headers, layouts } = intact;
  const regions = [
    ...intact.at(module.address, 640),
    ...headers.flatMap(({ address }) => intact.at(address, 96)),
  ];
  return part("module data", regions, () => {
    new Functions(image, findModule(elf, image, findPcHeaders(elf, image), layouts)).check(0);
  });
}

/** Functions that are read of one damaged table. */
const SAMPLE = 24;

/** The function table: names, positions, frame sizes, inlined calls. */
function functions(intact: Intact): Part {
  const { image, module } = intact;
  const { pclntable, funcnametab, cutab, filetab, pctab } = module;
  const tables = [pclntable, pclntable, funcnametab, cutab, filetab, pctab, pctab];
  const inlined = intact.at(module.data.gofunc || module.data.rodata, INLINE_TREES);
  const regions = [...tables.flatMap(({ address, length }) => intact.at(address, length)), ...inlined];
  return part("functions", regions, (below) => {
    const table = new Functions(image, module);
    const count = Math.min(table.count, SAMPLE);
    const first = below(Math.max(1, table.count - count));
    for (let i = first; i < first + count; i++) {
      const pc = table.entry(i);
      table.name(i);
      for (const offset of [0, 9, below(512)]) {
        table.frames(pc + offset);
        table.spDelta(pc + offset);
      }
      table.check(i);
    }
    if (below(16) === 0) void [table.inits(), table.byName("runtime.gopanic")];
  });
}
const INLINE_TREES = 1 << 16;

/** Types that are read around a damaged place. */
const AROUND = 6;

function types(intact: Intact): Part {
  const { binary, image, module } = intact;
  const { data } = module;
  const addresses = [...binary.types.keys()].sort((a, b) => a - b);
  const regions = intact.at(data.types, data.etypes - data.types);
  const base = regions[0] ? data.types - regions[0].from : 0;
  return part("types", regions, (_, at) => {
    const reader = new TypeReader(image, module, binary.functions);
    for (const offset of at) {
      const next = addresses.findIndex((address) => address > base + offset);
      for (const address of addresses.slice(Math.max(0, next - AROUND), next + AROUND)) {
        const type = reader.read(address);
        if (!type) continue;
        void [type.name, type.pkgPath, type.elem, type.key, type.length, type.fields, type.methods];
        void [type.interfaceMethods, type.params, type.results, type.references(), type.consistent()];
        void [
          type.pointerTo,
          type.pointerBytes,
          type.pointers,
          type.descriptorSize,
          type.methodNamed("Error"),
        ];
      }
    }
  });
}

function itabs(intact: Intact): Part {
  const { binary, image, module } = intact;
  const ends = binary.itabs.map(({ address }) => address);
  const list = "pointers" in module.itabs ? intact.at(module.itabs.pointers.address, 8 * ends.length) : [];
  const regions = [...list, ...ends.flatMap((address) => intact.at(address, 48))];
  const reader = new TypeReader(image, module, binary.functions);
  const word = (address: number) => image.u64(address);
  return part("itabs", regions, () => {
    const found = itabAddresses(reader, module);
    const { layout } = settleItabLayout(found, (address) => reader.read(address), word);
    readItabs(Float64Array.from(found), layout, word);
  });
}

/** Machine code with references to errors. */
function sites({ binary, callees, image }: Intact): Part {
  const planner = new SitePlanner(binary, callees);
  planner.initialisation();
  const places: { k: number; region: Region }[] = [];
  for (let k = 0; k < planner.count; k++) {
    const { sites } = planner.functions(k, k + 1);
    const index = sites[0] ? binary.functions.find(sites[0].pc) : -1;
    const entry = binary.functions.entry(index);
    const segment = index < 0 ? null : image.segmentAt(entry, 1);
    if (!segment) continue;
    const from = entry - segment.address;
    places.push({
      k,
      region: { bytes: segment.bytes, from, to: binary.functions.end(index) - segment.address },
    });
  }
  const damage = new Damage();
  const exercise = (below: (n: number) => number) => {
    const { k, region } = places[below(places.length)]!;
    damage.inflict([region], below);
    try {
      planner.functions(k, k + 1);
      return "read";
    } finally {
      damage.mend();
    }
  };
  return { name: "sites", exercise };
}

/** Machine code of the methods of error types. */
function methods(intact: Intact): Part {
  const { binary, callees, errorTypes } = intact;
  const places = errorTypes.flatMap((type) =>
    (binary.types.get(type.address)?.methods ?? []).flatMap(({ name, ifn, tfn }) =>
      /^(Error|Unwrap|Cause|Is|String|Timeout)$/.test(name)
        ? [...new Set([ifn, tfn])].flatMap((entry) => {
            const index = binary.functions.find(entry);
            const size = index < 0 ? 0 : binary.functions.end(index) - binary.functions.entry(index);
            return intact.at(entry, size).map((region) => ({ type, region }));
          })
        : [],
    ),
  );
  const damage = new Damage();
  const exercise = (below: (n: number) => number) => {
    const { type, region } = places[below(places.length)]!;
    damage.inflict([region], below);
    const unwraps = new Unwraps(binary, callees);
    const messages = new Messages(binary);
    try {
      unwraps.of(type);
      messages.of(type);
      return "read";
    } finally {
      damage.mend();
      unwraps.free();
      messages.free();
    }
  };
  return { name: "methods", exercise };
}
