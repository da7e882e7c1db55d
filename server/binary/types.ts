import { text } from "./bytes.ts";
import type { GoLayout } from "./go-versions.ts";
import type { ElfImage } from "./image.ts";
import type { FunctionTable, GoType, Kind, Method, StructField } from "./model.ts";
import { type Module, textAddress } from "./moduledata.ts";

/** Kinds by number (internal/abi/type.go); 0 is invalid. */
export const KINDS: readonly (Kind | undefined)[] = [
  undefined, "bool", "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr",
  "float32", "float64", "complex64", "complex128", "array", "chan", "func", "interface", "map", "ptr", "slice", "string",
  "struct", "unsafe.Pointer",
]; // biome-ignore format: a table
const KIND_MASK = 31;
const KIND_DIRECT = 32;
const TFLAG_UNCOMMON = 1;
const TFLAG_EXTRA_STAR = 2;
const TFLAG_NAMED = 4;
const TFLAG_DIRECT = 32;
const NAME_EMBEDDED = 8;

/** Offsets in abi.Type and its size. */
const TYPE = {
  size: 0,
  ptrBytes: 8,
  hash: 16,
  tflag: 20,
  align: 21,
  fieldAlign: 22,
  kind: 23,
  equal: 24,
  gcData: 32,
};
const STR = 40;
const PTR_TO_THIS = 44;
const TYPE_SIZE = 48;
const UNCOMMON_SIZE = 16;
const METHOD_SIZE = 16;
const FIELD_SIZE = 24;
/** Sizes up to UncommonType of the kinds that have more than abi.Type; a map's is in the version table. */
const DESCRIPTOR_SIZES: Partial<Record<Kind, number>> = {
  array: 72,
  chan: 64,
  func: 56,
  interface: 80,
  ptr: 56,
  slice: 56,
  struct: 80,
};
/** Sizes of values of the kinds whose size is fixed. */
const VALUE_SIZES: Partial<Record<Kind, number>> = {
  bool: 1, int: 8, int8: 1, int16: 2, int32: 4, int64: 8, uint: 8, uint8: 1, uint16: 2, uint32: 4, uint64: 8, uintptr: 8,
  float32: 4, float64: 8, complex64: 8, complex128: 16, chan: 8, func: 8, interface: 16, map: 8, ptr: 8, slice: 24,
  string: 16, "unsafe.Pointer": 8,
}; // biome-ignore format: a table
const MAX_NAME = 1 << 16;
const STAR = 0x2a;
const MAX_FIELDS = 1 << 16;

interface Name {
  text: string;
  flags: number;
}

/** The UncommonType of a type: where its methods are. */
interface Uncommon {
  pkgPath: number;
  methods: number;
  address: number;
}

