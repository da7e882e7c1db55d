import type { CallFates } from "./call-fates.ts";
import type { Looks } from "./value-fate.ts";

/** Where an error ends that its callers only pass up, as the machine code of those that are on the stack has it. */
export interface Swallowed {
  /** `dropped`: nobody looks at it; `tested`: it is only compared with nil; `compared`: with another error, or by errors.Is. */
  how: "dropped" | "tested" | "compared";
  /** Somebody who had it compared it with something else than nil, even if only to pass it on. */
  compared: boolean;
  /** Static address in the function that lets it go: of the first comparison, else in the call that gave it. */
  pc: number;
  /** Or there: the function at `pc` may return it, as far as its code tells, to this one, which lets it go. */
  orPc: number | null;
}

/**
 * True if the function that is returned to first surely does nothing else with the call's result than return it.
 * @param stack static return addresses, innermost first.
 */
export function surelyReturns(fates: CallFates, position: number, stack: readonly number[]): boolean {
  const [own, above] = stack;
  const step = own === undefined || !fates.can ? null : fates.behind(own, position);
  if (step?.fate.kind !== "returned" || step.fate.partly) return false;
  if (step.fate.firm || fates.returns(step.index, step.fate.position)) return true;
  // who looks at it was given it
  const next = above === undefined ? null : fates.behind(above, step.fate.position);
  const fate = next?.fate;
  return (
    (fate?.kind === "dropped" && fate.tested >= 0) ||
    (fate?.kind === "returned" && (fate.tested >= 0 || fate.firm))
  );
}

/** How a function lets a value go, by how it looks at it. */
export const howOf = ({ tested, compared }: Looks): Swallowed["how"] =>
  tested < 0 ? "dropped" : compared ? "compared" : "tested";

/**
 * Follows a value that a function returns up its stack, for as long as each caller surely does nothing else than return it too.
 * @param index of the function that returns it, at `position` among its result registers.
 * @param stack static return addresses, innermost first. @param whole the stack ends where the goroutine began.
 * @returns null where it is handed on, or where that can't be told.
 */
export function swallower(
  fates: CallFates,
  { index, position }: { index: number; position: number },
  stack: readonly number[],
  whole: boolean,
): Swallowed | null {
  if (!fates.can) return null;
  let callee = index;
  let at = position;
  /** The innermost function that may have let it go: it has the value where it returns, but that may be by chance. */
  let candidate: Swallowed | null = null;
  /** On some paths the candidate surely let it go. */
  let partly = false;
  let compared = false;
  for (const address of stack) {
    if (fates.callsPlain(address)) return candidate;
    const step = fates.behind(address, at);
    if (!step || (step.callee >= 0 && step.callee !== callee)) return null;
    const { fate } = step;
    if (fate.kind === "handed-on" || fate.kind === "unknown") return null;
    compared ||= fate.compared;
    // who looks at it was given it
    if (fate.tested >= 0 || (fate.kind === "returned" && fate.firm)) {
      if (partly && fate.tested >= 0) return null;
      if (!partly) candidate = null;
    }
    const place: Swallowed = {
      how: howOf(fate),
      compared,
      pc: fate.tested >= 0 ? step.testedAt : address - 1,
      orPc: null,
    };
    if (fate.kind === "dropped" && step.deferred) return candidate ? { ...candidate, compared } : place;
    if (fate.kind === "dropped") return candidate ? { ...candidate, compared, orPc: place.pc } : place;
    const returns = fate.firm ? true : fates.returns(step.index, fate.position);
    if (returns === false) return candidate ? { ...candidate, compared, orPc: place.pc } : place;
    // only passed up: a candidate that may have let it go before remains one
    if (returns && !fate.partly) candidate = partly ? candidate : null;
    else if (candidate)
      return null; // one of three or more
    else {
      candidate = place;
      partly = fate.partly ?? false;
    }
    callee = step.index;
    at = fate.position;
  }
  return whole ? candidate : null;
}
