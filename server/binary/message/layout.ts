/** What lies where in the receiver object: the leaf types of nested structs and arrays. Pure. */
import type { GoType, Kind } from "../model.ts";
import { between, everything, type Intervals } from "./intervals.ts";
import type { Source } from "./value.ts";

type Types = ReadonlyMap<number, GoType>;

export interface Leaf {
  type: GoType;
  /** Bytes from the start of the object. */
  offset: number;
}

const MAX_DEPTH = 32;
const SIGNED: ReadonlySet<Kind> = new Set<Kind>(["int", "int8", "int16", "int32", "int64"]);

export const isSigned = (kind: Kind): boolean => SIGNED.has(kind);

export class Layout {
  readonly size: number;
  readonly #object: GoType;
  readonly #types: Types;

  constructor(object: GoType, types: Types) {
    this.#object = object;
    this.#types = types;
    this.size = object.size;
  }

  /** The innermost field that holds byte `offset`, or null for padding and beyond the object. */
  leaf(offset: number): Leaf | null {
    let type: GoType | undefined = this.#object;
    let start = 0;
    for (let depth = 0; type && depth < MAX_DEPTH; depth++) {
      if (offset < start || offset >= start + type.size) return null;
      if (type.kind === "struct") {
        const inner: number = start;
        const field = type.fields.find((f) => {
          const size = this.#types.get(f.type)?.size ?? 0;
          return offset >= inner + f.offset && offset < inner + f.offset + size;
        });
        if (!field) return null;
        start += field.offset;
        type = this.#types.get(field.type);
      } else if (type.kind === "array") {
        type = this.#types.get(type.elem);
        if (type && type.size > 0) start += Math.floor((offset - start) / type.size) * type.size;
      } else return { type, offset: start };
    }
    return null;
  }

  /** The leaf that starts exactly at `offset`, or null. */
  leafAt(offset: number): Leaf | null {
    const leaf = this.leaf(offset);
    return leaf?.offset === offset ? leaf : null;
  }

  /** True if a string's (or []byte's) header starts at `offset`. */
  isText(offset: number): boolean {
    const leaf = this.leafAt(offset);
    if (leaf?.type.kind === "string") return true;
    return leaf?.type.kind === "slice" && this.#types.get(leaf.type.elem)?.kind === "uint8";
  }

  /** True if the 8 bytes at `offset` hold an address. */
  isAddress(offset: number): boolean {
    const leaf = this.leaf(offset);
    if (!leaf) return true;
    switch (leaf.type.kind) {
      case "interface":
      case "ptr":
      case "map":
      case "chan":
      case "func":
      case "unsafe.Pointer":
        return true;
      case "string":
      case "slice":
        return leaf.offset === offset;
      default:
        return false;
    }
  }

  /** All that a source can be before any branch: a bool is 0 or 1, a length isn't negative. */
  readonly domain = (source: Source): Intervals => {
    if (source.kind === "equal") return between(0n, 1n);
    if (source.kind === "bytes") return everything(source.size * 8);
    const leaf = this.leaf(source.offset);
    if (leaf?.type.kind === "bool") return between(0n, 1n);
    const length = leaf && source.size === 8 && source.offset === leaf.offset + 8;
    if (length && (leaf.type.kind === "string" || leaf.type.kind === "slice"))
      return between(0n, (1n << 48n) - 1n);
    return everything(source.size * 8);
  };
}
