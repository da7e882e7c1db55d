import { Access, type Callees, type Code, Flow, Mnemonic, Operand, pcOf, Reg, slotOf } from "./code/index.ts";
import type { FunctionTable } from "./model.ts";

/** What a function does with its frame, by displacement from SP, once the frame is made. */
export interface FrameSlots {
  /** Slots that it loads into a register of 8 bytes. */
  loaded: ReadonlySet<number>;
  /** Variables whose address it takes, or that it copies in pieces larger than a word: from and to. */
  taken: readonly { start: number; end: number }[];
  /** The lowest address that it takes of a variable of which no more is known; Infinity where it takes none. */
  lowestTaken: number;
  /** Bytes from SP to the return address. */
  size: number;
}

/** What the function table says of a function's frame. */
export type Frame = Pick<FrameSlots, "size" | "taken">;

/**
 * The frame of a function, as it is where it calls others. Offsets of variables are from varp, which is below the frame's saved BP or
 * FP (runtime/traceback.go, Go 1.17 to 1.27).
 */
export function frameOf(functions: FunctionTable, index: number, code: Code, callees: Callees): Frame {
  let row = 0;
  const calls = (i: number) => code.flow[i] === Flow.CALL || code.flow[i] === Flow.INDIRECT_CALL;
  while (row < code.count && !(calls(row) && !isMorestack(code, callees, row))) row++;
  const size = row < code.count ? functions.spDelta(pcOf(code, row)) : null;
  if (size === null) return { size: Number.POSITIVE_INFINITY, taken: [] };
  const taken = functions.stackObjects(index).map(({ offset, size: length }) => {
    const start = size - 8 + offset;
    return { start, end: start + length };
  });
  return { size, taken };
}

const isMorestack = (code: Code, callees: Callees, i: number): boolean =>
  code.flow[i] === Flow.CALL && callees.of(code, i).name.startsWith("runtime.morestack");

/** Behind runtime.morestack, at the function's end, there is no frame yet. */
export function frameSlots(code: Code, callees: Callees, { size, taken }: Frame): FrameSlots {
  const loaded = new Set<number>();
  const copied: { start: number; end: number }[] = [];
  let lowestTaken = Number.POSITIVE_INFINITY;
  for (let i = 0; i < code.count && !isMorestack(code, callees, i); i++) {
    if (code.kind[0][i] !== Operand.MEMORY && code.kind[1][i] !== Operand.MEMORY) continue;
    if (code.base[i] === code.isa.sp && code.index[i] !== Reg.NONE) {
      // an array, of which the index isn't known
      lowestTaken = Math.min(lowestTaken, code.displacement[i]!);
      continue;
    }
    if (code.kind[1][i] !== Operand.MEMORY) continue;
    const slot = slotOf(code, i, 0);
    // what is below SP is no variable: a large frame's stack check asks for its address
    if (slot === null || slot < 0) continue;
    if (code.mnemonic[i] === Mnemonic.Lea) {
      if (!isIn(taken, slot)) lowestTaken = Math.min(lowestTaken, slot);
    } else if (code.memoryAccess[i] !== Access.READ) continue;
    else if (code.memorySize[i] === 8) loaded.add(slot);
    // several words at once are no register's own place
    else if (code.memorySize[i]! > 8) copied.push({ start: slot, end: slot + code.memorySize[i]! });
  }
  return { loaded, taken: copied.length > 0 ? [...taken, ...copied] : taken, lowestTaken, size };
}

const isIn = (taken: FrameSlots["taken"], slot: number): boolean =>
  taken.some(({ start, end }) => slot >= start && slot < end);

/**
 * True for a slot that is a register's own place over calls, which nobody else sees: the function loads it again (so does it
 * with stack results: see `FateBody.stackArguments`), it is in its own frame, and in no variable whose address is taken.
 * Variables of which the function table says nothing (they hold no pointers, or no pointer to them is kept) are larger than their
 * address tells, so that all above the lowest one may be part of one.
 */
export const isSpill = ({ loaded, taken, lowestTaken, size }: FrameSlots, displacement: number): boolean =>
  loaded.has(displacement) && displacement < lowestTaken && displacement < size && !isIn(taken, displacement);
