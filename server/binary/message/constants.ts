/** What memory outside the path's own holds: the executable's bytes, as far as the program can't change them. */
import type { Code } from "../code/index.ts";
import type { GoBinary, ModuleData } from "../model.ts";
import { References, type VariableUses, variableUses } from "./references.ts";
import { constant, unknown, type Value } from "./value.ts";

/** The longest constant text that a message may hold. */
const MAX_TEXT = 1 << 16;
/** Entries of runtime.staticuint64s: the numbers 0 to 255. */
const SMALL_NUMBERS = 256;

/** Null: they must be looked for. */
export type UsesFound = () => VariableUses | null;

export class Constants {
  readonly #binary: GoBinary;
  readonly #identityTables = new Map<number, boolean>();
  #references: References | null = null;

  readonly #codeAt: (pc: number) => Code | null;
  readonly #found: UsesFound;

  /** @param found what another thread found of the variables' uses. */
  constructor(binary: GoBinary, codeAt: (pc: number) => Code | null, found: UsesFound = () => null) {
    this.#binary = binary;
    this.#codeAt = codeAt;
    this.#found = found;
  }

  /** Where variables are referred to; made when first asked for. */
  get references(): References {
    this.#references ??= new References(this.#found() ?? variableUses(this.#binary), this.#codeAt);
    return this.#references;
  }

  /**
   * `size` bytes at a static address, read by the instruction at `pc`. A variable counts as a constant when no code could
   * write it: none stores to it, and only the function that reads it here takes its address.
   */
  read(address: number, size: number, pc: number): Value {
    const range = mutableRange(this.#binary.moduleData, address);
    if (range !== "none") {
      if (!this.#unwritten(address, size, pc))
        return { kind: "unknown", reason: "a variable that the program can change", variable: address };
      if (range === "zero") return constant(0);
    }
    const bytes = this.#binary.image.bytes(address, size);
    if (!bytes) return unknown("memory that isn't in the file");
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
    return constant(value);
  }

  /** A constant text, or null where it isn't one: not in the file, changeable, too long, or not UTF-8. */
  text(address: number, length: number): string | null {
    if (length === 0) return "";
    if (length > MAX_TEXT || mutableRange(this.#binary.moduleData, address) !== "none") return null;
    const bytes = this.#binary.image.bytes(address, length);
    if (!bytes) return null;
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return null;
    }
  }

  /**
   * True for runtime.staticuint64s, the table of the numbers 0 to 255 that boxed small values point into, told by its
   * contents: a variable in Go 1.20, though never written.
   */
  isIdentityTable(address: number): boolean {
    let known = this.#identityTables.get(address);
    if (known === undefined) {
      known = this.#countsUp(address);
      this.#identityTables.set(address, known);
    }
    return known;
  }

  #countsUp(address: number): boolean {
    for (let n = 0; n < SMALL_NUMBERS; n++) if (this.#binary.image.u64(address + 8 * n) !== n) return false;
    if (mutableRange(this.#binary.moduleData, address) === "none") return true;
    return this.references.stores(address, 8 * SMALL_NUMBERS).length === 0;
  }

  #unwritten(address: number, size: number, pc: number): boolean {
    if (this.references.stores(address, size).length > 0) return false;
    const taken = this.references.taken(address, size);
    if (taken.length === 0) return true;
    const reader = this.#functionOf(pc);
    return taken.every((place) => place.pc !== 0 && this.#functionOf(place.pc) === reader);
  }

  /** The function in whose source the instruction lies, inlined or not. */
  #functionOf(pc: number): string {
    return this.#binary.functions.frames(pc)[0]?.function ?? `at ${pc}`;
  }
}

/** Whether Go code may write at `address`, and if so whether its first value is zero or in the file. */
function mutableRange(data: ModuleData, address: number): "none" | "file" | "zero" {
  const inside = (start: number, end: number) => address >= start && address < end;
  if (inside(data.noptrdata, data.enoptrdata) || inside(data.data, data.edata)) return "file";
  return inside(data.bss, data.ebss) || inside(data.noptrbss, data.enoptrbss) ? "zero" : "none";
}
