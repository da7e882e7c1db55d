import { type Flags, GENERAL } from "../code/index.ts";

/** What a register or slot holds of the followed interface value: its first word (itab or type), its data word, or what the first
 * one leads to: its type, or that one's hash. */
export const Word = { NONE: 0, FIRST: 1, DATA: 2, TYPE: 3 } as const;

/** One path's knowledge: where the two words surely are. Nothing is guessed: what can't be told ends the path as "unknown". */
export class FateState {
  /** `Word` of each general register. */
  readonly registers: Uint8Array;
  /** `Word` by bytes from the SP at the start; without an entry: none. */
  readonly slots: Map<number, number>;
  /** Mask of registers that were written since the start. */
  written = 0;
  /** Mask of registers that hold a number: no word of an interface, no address. */
  plain = 0;
  /** SP minus the SP at the start. */
  sp = 0;
  flags: Flags = "unknown";
  /** The row of the first comparison of the value on this path, -1 while there is none. */
  tested = -1;

  constructor(from?: FateState) {
    this.registers = from ? from.registers.slice() : new Uint8Array(16);
    this.slots = new Map(from?.slots);
    if (!from) return;
    this.written = from.written;
    this.plain = from.plain;
    this.sp = from.sp;
    this.flags = from.flags;
    this.tested = from.tested;
  }

  /** The register's word; none for those that aren't general. */
  word(register: number): number {
    return this.registers[register] ?? Word.NONE;
  }

  set(register: number, word: number): void {
    if (register < GENERAL) this.registers[register] = word;
  }

  /** True while some register or slot holds a word. */
  get alive(): boolean {
    return this.slots.size > 0 || this.registers.some((word) => word !== Word.NONE);
  }

  /** Equal texts are equal states. */
  get key(): string {
    const slots = [...this.slots].sort(([a], [b]) => a - b).join(";");
    return `${this.registers.join("")} ${this.written} ${this.plain} ${this.sp} ${this.flags} ${this.tested} ${slots}`;
  }
}
