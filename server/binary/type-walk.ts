import { hex } from "./bytes.ts";
import type { ElfImage } from "./image.ts";
import { BinaryError, type FunctionTable } from "./model.ts";
import type { Module } from "./moduledata.ts";
import type { RuntimeType } from "./runtime-type.ts";
import { KINDS } from "./type-descriptor.ts";
import type { TypeReader } from "./types.ts";

export interface TypeWalk {
  types: Map<number, RuntimeType>;
  /** How many types were first met in each step. */
  found: { typelinks: number; graph: number; sweep: number };
}

/**
 * All runtime types of a module, by address. Typelinks (from Go 1.27 the descriptors up to typedesclen) and the types
 * of static itabs are followed to whatever they refer to; 6–13 % of the types of a large program are reached by code
 * alone, so a sweep over the whole of [types, etypes) adds those.
 *
 * Throws BinaryError "bad-layout" if a type that the program itself refers to doesn't decode.
 */
export function walkTypes(reader: TypeReader, module: Module, itabTypes: readonly number[]): TypeWalk {
  const walk = new Walk(reader);
  for (const address of module.typelinks ? typelinks(reader.image, module) : descriptors(reader, module)) {
    walk.follow(address, "a typelink");
  }
  const linked = walk.types.size;
  for (const address of itabTypes) walk.follow(address, "an itab");
  walk.drain();
  const reached = walk.types.size;
  sweep(reader, walk);
  const found = { typelinks: linked, graph: reached - linked, sweep: walk.types.size - reached };
  return { types: walk.types, found };
}

class Walk {
  readonly types = new Map<number, RuntimeType>();
  /** 1 at each word where a type is: far faster than the map, which is asked mostly for types that are known. */
  readonly #isKnown: Uint8Array;
  readonly #reader: TypeReader;
  readonly #pending: RuntimeType[] = [];

  constructor(reader: TypeReader) {
    this.#reader = reader;
    this.#isKnown = new Uint8Array(Math.ceil(Math.max(0, reader.end - reader.start) / 8));
  }

  /** The type at an address, if it was met. */
  at(address: number): RuntimeType | undefined {
    return this.#isKnown[(address - this.#reader.start) / 8] === 1 ? this.types.get(address) : undefined;
  }

  follow(address: number, from: string | RuntimeType): void {
    if (this.#isKnown[(address - this.#reader.start) / 8] === 1) return;
    const type = this.#reader.read(address);
    if (!type) {
      throw new BinaryError(
        "bad-layout",
        `${typeof from === "string" ? from : `the type ${from.name}`} refers to a type at ${hex(address)}, where there is none; the file is damaged or of a Go version that errscope doesn't know`,
      );
    }
    this.add(type);
  }

  add(type: RuntimeType): void {
    this.types.set(type.address, type);
    this.#isKnown[(type.address - this.#reader.start) / 8] = 1;
    this.#pending.push(type);
  }

  /** Follows everything that the types met so far refer to. */
  drain(): void {
    const addresses: number[] = [];
    for (let type = this.#pending.pop(); type; type = this.#pending.pop()) {
      addresses.length = 0;
      type.references(addresses);
      for (let k = 0; k < addresses.length; k++) this.follow(addresses[k]!, type);
    }
  }
}

function* typelinks(image: ElfImage, module: Module): Generator<number> {
  const links = module.typelinks!;
  for (let i = 0; i < links.length; i++) yield module.data.types + image.i32(links.address + 4 * i)!;
}

/** runtime/type.go of 1.27, moduleTypelinks: descriptors one after the other, from one word after `types`. */
function* descriptors(reader: TypeReader, module: Module): Generator<number> {
  const end = module.data.types + module.typelinkBytes;
  let address = module.data.types + 8;
  while (address < end) {
    yield address;
    const size = reader.read(address)?.descriptorSize ?? 0;
    if (size === 0) return;
    address += Math.ceil(size / 8) * 8;
  }
}

/** Tries every aligned place that no known type covers; a type is taken only if all that it says is coherent. */
function sweep(reader: TypeReader, walk: Walk): void {
  const { start, end } = reader;
  const bytes = reader.image.bytes(start, end - start)!;
  for (let at = 0; at + 48 <= bytes.length; at += behind(reader, walk, bytes, at));
}

/** Bytes to the next place to try. A function of its own, since V8 compiles a loop over millions of places again and again. */
function behind(reader: TypeReader, walk: Walk, bytes: Uint8Array, at: number): number {
  const address = reader.start + at;
  const known = walk.at(address);
  const type = known ?? (mayBeType(bytes, at) ? reader.read(address) : null);
  if (!type || (!known && !coherent(reader, type))) return 8;
  if (!known) {
    walk.add(type);
    walk.drain();
  }
  return Math.ceil(type.descriptorSize / 8) * 8;
}

/** A cheap look at kind, alignments and flags, before anything is decoded. */
function mayBeType(bytes: Uint8Array, at: number): boolean {
  const align = bytes[at + 21]!;
  if (align === 0 || align !== bytes[at + 22] || align > 8) return false;
  return (
    KINDS[bytes[at + 23]! & 31] !== undefined &&
    bytes[at + 20]! < 64 &&
    bytes[at + 6] === 0 &&
    bytes[at + 7] === 0
  );
}

/** How the names of unnamed types of each kind begin (reflect's String). */
const NAME_STARTS: Partial<Record<string, readonly string[]>> = {
  array: ["["],
  chan: ["chan ", "<-chan ", "chan<- "],
  func: ["func("],
  interface: ["interface {"],
  map: ["map["],
  ptr: ["*"],
  slice: ["[]"],
  struct: ["struct {"],
};

/** True if the name suits the kind, the types it refers to are types, and its equality function is a function. */
function coherent(reader: TypeReader, type: RuntimeType): boolean {
  if (type.named ? !type.hasUncommon : !NAME_STARTS[type.kind]?.some((s) => type.name.startsWith(s)))
    return false;
  const { equal, gcData } = type.pointers;
  if (equal !== 0 && !isFuncValue(reader.image, reader.functions, equal)) return false;
  if (gcData !== 0 && !reader.image.mapped(gcData)) return false;
  if (type.hasUncommon && type.named && type.methodsPkgPath === "" && type.name.includes(".")) return false;
  return type.references().every((address) => reader.read(address) !== null);
}

/** A func value is a pointer to a word that holds the code's address. */
function isFuncValue(image: ElfImage, functions: FunctionTable, address: number): boolean {
  const code = image.u64(address);
  return code !== null && functions.entry(functions.find(code)) === code;
}
