import { text } from "./bytes.ts";
import type { GoLayout } from "./go-versions.ts";
import type { ElfImage } from "./image.ts";
import type { FunctionTable, Kind } from "./model.ts";
import { type Module, textAddress } from "./moduledata.ts";
import { RuntimeType } from "./runtime-type.ts";
import {
  DESCRIPTOR_SIZES,
  KIND_DIRECT,
  KIND_MASK,
  KINDS,
  MAX_NAME,
  METHOD_SIZE,
  STAR,
  STR,
  TFLAG_EXTRA_STAR,
  TFLAG_UNCOMMON,
  TYPE,
  TYPE_SIZE,
  VALUE_SIZES,
} from "./type-descriptor.ts";
import { Window } from "./window.ts";

interface Name {
  text: string;
  flags: number;
}

/** A method's signature, and its code as called through an interface, and otherwise; 0: there is none. */
export type TakeMethod = (signature: number, ifn: number, tfn: number) => void;

/** Decodes runtime types (internal/abi/type.go; runtime/type.go before 1.21) from the image. */
export class TypeReader {
  readonly image: ElfImage;
  /** For numbers: almost all are of the types' own range. */
  readonly near: Window;
  readonly layout: GoLayout;
  readonly start: number;
  readonly end: number;
  readonly module: Module;
  readonly functions: FunctionTable;
  /** Bytes of a map type before its UncommonType: from the version table until it is derived. */
  mapTypeSize: number;
  /** Where "stored directly in an interface" is: likewise. */
  directBit: GoLayout["directBit"];

  constructor(image: ElfImage, module: Module, functions: FunctionTable) {
    this.image = image;
    this.module = module;
    this.layout = module.layout;
    this.start = module.data.types;
    this.end = module.data.etypes;
    this.near = new Window(image, this.start, this.end);
    this.functions = functions;
    this.mapTypeSize = module.layout.mapTypeSizes[0]!;
    this.directBit = module.layout.directBit;
  }

  /** The name structure at an offset from the start of the types; null if it isn't a name. */
  name(offset: number): Name | null {
    return offset > 0 ? this.nameAt(this.start + offset) : null;
  }

  nameAt(address: number): Name | null {
    const length = this.#nameLength(address);
    if (length < 0) return null;
    const bytes = this.image.bytes(this.#text, length)!;
    return { flags: this.near.u8(address)!, text: text(bytes, 0, length) };
  }

  /** Where the text of the name last asked for begins. */
  #text = 0;

  /** Bytes of the name at `address`, whose text `#text` then points at; -1 where there is none. */
  #nameLength(address: number): number {
    if (address < this.start || address + 2 > this.end) return -1;
    const { near: image } = this;
    let at = address + 1;
    let length = 0;
    if (this.layout.nameLength === "varint") {
      for (let shift = 0; ; shift += 7) {
        const byte = at < this.end ? image.u8(at++) : null;
        if (byte === null || shift > 14) return -1;
        length |= (byte & 0x7f) << shift;
        if (byte < 0x80) break;
      }
    } else {
      length = image.u8(at)! * 256 + (image.u8(at + 1) ?? 0);
      at += 2;
    }
    if (length >= MAX_NAME || at + length > this.end || !this.image.segmentAt(at, length)) return -1;
    this.#text = at;
    return length;
  }

  /** True if the name at an offset from the start of the types is `name`, in ASCII. */
  isNamed(offset: number, name: string): boolean {
    if (offset <= 0 || this.#nameLength(this.start + offset) !== name.length) return false;
    for (let i = 0; i < name.length; i++)
      if (this.near.u8(this.#text + i) !== name.charCodeAt(i)) return false;
    return true;
  }

  /** True if the type at `address` has this kind and this name, in ASCII. */
  isCalled(address: number, name: string, kind: Kind): boolean {
    const { near: image } = this;
    if (KINDS[(image.u8(address + TYPE.kind) ?? 0) & KIND_MASK] !== kind) return false;
    const starred = (image.u8(address + TYPE.tflag) ?? 0) & TFLAG_EXTRA_STAR;
    return this.isNamed(image.i32(address + STR) ?? 0, starred ? `*${name}` : name);
  }

  /** The methods whose signature is wanted of the type at `address`, where there is one that is no interface: it isn't decoded. */
  eachMethod(address: number, wanted: (signature: number) => boolean, take: TakeMethod): void {
    const { near: image } = this;
    if (((image.u8(address + TYPE.tflag) ?? 0) & TFLAG_UNCOMMON) === 0) return;
    const kind = KINDS[(image.u8(address + TYPE.kind) ?? 0) & KIND_MASK];
    if (!kind || kind === "interface") return;
    const uncommon = address + this.#base(kind);
    const methods = uncommon + (image.u32(uncommon + 8) ?? 0);
    for (let i = 0; i < (image.u16(uncommon + 4) ?? 0); i++) {
      const at = methods + METHOD_SIZE * i;
      const type = image.i32(at + 4) ?? 0;
      const signature = type > 0 ? this.start + type : 0;
      if (wanted(signature))
        take(signature, this.code(image.i32(at + 8) ?? -1), this.code(image.i32(at + 12) ?? -1));
    }
  }

  /** Bytes of the descriptor of a type before its UncommonType. */
  #base(kind: Kind): number {
    return kind === "map" ? this.mapTypeSize : (DESCRIPTOR_SIZES[kind] ?? TYPE_SIZE);
  }

  /** First byte of the name at an offset from the start of the types; -1 where it has none. */
  #firstOfName(offset: number): number {
    return offset > 0 && this.#nameLength(this.start + offset) > 0 ? this.near.u8(this.#text)! : -1;
  }

  /** The function at a method's text offset; 0 if the linker pruned it (-1) or no function starts there. */
  code(offset: number): number {
    if (offset < 0) return 0;
    const address = textAddress(this.module, offset);
    const index = this.functions.find(address);
    return index >= 0 && this.functions.entry(index) === address ? address : 0;
  }

  /** The type at `address`, or null where the bytes can't be one. */
  read(address: number): RuntimeType | null {
    if (address % 8 || address < this.start || address + TYPE_SIZE > this.end) return null;
    const { near: image } = this;
    const kindByte = image.u8(address + TYPE.kind)!;
    const kind = KINDS[kindByte & KIND_MASK];
    const size = image.u64(address + TYPE.size);
    const pointers = image.u64(address + TYPE.ptrBytes);
    const align = image.u8(address + TYPE.align)!;
    if (!kind || size === null || pointers === null || pointers > size || pointers % 8) return null;
    if (align === 0 || align > 64 || align & (align - 1) || image.u8(address + TYPE.fieldAlign) !== align)
      return null;
    if ((VALUE_SIZES[kind] ?? size) !== size || size % align) return null;
    const tflag = image.u8(address + TYPE.tflag)!;
    const first = this.#firstOfName(image.i32(address + STR)!);
    if (first < 0 || (tflag & TFLAG_EXTRA_STAR && first !== STAR)) return null;
    const base = this.#base(kind);
    if (address + base > this.end) return null;
    const type = new RuntimeType(this, address, {
      kind,
      size,
      tflag,
      base,
      direct: (kindByte & KIND_DIRECT) !== 0,
    });
    return type.consistent() ? type : null;
  }
}
