import type { GoLayout } from "./go-versions.ts";
import type { GoType, Kind, Method, StructField } from "./model.ts";
import {
  FIELD_SIZE,
  MAX_FIELDS,
  METHOD_SIZE,
  NAME_EMBEDDED,
  PTR_TO_THIS,
  STR,
  TFLAG_DIRECT,
  TFLAG_EXTRA_STAR,
  TFLAG_NAMED,
  TFLAG_UNCOMMON,
  TYPE,
  TYPE_SIZE,
  UNCOMMON_SIZE,
} from "./type-descriptor.ts";
import type { TypeReader } from "./types.ts";

/** The UncommonType of a type: where its methods are. */
interface Uncommon {
  pkgPath: number;
  methods: number;
  address: number;
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
    const { near: image } = this.#reader;
    const uncommon = this.#uncommon();
    for (let i = 0; i < (uncommon?.methods ?? 0); i++) {
      const at = uncommon!.address + METHOD_SIZE * i;
      if (this.#reader.isNamed(image.i32(at) ?? 0, name)) return this.#readMethod(at);
    }
    return undefined;
  }

  /** Adds the static addresses of all types that this one's descriptor refers to. */
  references(addresses: number[] = []): number[] {
    const { near: image } = this.#reader;
    const pointer = this.pointerTo;
    if (pointer) addresses.push(pointer);
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
        this.#signature(0, this.#u16(TYPE_SIZE) + (this.#u16(TYPE_SIZE + 2) & 0x7fff), addresses);
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
    const methods = uncommon?.methods ?? 0;
    for (let i = 0; i < methods; i++) {
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
      const name = this.#reader.name(this.#reader.near.i32(table + 8 * i) ?? 0);
      const type = this.#reader.near.i32(table + 8 * i + 4) ?? 0;
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
    const { near: image, end } = this.#reader;
    if (this.kind === "struct" || this.kind === "interface") {
      const count = this.#word(TYPE_SIZE + 16);
      if (count !== this.#word(TYPE_SIZE + 24) || count > MAX_FIELDS) return false;
      const width = this.kind === "struct" ? FIELD_SIZE : 8;
      if (count > 0 && !this.#reader.image.bytes(this.#word(TYPE_SIZE + 8), count * width)) return false;
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
    const { near: image } = this.#reader;
    return {
      pkgPath: image.i32(at) ?? 0,
      methods: image.u16(at + 4) ?? 0,
      address: at + (image.u32(at + 8) ?? 0),
    };
  }

  #readFields(): StructField[] {
    const { near: image, layout } = this.#reader;
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
    const name = this.#reader.name(this.#reader.near.i32(at) ?? 0)?.text ?? "";
    return { name, ...this.#readCode(at) };
  }

  #readCode(at: number): Pick<Method, "type" | "ifn" | "tfn"> {
    const { near: image } = this.#reader;
    const type = image.i32(at + 4) ?? 0;
    return {
      type: type > 0 ? this.#reader.start + type : 0,
      ifn: this.#reader.code(image.i32(at + 8) ?? -1),
      tfn: this.#reader.code(image.i32(at + 12) ?? -1),
    };
  }

  /** A func's parameter types, then its result types, follow its UncommonType. */
  #signature(from: number, count: number, addresses: number[] = []): number[] {
    const table = this.#base + (this.hasUncommon ? UNCOMMON_SIZE : 0);
    for (let i = 0; i < count; i++) addresses.push(this.#word(table + 8 * (from + i)));
    return addresses;
  }

  #word(offset: number): number {
    return this.#reader.near.u64(this.address + offset) ?? 0;
  }

  #i32(offset: number): number {
    return this.#reader.near.i32(this.address + offset) ?? 0;
  }

  #u16(offset: number): number {
    return this.#reader.near.u16(this.address + offset) ?? 0;
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
