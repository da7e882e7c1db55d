/** What memory outside the path's own holds: the executable's bytes, as far as the program can't change them. */
import type { GoBinary, ModuleData } from "../model.ts";
import { References } from "./references.ts";
import { constant, unknown, type Value } from "./value.ts";

/** The longest constant text that a message may hold. */
const MAX_TEXT = 1 << 16;

export class Constants {
  readonly #binary: GoBinary;
  #references: References | null = null;

  constructor(binary: GoBinary) {
    this.#binary = binary;
  }

  /**
   * `size` bytes at a static address. A variable counts as a constant when no code but `functions` (entries of those
   * that read it here) could write it: none stores to it or takes its address.
   */
  read(address: number, size: number, functions: readonly number[]): Value {
    const range = mutableRange(this.#binary.moduleData, address);
    if (range !== "none") {
      this.#references ??= new References(this.#binary);
      if (!this.#references.unwritten(address, size, functions))
        return unknown("a variable that the program can change");
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
}

/** Whether Go code may write at `address`, and if so whether its first value is zero or in the file. */
function mutableRange(data: ModuleData, address: number): "none" | "file" | "zero" {
  const inside = (start: number, end: number) => address >= start && address < end;
  if (inside(data.noptrdata, data.enoptrdata) || inside(data.data, data.edata)) return "file";
  return inside(data.bss, data.ebss) || inside(data.noptrbss, data.enoptrbss) ? "zero" : "none";
}
