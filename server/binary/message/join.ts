/** Texts of lists: the same for each length, but for one more element. Pure. */
import type { MessagePart } from "../model.ts";
import { LONGEST_LIST } from "./layout.ts";
import { concatenate, sameParts } from "./text.ts";

/**
 * The text of a list of one element or more, where the texts that were found for each length up to the longest are those of a
 * join with one separator, between what comes before and after the same in all; else null.
 */
export function joinOf(
  offset: number,
  byLength: ReadonlyMap<number, readonly MessagePart[]>,
): MessagePart[] | null {
  if (byLength.size !== LONGEST_LIST + 1) return null;
  const one = byLength.get(1)!;
  const first = one.findIndex((part) => part.kind === "element");
  if (first < 0) return null;
  const [before, after] = [one.slice(0, first), one.slice(first + 1)];
  const two = byLength.get(2)!;
  const between = two.slice(first + 1).findIndex((part) => part.kind === "element");
  const [separator] = between === 1 ? two.slice(first + 1) : [];
  const text = between === 0 ? "" : separator?.kind === "text" ? separator.text : null;
  if (text === null) return null;
  const step = text === "" ? 1 : 2;
  for (let n = 1; n <= LONGEST_LIST; n++) {
    const parts = byLength.get(n)!;
    const end = first + 1 + step * (n - 1);
    if (!sameParts(parts.slice(0, first), before) || !sameParts(parts.slice(end), after)) return null;
    for (let at = first; at < end; at++) {
      const part = parts[at];
      const right =
        (at - first) % step === 0
          ? part?.kind === "element" && part.offset === offset && part.index === (at - first) / step
          : part?.kind === "text" && part.text === text;
      if (!right) return null;
    }
  }
  return concatenate(before, [{ kind: "join", offset, separator: text }], after);
}
