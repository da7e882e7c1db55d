/** What catches people who program in Go, seen in an error's tree. */
import type { ErrorValue, Trap } from "../events/index.ts";
import { someValue } from "./values.ts";

/** Traps that this error steps into, each once: those of the errors that it came from are told with them. */
export function trapsOf(error: ErrorValue): Trap[] {
  const traps: Trap[] = [];
  if (error.causes.some((cause) => cause.via === "mention")) traps.push("cause-lost");
  if (error.causes.some((cause) => cause.via === "context")) traps.push("context-cause-lost");
  if (isCyclic(error)) traps.push("cyclic-chain");
  if (error.typedNil) traps.push("typed-nil");
  return traps;
}

const isCyclic = (error: ErrorValue): boolean =>
  someValue(error, ({ notes }) => notes?.some((note) => note.startsWith("cycle to ")) ?? false);
