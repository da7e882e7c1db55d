/** What catches people who program in Go, seen in an error's tree. */
import type { ErrorValue, Trap } from "../events/index.ts";

/** Traps that this error steps into, each once: those of the errors that it came from are told with them. */
export function trapsOf(error: ErrorValue): Trap[] {
  const traps: Trap[] = [];
  if (error.causes.some((cause) => cause.via === "mention")) traps.push("cause-lost");
  if (isCyclic(error)) traps.push("cyclic-chain");
  if (error.typedNil) traps.push("typed-nil");
  return traps;
}

function isCyclic(error: ErrorValue): boolean {
  const seen = new Set<ErrorValue>();
  const open = [error];
  for (let value = open.pop(); value; value = open.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    if (value.notes?.some((note) => note.startsWith("cycle to "))) return true;
    open.push(...value.causes.map((cause) => cause.error));
  }
  return false;
}
