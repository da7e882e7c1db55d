/** What lies where in the receiver object: the leaf types of nested structs and arrays. Pure. */
import { hasErrorMethod } from "../error-types.ts";
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
/** Objects are smaller; so are what their pointers lead to. */
const BEHIND = 2 ** 24;

/** Elements of a []error that are told apart: longer lists aren't followed. */
export const LONGEST_LIST = 16;
/** Bytes of an interface. */
export const ELEMENT = 16;

/**
 * Where byte `offset` of what the pointer (or the slice) at `pointer` leads to has its place among the object's offsets: far behind all
 * of its own bytes. Null for what is too far, and for pointers that are themselves behind one.
 */
export function behind(pointer: number, offset: number): number | null {
  const own = pointer >= 0 && pointer < BEHIND && pointer % 8 === 0;
  return own && offset >= 0 && offset < BEHIND ? (pointer / 8 + 1) * BEHIND + offset : null;
}

/** The pointer and the offset that `behind` made this of; null for a byte of the object itself. */
export function pointerOf(offset: number): { pointer: number; offset: number } | null {
  if (offset < BEHIND) return null;
  return { pointer: (Math.floor(offset / BEHIND) - 1) * 8, offset: offset % BEHIND };
}
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
    const at = pointerOf(offset);
    if (!at) return this.#leafIn(this.#object, 0, offset);
    if (this.isErrorList(at.pointer)) {
      const type = this.#types.get(this.#leafIn(this.#object, 0, at.pointer)!.type.elem);
      return type ? { type, offset: offset - (at.offset % ELEMENT) } : null;
    }
    const object = this.pointee(at.pointer);
    return object ? this.#leafIn(object, offset - at.offset, offset) : null;
  }

  /** True if a []error (or a slice of a wider interface) starts at `offset` of the object. */
  isErrorList(offset: number): boolean {
    const leaf = this.#leafIn(this.#object, 0, offset);
    const elem =
      leaf?.offset === offset && leaf.type.kind === "slice" ? this.#types.get(leaf.type.elem) : null;
    return elem?.kind === "interface" && hasErrorMethod(elem, this.#types);
  }

  /** True for the number of elements of such a list. */
  isListLength(source: Source): boolean {
    return source.kind === "field" && source.size === 8 && this.isErrorList(source.offset - 8);
  }

  /** The list and the index of the element that starts at an offset; null where there is none. */
  elementAt(offset: number): { list: number; index: number } | null {
    const at = pointerOf(offset);
    if (!at || at.offset % ELEMENT !== 0 || !this.isErrorList(at.pointer)) return null;
    return { list: at.pointer, index: at.offset / ELEMENT };
  }

  /** What the pointer at `offset` leads to; null where there is none. */
  pointee(offset: number): GoType | null {
    const leaf = this.#leafIn(this.#object, 0, offset);
    return leaf?.offset === offset && leaf.type.kind === "ptr"
      ? (this.#types.get(leaf.type.elem) ?? null)
      : null;
  }

  #leafIn(object: GoType, from: number, offset: number): Leaf | null {
    let type: GoType | undefined = object;
    let start = from;
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
