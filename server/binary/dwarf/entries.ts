/**
 * The entries of .debug_info, one after the other: DWARF 2 to 5 of 32-bit format, as Go (4, and 5 since 1.25) and C
 * compilers write it. Attributes that nobody asks for are skipped by the lengths of their forms. DWARF 5, chapter 7.
 */

export const Tag = { PARAMETER: 0x05, TYPEDEF: 0x16, SUBPROGRAM: 0x2e } as const;
export const Attribute = {
  NAME: 0x03, LOW_PC: 0x11, LANGUAGE: 0x13, ORIGIN: 0x31, TYPE: 0x49, VARIABLE: 0x4b, TRAMPOLINE: 0x56,
  ADDRESSES: 0x73,
} as const; // biome-ignore format: a table

/** Bytes of a form; less than 0: a length of another kind. */
const BLOCK1 = -1;
const BLOCK2 = -2;
const BLOCK4 = -3;
const VARIABLE_BLOCK = -4;
const TEXT = -5;
const NUMBER = -6;
const UNKNOWN = -7;
/** By number of the form, for addresses of 8 bytes. */
const FORMS: Readonly<Record<number, number>> = {
  1: 8, 3: BLOCK2, 4: BLOCK4, 5: 2, 6: 4, 7: 8, 8: TEXT, 9: VARIABLE_BLOCK, 10: BLOCK1, 11: 1, 12: 1, 13: NUMBER, 14: 4,
  15: NUMBER, 16: 4, 17: 1, 18: 2, 19: 4, 20: 8, 21: NUMBER, 23: 4, 24: VARIABLE_BLOCK, 25: 0, 26: NUMBER, 27: NUMBER,
  28: 4, 29: 4, 30: 16, 31: 4, 32: 8, 33: 0, 34: NUMBER, 35: NUMBER, 36: 8, 37: 1, 38: 2, 39: 3, 40: 4, 41: 1, 42: 2,
  43: 3, 44: 4,
}; // biome-ignore format: a table
const TEXT_INLINE = 8;
const REFERENCES = { first: 17, last: 21 };
const PRESENT = 25;
const IMPLICIT = 33;
/** DW_FORM_addrx, and DW_FORM_addrx1 to addrx4: an index in .debug_addr. */
const isIndex = (form: number): boolean => form === 27 || (form >= 41 && form <= 44);

/** One attribute: its number, its form and, for a form without bytes, its value. */
interface Specification {
  attribute: number;
  form: number;
  implicit: number;
}
interface Abbreviation {
  tag: number;
  hasChildren: boolean;
  attributes: Specification[];
}

export interface Unit {
  /** Offset of its header in .debug_info. */
  start: number;
  end: number;
  version: number;
  /** Offset of its first entry. */
  first: number;
  abbreviations: ReadonlyMap<number, Abbreviation>;
  /** Where its addresses begin in .debug_addr; told by its first entry. */
  addresses: number;
}

/** An entry of a tag that was asked for. */
export interface Entry {
  tag: number;
  /** Offset in .debug_info. */
  offset: number;
  /** 0 for the unit itself. */
  depth: number;
  /** Offset of the entry that it is in; -1 for the unit itself. */
  parent: number;
  unit: Unit;
  /** The attributes that were asked for: numbers and addresses, entries and texts as offsets in .debug_info. */
  values: Map<number, number>;
}

/** A damaged section. */
export class DwarfError extends Error {}

/** LEB128 numbers of up to 64 bits, one after the other. */
class Numbers {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** A negative number (DW_FORM_sdata) isn't told from its 2^n-complement, which no one here asks for. @throws DwarfError */
  next(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 64; scale *= 128) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw new DwarfError("a number beyond the section");
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new DwarfError("a number without an end");
  }
}

export class Entries {
  readonly info: Uint8Array;
  readonly #view: DataView;
  readonly #abbreviations: Uint8Array;
  readonly #tables = new Map<number, ReadonlyMap<number, Abbreviation>>();
  /** Stands where the entries are read. */
  readonly #numbers: Numbers;
  readonly #addresses: DataView | null;

  /** @param addresses .debug_addr, which there is none of before DWARF 5. */
  constructor(info: Uint8Array, abbreviations: Uint8Array, addresses: Uint8Array | null) {
    this.info = info;
    this.#numbers = new Numbers(info, 0);
    this.#addresses = addresses && new DataView(addresses.buffer, addresses.byteOffset, addresses.byteLength);
    this.#view = new DataView(info.buffer, info.byteOffset, info.byteLength);
    this.#abbreviations = abbreviations;
  }

  /** All units of 32-bit format. @throws DwarfError */
  *units(): Generator<Unit> {
    for (let start = 0; start + 11 <= this.info.length; ) {
      const length = this.#view.getUint32(start, true);
      if (length >= 0xfffffff0) throw new DwarfError("a unit of 64-bit format");
      const end = start + 4 + length;
      if (end > this.info.length || length < 8) throw new DwarfError("a unit beyond the section");
      const version = this.#view.getUint16(start + 4, true);
      const since5 = version >= 5;
      const abbreviations = this.#table(this.#view.getUint32(start + (since5 ? 8 : 6), true));
      // skeleton and type units (DWARF 5) have more in their headers; Go makes none
      if (version >= 2 && version <= 5 && (!since5 || this.info[start + 6] === 1))
        yield { start, end, version, first: start + (since5 ? 12 : 11), abbreviations, addresses: 0 };
      start = end;
    }
  }

