import { VarintReader } from "../bytes.ts";
import { type Code, Flow, immediateOf, Mnemonic, Operand, Reg, slotOf } from "../code/index.ts";
import type { GoBinary } from "../model.ts";

/** Where a function that calls its deferred functions itself keeps what it knows of them, by displacement from SP. */
export interface OpenDefers {
  /** The byte that says which of them are still to come. */
  bits: number;
  /** Their closures, where they are such. */
  closures: ReadonlySet<number>;
}

/** A function has at most 8 such calls, whose closures lie one behind the other from Go 1.22 on. */
const MOST = 8;
/** Rows between the store of the byte and the call. */
const NEAR = 6;

/**
 * What the compiler says of it to the runtime. Source: cmd/compile/internal/ssagen, emitOpenDeferInfo, Go 1.17 to 1.27; offsets are
 * down from varp, which is below the frame's saved BP (runtime/traceback.go).
 * @param frame bytes from SP to the function's return address. @returns null where there are none.
 */
export function openDefersOf(
  { functions, image, goMinor }: GoBinary,
  index: number,
  frame: number,
): OpenDefers | null {
  const address = functions.openDefers(index);
  const bytes = address === 0 ? null : (image.bytes(address, 64) ?? image.bytes(address, 16));
  if (!bytes) return null;
  const reader = new VarintReader(bytes, 0);
  const slot = () => frame - 8 - reader.next();
  if (goMinor < 18) reader.next(); // the largest size of arguments
  const bits = slot();
  const closures = new Set<number>();
  if (goMinor >= 22) {
    const first = slot();
    for (let i = 0; i < MOST; i++) closures.add(first + 8 * i);
    return { bits, closures };
  }
  const count = reader.next();
  for (let i = 0; i < Math.min(count, MOST); i++) {
    if (goMinor < 18) reader.next(); // the size of its arguments
    closures.add(slot());
    if (goMinor < 18) for (let rest = 3 * Math.max(reader.next(), 0); rest > 0; rest--) reader.next();
  }
  return { bits, closures };
}

/**
 * The rows of calls of deferred functions, which take nothing and return nothing: those right behind a store to the byte that
 * takes out a bit. Source: cmd/compile/internal/ssagen, openDeferExit, Go 1.17 to 1.27.
 */
export function deferCalls(code: Code, { bits, closures }: OpenDefers): Set<number> {
  const found = new Set<number>();
  /** Constants stored there before, in the order of the code. */
  const before: number[] = [];
  for (let i = 0; i < code.count; i++) {
    const stores = code.mnemonic[i] === Mnemonic.Mov && code.kind[0][i] === Operand.MEMORY;
    if (!stores || code.memorySize[i] !== 1 || slotOf(code, i, 0) !== bits) continue;
    const constant = code.kind[1][i] === Operand.IMMEDIATE ? immediateOf(code, i) & 0xff : null;
    // a defer statement puts a bit in; where the bits aren't known, it is a register
    const takesOut = constant === null || before.some((earlier) => isOneHigher(earlier, constant));
    if (constant !== null) before.push(constant);
    const call = callBehind(code, i, closures, takesOut);
    if (call >= 0) found.add(call);
  }
  return found;
}

/** True if `earlier` has one bit more, above all others. */
function isOneHigher(earlier: number, constant: number): boolean {
  const bit = earlier ^ constant;
  return bit > constant && (bit & (bit - 1)) === 0;
}

/**
 * MOV DX, [SP+closure]; MOV r, [DX]; CALL r, or the call of a function that is known; -1 if that isn't what follows. From Go
 * 1.27 on, where the statement is right before it, the closure is still in DX, and the store that puts the bit in is left out.
 */
function callBehind(code: Code, row: number, closures: ReadonlySet<number>, takesOut: boolean): number {
  const isStillThere = closureInDx(code, row, closures);
  let closure = isStillThere;
  for (let i = row + 1; i < Math.min(code.count, row + NEAR); i++) {
    if (code.flow[i] === Flow.CALL) return takesOut ? i : -1;
    if (code.flow[i] === Flow.INDIRECT_CALL) return closure && (takesOut || isStillThere) ? i : -1;
    if (code.flow[i] !== Flow.NEXT) return -1;
    if (!(code.writes[i]! & (1 << Reg.RDX))) continue;
    const loads = code.mnemonic[i] === Mnemonic.Mov && code.kind[1][i] === Operand.MEMORY;
    const slot = loads ? slotOf(code, i, 0) : null;
    closure = slot !== null && closures.has(slot);
  }
  return -1;
}

/** True if DX was stored into a closure's slot right before row `row`, and is as it was. */
function closureInDx(code: Code, row: number, closures: ReadonlySet<number>): boolean {
  for (let i = row - 1; i >= Math.max(0, row - NEAR) && code.flow[i] === Flow.NEXT; i--) {
    if (code.writes[i]! & (1 << Reg.RDX)) return false;
    const stores = code.mnemonic[i] === Mnemonic.Mov && code.kind[0][i] === Operand.MEMORY;
    const slot = stores && code.register[1][i] === Reg.RDX ? slotOf(code, i, 0) : null;
    if (slot !== null && closures.has(slot)) return true;
  }
  return false;
}
