/** Which call of which function something happened in. */
import type { RawEvent } from "./raw-event.ts";
import type { Symbolizer } from "./stack.ts";

/** A call that is under way: the function (its index in the function table) and where each of its callers goes on. */
export interface Caller {
  function: number;
  /** Return addresses of its callers. */
  above: readonly bigint[];
}

/** The innermost function on the stack that isn't skipped, and its callers. */
export function callerOf(
  raw: RawEvent,
  symbols: Symbolizer,
  skipped: (name: string) => boolean,
): Caller | null {
  let address = raw.ip - raw.bias;
  for (let i = 0; i <= raw.frames.length; i++) {
    const found = symbols.functionIndex(Number(address));
    if (!found) return null;
    if (!skipped(found.name)) return { function: found.index, above: raw.frames.slice(i) };
    const next = raw.frames[i];
    if (next === undefined) return null;
    address = next - raw.bias - 1n; // behind its call, which may be the function's last instruction
  }
  return null;
}

export function sameCall(a: Caller | null, b: Caller | null): boolean {
  if (!a || !b || a.function !== b.function || a.above.length !== b.above.length) return false;
  return a.above.every((address, i) => address === b.above[i]);
}

/**
 * How many callers the innermost call has that both are in, as far as return addresses tell; -1 if there is none. A call of the same function
 * from the same place may be another one.
 */
export function liveCallers(a: Caller, b: Caller, bias: bigint, symbols: Symbolizer): number {
  const least = Math.min(a.above.length, b.above.length);
  let common = 0;
  while (common < least && a.above.at(-1 - common) === b.above.at(-1 - common)) common++;
  const functionAt = ({ function: own, above }: Caller) => {
    const address = above[above.length - common - 1];
    return address === undefined ? own : symbols.functionIndex(Number(address - bias - 1n))?.index;
  };
  return functionAt(a) === functionAt(b) ? common : common - 1;
}

/** True if what happened at `inner` happened in the call `outer`, or in one that it made. @param symbols those of the executable. */
export function isWithin(inner: Caller, outer: Caller, bias: bigint, symbols: Symbolizer): boolean {
  const deeper = inner.above.length - outer.above.length;
  if (deeper < 0 || !outer.above.every((address, i) => address === inner.above[deeper + i])) return false;
  if (deeper === 0) return inner.function === outer.function;
  const within = inner.above[deeper - 1]! - bias - 1n;
  return symbols.functionIndex(Number(within))?.index === outer.function;
}
