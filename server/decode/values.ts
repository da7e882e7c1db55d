/** The values of an error's tree, each once: a chain may lead back to itself, and be too deep for recursion. */
import type { Cause, ErrorValue } from "../events/index.ts";

/** @param followed whether what is held this way is looked at: all of it unless told. */
export function* valuesOf(
  root: ErrorValue,
  followed: (via: Cause["via"]) => boolean = () => true,
): Generator<ErrorValue> {
  const seen = new Set<ErrorValue>();
  const open = [root];
  for (let value = open.pop(); value; value = open.pop()) {
    if (seen.has(value)) continue;
    yield value;
    seen.add(value);
    for (const { via, error } of value.causes) if (followed(via)) open.push(error);
  }
}

/** True if `is` is true of the error or of something below it; asked of no more than that needs. */
export function someValue(root: ErrorValue, is: (value: ErrorValue) => boolean): boolean {
  for (const value of valuesOf(root)) if (is(value)) return true;
  return false;
}

/** The ids of the error and of all below it. */
export function idsOf(root: ErrorValue): Set<string> {
  const ids = new Set<string>();
  for (const { id } of valuesOf(root)) ids.add(id);
  return ids;
}
