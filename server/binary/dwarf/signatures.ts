/** Which functions return an error, by the debugging information of a build that has it. */
import { cString } from "../bytes.ts";
import type { Elf } from "../elf.ts";
import { Attribute, DwarfError, Entries, Tag } from "./entries.ts";
import { debugSection, type Inflate } from "./sections.ts";

export interface ErrorSignatures {
  /** Entry addresses of the functions whose signature is told: not that of assembler, nor of what ranges over functions. */
  known: ReadonlySet<number>;
  /** Those of them with `error` among their results. */
  returning: ReadonlySet<number>;
}

/** DW_LANG_Go. */
const GO = 0x16;
const TAGS = new Set<number>([Tag.SUBPROGRAM, Tag.PARAMETER, Tag.TYPEDEF]);
const ATTRIBUTES = new Set<number>(Object.values(Attribute));

/** A function as one entry tells it: an inlinable one has an abstract entry, and a concrete one that names it. */
interface Described {
  /** 0 in an abstract entry. */
  address: number;
  origin: number;
  /** The compiler made it to call another: up to Go 1.20 its parameters aren't told. */
  isWrapper: boolean;
  /** Offset of its name; -1 for none. */
  name: number;
  /** Offsets of the types of its results. */
  results: number[];
}

/**
 * Reads the functions of an executable's Go units: a result is a parameter marked as variable (cmd/internal/dwarf). Null
 * where there is no debugging information, or none that can be read.
 */
export function errorSignatures(elf: Elf, inflate: Inflate): ErrorSignatures | null {
  const section = (name: string) => debugSection(elf, name, inflate);
  try {
    const info = section("info");
    const abbreviations = info && section("abbrev");
    return abbreviations ? signaturesOf(new Entries(info, abbreviations, section("addr"))) : null;
  } catch (error) {
    if (error instanceof DwarfError || error instanceof RangeError) return null;
    throw error;
  }
}

function signaturesOf(entries: Entries): ErrorSignatures {
  const described = new Map<number, Described>();
  const errors = new Set<number>();
  for (const unit of entries.units()) {
    for (const { values, tag, depth, offset, parent } of entries.of(unit, TAGS, ATTRIBUTES)) {
      if (depth === 0) {
        if (values.get(Attribute.LANGUAGE) !== GO) break;
      } else if (tag === Tag.SUBPROGRAM) {
        const address = values.get(Attribute.LOW_PC) ?? 0;
        const isWrapper = (values.get(Attribute.TRAMPOLINE) ?? 0) !== 0;
        const name = values.get(Attribute.NAME) ?? -1;
        const origin = values.get(Attribute.ORIGIN) ?? -1;
        described.set(offset, { address, origin, isWrapper, name, results: [] });
      } else if (tag === Tag.TYPEDEF) {
        if (isNamedError(entries.info, values.get(Attribute.NAME))) errors.add(offset);
      } else if (values.get(Attribute.VARIABLE)) {
        // types of functions have parameters, too
        described.get(parent)?.results.push(values.get(Attribute.TYPE) ?? -1);
      }
    }
  }
  const bodies = rangingOver(entries.info, described.values());
  const known = new Set<number>();
  const returning = new Set<number>();
  for (const { address, origin, isWrapper, name, results } of described.values()) {
    if (address === 0) continue;
    const all = [...results, ...(described.get(origin)?.results ?? [])];
    const returnsError = all.some((type) => errors.has(type));
    if (returnsError) returning.add(address);
    const untold = isWrapper || (bodies.size > 0 && bodies.has(nameAt(entries.info, name) ?? ""));
    if (returnsError || all.length > 0 || !untold) known.add(address);
  }
  return { known, returning };
}

/**
 * Functions that range over functions, told by the names of the bodies that the compiler made of their loops. Their results
 * are variables of these too, and so are no parameters (Go 1.23 to 1.27).
 */
function rangingOver(info: Uint8Array, described: Iterable<Described>): Set<string> {
  const names = new Set<string>();
  for (const { name } of described) {
    const text = nameAt(info, name);
    const body = text?.indexOf("-range") ?? -1;
    if (body > 0) names.add(text!.slice(0, body));
  }
  return names;
}

const nameAt = (info: Uint8Array, at: number): string | null => (at < 0 ? null : cString(info, at));

const isNamedError = (info: Uint8Array, at: number | undefined): boolean =>
  at !== undefined && [..."error\0"].every((letter, i) => info[at + i] === letter.charCodeAt(0));
