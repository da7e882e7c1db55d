/** Builders for tests of this folder: records as the kernel side writes them, and a small hand-made error map. */
import type { ErrorField, ErrorMap, ErrorType, GoType, Site, SourceFrame } from "../binary/index.ts";
import {
  esEnd,
  esFrames,
  esHead,
  esHeadFlag,
  esItemKind,
  esNode,
  esPart,
  esRecordKind,
  esString,
  esStringFlag,
  esVia,
} from "../tracer/index.ts";

export const BIAS = 0x5000_0000;

type Item = Uint8Array;
const padded = (n: number) => (n + 7) & ~7;

function item(size: number, tail: Uint8Array, write: (view: DataView, len: number) => void): Item {
  const bytes = new Uint8Array(padded(size + tail.length));
  write(new DataView(bytes.buffer), bytes.length);
  bytes.set(tail, size);
  return bytes;
}

export function head(over: Partial<Parameters<typeof esHead.write>[2]> = {}): Item {
  return item(esHead.size, new Uint8Array(), (view, len) =>
    esHead.write(view, 0, {
      kind: esItemKind.HEAD,
      len,
      mono: 1_000_000_000,
      pid: 7,
      tid: 8,
      site: 0,
      flags: esHeadFlag.G_OK,
      goid: 34,
      parentGoid: 1,
      gopc: 0,
      g: 0,
      sp: 0,
      ip: BIAS + 0x1000,
      bias: BIAS,
      word0: BIAS + 0x9000,
      word1: 0xc000_1000,
      cpu: 0,
      skipped: 0,
      waitReason: 0,
      nsPid: 7,
      ...over,
    }),
  );
}

export interface NodeInput {
  index: number;
  parent?: number;
  type: number;
  data?: number;
  object?: Uint8Array;
  fieldOff?: number;
  elem?: number;
  via?: number;
  flags?: number;
  same?: number;
  cut?: number;
}
export function node(n: NodeInput): Item {
  const object = n.object ?? new Uint8Array();
  return item(esNode.size, object, (view, len) =>
    esNode.write(view, 0, {
      kind: esItemKind.NODE,
      len,
      index: n.index,
      parent: n.parent ?? 0xffff_ffff,
      depth: 0,
      elem: n.elem ?? 0,
      fieldOff: n.fieldOff ?? 0,
      via: n.via ?? esVia.UNWRAP,
      flags: n.flags ?? 0,
      objLen: object.length,
      same: n.same ?? 0,
      cut: n.cut ?? 0,
      itab: 0,
      type: BIAS + n.type,
      data: n.data ?? 0xc000_1000,
    }),
  );
}

export function string(node: number, off: number, text: string, trueLen = text.length, hash = 0): Item {
  const bytes = new TextEncoder().encode(text);
  return item(esString.size, bytes, (view, len) =>
    esString.write(view, 0, {
      kind: esItemKind.STRING,
      len,
      node,
      off,
      flags: hash > 0 ? esStringFlag.HASHED : 0,
      ptr: 0xc000_2000,
      trueLen,
      got: bytes.length,
      hash,
    }),
  );
}

export function frames(...addresses: number[]): Item {
  const tail = new Uint8Array(addresses.length * 8);
  const view = new DataView(tail.buffer);
  for (const [i, address] of addresses.entries()) view.setBigUint64(i * 8, BigInt(address), true);
  return item(esFrames.size, tail, (v, len) =>
    esFrames.write(v, 0, { kind: esItemKind.FRAMES, len, n: addresses.length }),
  );
}

export function end(nodes: number, frameCount: number, stackEnd = 0): Item {
  return item(esEnd.size, new Uint8Array(), (view, len) =>
    esEnd.write(view, 0, { kind: esItemKind.END, len, nodes, nodesCut: 0, frames: frameCount, stackEnd }),
  );
}

export function part(ev: number, index: number, last: boolean, ...items: Item[]): Uint8Array {
  const bytes = new Uint8Array(esPart.size + items.reduce((sum, i) => sum + i.length, 0));
  esPart.write(new DataView(bytes.buffer), 0, {
    kind: esRecordKind.EVENT,
    last: last ? 1 : 0,
    part: index,
    ev,
  });
  let at: number = esPart.size;
  for (const i of items) {
    bytes.set(i, at);
    at += i.length;
  }
  return bytes;
}

/** The words of a Go object: a string header's pointer and length, an interface's words, integers. */
export function object(...words: number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setBigUint64(i * 8, BigInt.asUintN(64, BigInt(word)), true);
  return bytes;
}

export function errorType(over: Partial<ErrorType> & Pick<ErrorType, "address" | "name">): ErrorType {
  return {
    pkgPath: "main",
    pointer: true,
    direct: true,
    size: 16,
    fields: [],
    unwrap: { kind: "none" },
    message: { kind: "unresolved", reason: "test" },
    ...over,
  };
}
export function field(name: string, offset: number, shape: ErrorField["shape"], size = 16): ErrorField {
  return { name, offset, size, type: 0, typeName: shape, shape };
}

export function site(over: Partial<Site> = {}): Site {
  return {
    pc: 0x1000,
    fileOffset: 0x1000,
    op: "new",
    origins: [{ pc: 0x1000, itab: 0x9000 }],
    word0: { kind: "reg", reg: 0 },
    word1: { kind: "reg", reg: 3 },
    spDelta: 8,
    shared: false,
    emulated: false,
    consumer: "ret",
    eface: false,
    ...over,
  };
}

/** A map of a binary whose text is 0x1000..0x1fff: `lines` gives frames by exact address. */
export function errorMap(
  types: ErrorType[],
  sites: Site[],
  lines: Record<number, SourceFrame[]>,
  goTypes: GoType[] = [],
): ErrorMap {
  const binary = {
    image: {
      segments: [],
      mapped: (address: number) => address >= 0x1000 && address < 0x1_0000,
      bytes: () => null,
    },
    itabs: [],
    types: new Map(goTypes.map((t) => [t.address, t])),
    functions: { frames: (pc: number) => lines[pc] ?? [] },
  };
  return {
    binary: binary as unknown as ErrorMap["binary"],
    errorTypes: types,
    plan: {
      sites,
      sentinels: [],
      uses: { found: 0, resolved: 0 },
      intoAny: { found: 0, resolved: 0 },
      references: sites.length,
      resolved: sites.length,
      unresolved: [],
    },
    facts: { goid: 152, parentGoid: 280, gopc: 288, itabInter: 0, itabType: 8 },
    derivations: [],
    ms: 0,
  };
}