  /** The unit's entries with one of `tags` or at depth 0, with those `wanted` of their attributes. @throws DwarfError */
  *of(unit: Unit, tags: ReadonlySet<number>, wanted: ReadonlySet<number>): Generator<Entry> {
    this.#numbers.at = unit.first;
    let at = unit.first;
    /** Offsets of the entries that the current one is in, by depth. */
    const parents: number[] = [];
    for (let depth = 0; at < unit.end; ) {
      this.#numbers.at = at;
      const code = this.#numbers.next();
      if (code === 0) {
        if (--depth <= 0) return;
        at = this.#numbers.at;
        continue;
      }
      const abbreviation = unit.abbreviations.get(code);
      if (!abbreviation) throw new DwarfError("an unknown abbreviation");
      const { tag, attributes } = abbreviation;
      parents[depth] = at;
      if (depth === 0 || tags.has(tag)) {
        const values = new Map<number, number>();
        for (const one of attributes) {
          if (wanted.has(one.attribute)) values.set(one.attribute, this.#value(unit, one));
          else this.#skip(one.form);
        }
        const offset = at;
        at = this.#numbers.at;
        if (depth === 0) unit.addresses = values.get(Attribute.ADDRESSES) ?? 0;
        yield { tag, offset, depth, parent: parents[depth - 1] ?? -1, unit, values };
      } else {
        for (const { form } of attributes) this.#skip(form);
        at = this.#numbers.at;
      }
      if (abbreviation.hasChildren) depth++;
      else if (depth === 0) return;
    }
  }

  #value(unit: Unit, { form, implicit }: Specification): number {
    const at = this.#numbers.at;
    this.#skip(form);
    const size = this.#numbers.at - at;
    if (form === IMPLICIT) return implicit;
    if (form === PRESENT) return 1;
    if (form === TEXT_INLINE) return at;
    let value = 0;
    if (FORMS[form] === NUMBER) {
      this.#numbers.at = at;
      value = this.#numbers.next();
    } else for (let i = Math.min(size, 8) - 1; i >= 0; i--) value = value * 256 + this.info[at + i]!;
    if (isIndex(form)) return this.#address(unit.addresses + 8 * value);
    const isLocal = form >= REFERENCES.first && form <= REFERENCES.last;
    return isLocal ? unit.start + value : value;
  }

  #address(at: number): number {
    const table = this.#addresses;
    if (!table || at + 8 > table.byteLength) throw new DwarfError("an address that isn't there");
    return Number(table.getBigUint64(at, true));
  }

  #skip(form: number): void {
    const length = FORMS[form] ?? UNKNOWN;
    if (length >= 0) this.#numbers.at += length;
    else if (length === NUMBER) this.#numbers.next();
    else if (length === TEXT) {
      const end = this.info.indexOf(0, this.#numbers.at);
      if (end < 0) throw new DwarfError("a text without an end");
      this.#numbers.at = end + 1;
    } else {
      const block = this.#blockLength(length);
      this.#numbers.at += block;
    }
    if (this.#numbers.at > this.info.length) throw new DwarfError("an entry beyond the section");
  }

  /** Bytes of the block after its length, which is read. */
  #blockLength(kind: number): number {
    const at = this.#numbers.at;
    if (at + 4 > this.info.length) throw new DwarfError("an entry beyond the section");
    switch (kind) {
      case BLOCK1:
        this.#numbers.at += 1;
        return this.info[at]!;
      case BLOCK2:
        this.#numbers.at += 2;
        return this.#view.getUint16(at, true);
      case BLOCK4:
        this.#numbers.at += 4;
        return this.#view.getUint32(at, true);
      case VARIABLE_BLOCK:
        return this.#numbers.next();
      default:
        throw new DwarfError("an unknown form");
    }
  }

  #table(offset: number): ReadonlyMap<number, Abbreviation> {
    let table = this.#tables.get(offset);
    if (!table) {
      table = readAbbreviations(this.#abbreviations, offset);
      this.#tables.set(offset, table);
    }
    return table;
  }
}

function readAbbreviations(bytes: Uint8Array, offset: number): Map<number, Abbreviation> {
  const numbers = new Numbers(bytes, offset);
  const next = () => numbers.next();
  const table = new Map<number, Abbreviation>();
  for (let code = next(); code !== 0; code = next()) {
    const tag = next();
    const hasChildren = next() !== 0;
    const attributes: Specification[] = [];
    for (;;) {
      const attribute = next();
      const form = next();
      const implicit = form === IMPLICIT ? next() : 0;
      if (attribute === 0 && form === 0) break;
      attributes.push({ attribute, form, implicit });
    }
    table.set(code, { tag, hasChildren, attributes });
  }
  return table;
}