/** Decodes runtime types (internal/abi/type.go; runtime/type.go before 1.21) from the image. */
export class TypeReader {
  readonly image: ElfImage;
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
    return { flags: this.image.u8(address)!, text: text(bytes, 0, length) };
  }

  /** Where the text of the name last asked for begins. */
  #text = 0;

  /** Bytes of the name at `address`, whose text `#text` then points at; -1 where there is none. */
  #nameLength(address: number): number {
    if (address < this.start || address + 2 > this.end) return -1;
    const { image } = this;
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
    if (length >= MAX_NAME || at + length > this.end || !image.segmentAt(at, length)) return -1;
    this.#text = at;
    return length;
  }

  /** True if the name at an offset from the start of the types is `name`, in ASCII. */
  isNamed(offset: number, name: string): boolean {
    if (offset <= 0 || this.#nameLength(this.start + offset) !== name.length) return false;
    for (let i = 0; i < name.length; i++)
      if (this.image.u8(this.#text + i) !== name.charCodeAt(i)) return false;
    return true;
  }

  /** First byte of the name at an offset from the start of the types; -1 where it has none. */
  #firstOfName(offset: number): number {
    return offset > 0 && this.#nameLength(this.start + offset) > 0 ? this.image.u8(this.#text)! : -1;
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
    const { image } = this;
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
    const base = kind === "map" ? this.mapTypeSize : (DESCRIPTOR_SIZES[kind] ?? TYPE_SIZE);
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

/** A runtime type; whatever isn't in the fixed part is decoded when asked for. */
export class RuntimeType implements GoType {
  readonly address: number;
  readonly kind: Kind;
  readonly size: number;
  readonly named: boolean;
  readonly #reader: TypeReader;
  readonly #tflag: number;
  readonly #kindDirect: boolean;
  /** Bytes before UncommonType. */
  readonly #base: number;
  #name: string | null = null;
  #fields: StructField[] | null = null;
  #methods: Method[] | null = null;

  constructor(
    reader: TypeReader,
    address: number,
    header: { kind: Kind; size: number; tflag: number; base: number; direct: boolean },
  ) {
    this.#reader = reader;
    this.address = address;
    this.kind = header.kind;
    this.size = header.size;
    this.named = (header.tflag & TFLAG_NAMED) !== 0;
    this.#kindDirect = header.direct;
    this.#tflag = header.tflag;
    this.#base = header.base;
  }

  get direct(): boolean {
    return this.directBits[this.#reader.directBit];
  }

  /** Both places where a version may say "stored directly in an interface". */
  get directBits(): Record<GoLayout["directBit"], boolean> {
    return { kind: this.#kindDirect, tflag: (this.#tflag & TFLAG_DIRECT) !== 0 };
  }

  get name(): string {
    if (this.#name === null) {
      const name = this.#reader.name(this.#i32(STR))?.text ?? "";
      this.#name = this.#tflag & TFLAG_EXTRA_STAR ? name.slice(1) : name;
    }
    return this.#name;
  }

  get pkgPath(): string {
    return this.named ? this.methodsPkgPath : "";
  }

  /** The package in UncommonType, which a pointer to a named type has too. */
  get methodsPkgPath(): string {
    const uncommon = this.#uncommon();
    return uncommon ? (this.#reader.name(uncommon.pkgPath)?.text ?? "") : "";
  }

  get elem(): number {
    switch (this.kind) {
      case "ptr":
      case "slice":
      case "array":
      case "chan":
        return this.#word(TYPE_SIZE);
      case "map":
        return this.#word(TYPE_SIZE + 8);
      default:
        return 0;
    }
  }

  get key(): number {
    return this.kind === "map" ? this.#word(TYPE_SIZE) : 0;
  }

  /** A map's internal type for a group of slots (Go 1.24+) or a bucket. */
  get group(): number {
    return this.kind === "map" ? this.#word(TYPE_SIZE + 16) : 0;
  }

  get length(): number {
    return this.kind === "array" ? this.#word(TYPE_SIZE + 16) : 0;
  }

  /** Static address of the pointer type to this one, 0 if the program has none. */
  get pointerTo(): number {
    const offset = this.#i32(PTR_TO_THIS);
    return offset > 0 ? this.#reader.start + offset : 0;
  }

  get fields(): StructField[] {
    this.#fields ??= this.kind === "struct" ? this.#readFields() : [];
    return this.#fields;
  }

  get methods(): Method[] {
    this.#methods ??= this.#readMethods();
    return this.#methods;
  }

  /** The method of this name, without decoding the others. */
  methodNamed(name: string): Method | undefined {
    const { image } = this.#reader;
    const uncommon = this.#uncommon();
    for (let i = 0; i < (uncommon?.methods ?? 0); i++) {
      const at = uncommon!.address + METHOD_SIZE * i;
      if (this.#reader.isNamed(image.i32(at) ?? 0, name)) return this.#readMethod(at);
    }
    return undefined;
  }

  /** Static addresses of all types that this one's descriptor refers to. */
  references(): number[] {
    const { image } = this.#reader;
    const addresses: number[] = [];
    if (this.pointerTo) addresses.push(this.pointerTo);
    switch (this.kind) {
      case "array":
      case "chan":
      case "ptr":
      case "slice":
        addresses.push(this.elem);
        break;
      case "map":
        addresses.push(this.key, this.elem, this.group);
        break;
      case "func":
        addresses.push(...this.params, ...this.results);
        break;
      case "struct": {
        const table = this.#word(TYPE_SIZE + 8);
        const count = this.#word(TYPE_SIZE + 16);
        for (let i = 0; i < count; i++) addresses.push(image.u64(table + FIELD_SIZE * i + 8) ?? 0);
        break;
      }
      case "interface": {
        const table = this.#word(TYPE_SIZE + 8);
        const count = this.#word(TYPE_SIZE + 16);
        for (let i = 0; i < count; i++)
          addresses.push(this.#reader.start + (image.i32(table + 8 * i + 4) ?? 0));
        break;
      }
    }
    const uncommon = this.#uncommon();
    for (let i = 0; i < (uncommon?.methods ?? 0); i++) {
      const type = image.i32(uncommon!.address + METHOD_SIZE * i + 4) ?? 0;
      if (type > 0) addresses.push(this.#reader.start + type);
    }
    return addresses;
  }

  get interfaceMethods(): { name: string; type: number }[] {
    if (this.kind !== "interface") return [];
    const methods = [];
    const table = this.#word(TYPE_SIZE + 8);
    for (let i = 0; i < this.#word(TYPE_SIZE + 16); i++) {
      const name = this.#reader.name(this.#reader.image.i32(table + 8 * i) ?? 0);
      const type = this.#reader.image.i32(table + 8 * i + 4) ?? 0;
      methods.push({ name: name?.text ?? "", type: this.#reader.start + type });
    }
    return methods;
  }

  get params(): number[] {
    return this.kind === "func" ? this.#signature(0, this.#u16(TYPE_SIZE)) : [];
  }

  get results(): number[] {
    if (this.kind !== "func") return [];
    return this.#signature(this.#u16(TYPE_SIZE), this.#u16(TYPE_SIZE + 2) & 0x7fff);
  }

  /** Bytes of the whole descriptor (internal/abi/type.go of 1.27, DescriptorSize). */
  get descriptorSize(): number {
    const uncommon = this.#uncommon();
    const methods = uncommon ? UNCOMMON_SIZE + METHOD_SIZE * uncommon.methods : 0;
    return this.#base + methods + this.#tailSize();
  }

  /** Bytes of parameter and result types, interface methods or struct fields behind the fixed parts. */
  #tailSize(): number {
    switch (this.kind) {
      case "func":
        return 8 * (this.#u16(TYPE_SIZE) + (this.#u16(TYPE_SIZE + 2) & 0x7fff));
      case "interface":
        return 8 * this.#word(TYPE_SIZE + 16);
      case "struct":
        return FIELD_SIZE * this.#word(TYPE_SIZE + 16);
      default:
        return 0;
    }
  }

  /** True if the parts beyond the fixed one can be right: bounds of tables, lengths equal to capacities. */
  consistent(): boolean {
    const { image, end } = this.#reader;
    if (this.kind === "struct" || this.kind === "interface") {
      const count = this.#word(TYPE_SIZE + 16);
      if (count !== this.#word(TYPE_SIZE + 24) || count > MAX_FIELDS) return false;
      const width = this.kind === "struct" ? FIELD_SIZE : 8;
      if (count > 0 && !image.bytes(this.#word(TYPE_SIZE + 8), count * width)) return false;
    }
    if (this.#tflag & TFLAG_UNCOMMON) {
      const at = this.address + this.#base;
      const count = image.u16(at + 4);
      const exported = image.u16(at + 6);
      if (count === null || exported === null || exported > count) return false;
      // The methods come last (cmd/compile/internal/reflectdata/reflect.go, dextratype).
      if (image.u32(at + 8) !== UNCOMMON_SIZE + this.#tailSize()) return false;
    }
    return this.address + this.descriptorSize <= end;
  }

  /** Bytes at the value's start that may hold pointers; 0 for pointers outside the heap. */
  get pointerBytes(): number {
    return this.#word(TYPE.ptrBytes);
  }

  /** The words of the fixed part that point elsewhere: the equality function's and the pointer mask's addresses. */
  get pointers(): { equal: number; gcData: number } {
    return { equal: this.#word(TYPE.equal), gcData: this.#word(TYPE.gcData) };
  }

  get hasUncommon(): boolean {
    return (this.#tflag & TFLAG_UNCOMMON) !== 0;
  }

  #uncommon(): Uncommon | null {
    if (!this.hasUncommon) return null;
    const at = this.address + this.#base;
    const { image } = this.#reader;
    return {
      pkgPath: image.i32(at) ?? 0,
      methods: image.u16(at + 4) ?? 0,
      address: at + (image.u32(at + 8) ?? 0),
    };
  }

  #readFields(): StructField[] {
    const { image, layout } = this.#reader;
    const fields: StructField[] = [];
    const table = this.#word(TYPE_SIZE + 8);
    for (let i = 0; i < this.#word(TYPE_SIZE + 16); i++) {
      const at = table + FIELD_SIZE * i;
      const name = this.#reader.nameAt(image.u64(at) ?? 0);
      const word = image.u64(at + 16) ?? 0;
      const inOffset = layout.embeddedBit === "offset";
      fields.push({
        name: name?.text ?? "",
        type: image.u64(at + 8) ?? 0,
        offset: inOffset ? Math.floor(word / 2) : word,
        embedded: inOffset ? word % 2 === 1 : ((name?.flags ?? 0) & NAME_EMBEDDED) !== 0,
      });
    }
    return fields;
  }

  #readMethods(): Method[] {
    const uncommon = this.#uncommon();
    const count = uncommon?.methods ?? 0;
    return Array.from({ length: count }, (_, i) => this.#readMethod(uncommon!.address + METHOD_SIZE * i));
  }

  #readMethod(at: number): Method {
    const { image } = this.#reader;
    const type = image.i32(at + 4) ?? 0;
    return {
      name: this.#reader.name(image.i32(at) ?? 0)?.text ?? "",
      type: type > 0 ? this.#reader.start + type : 0,
      ifn: this.#reader.code(image.i32(at + 8) ?? -1),
      tfn: this.#reader.code(image.i32(at + 12) ?? -1),
    };
  }

  /** A func's parameter types, then its result types, follow its UncommonType. */
  #signature(from: number, count: number): number[] {
    const table = this.#base + (this.hasUncommon ? UNCOMMON_SIZE : 0);
    return Array.from({ length: count }, (_, i) => this.#word(table + 8 * (from + i)));
  }

  #word(offset: number): number {
    return this.#reader.image.u64(this.address + offset) ?? 0;
  }

  #i32(offset: number): number {
    return this.#reader.image.i32(this.address + offset) ?? 0;
  }

  #u16(offset: number): number {
    return this.#reader.image.u16(this.address + offset) ?? 0;
  }
}

/** The method of that name in a type's method set or an interface; undefined if there is none. */
export function methodNamed(type: GoType, name: string): Pick<Method, "type" | "ifn" | "tfn"> | undefined {
  if (type.kind !== "interface")
    return type instanceof RuntimeType
      ? type.methodNamed(name)
      : type.methods.find((one) => one.name === name);
  const method = type.interfaceMethods.find((one) => one.name === name);
  return method && { type: method.type, ifn: 0, tfn: 0 };
}
