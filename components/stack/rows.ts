import type { Frame, SiteRef } from "../../server/events/index.ts";
import { type Origin, originOf, packageOf } from "../format/index.ts";
import { foldRecursion } from "./fold.ts";

/** `site`: where the error came to be; `constructor`: functions below it that only make the value. */
export type Role = "site" | "constructor" | Origin;

export type StackRow =
  | { kind: "frame"; index: number; frame: Frame; role: Role }
  /** Frames that are folded away, or the head of some that the user unfolded. */
  | {
      kind: "fold";
      id: string;
      from: number;
      count: number;
      why: "runtime" | "constructor" | "recursion";
      open: boolean;
      times: number;
    };

/** Repetitions from which recursion is folded in a list: two are quicker to read than a note. */
const LEAST_REPETITIONS = 3;

/**
 * The rows of a stack, innermost first, with constructors, the runtime and recursion folded unless `open` has their id.
 * @param modules module paths of the traced programs, to tell their own code from libraries
 */
export function stackRows(
  stack: readonly Frame[],
  site: SiteRef | null,
  modules: readonly string[],
  open: ReadonlySet<string>,
): StackRow[] {
  const at = site ? siteIndex(stack, site) : -1;
  const role = (i: number): Role =>
    i === at ? "site" : i < at ? "constructor" : originOf(packageOf(stack[i]!.function), modules);
  const rows: StackRow[] = [];
  const frameRow = (i: number): StackRow => ({ kind: "frame", index: i, frame: stack[i]!, role: role(i) });
  const fold = (from: number, count: number, why: "runtime" | "constructor" | "recursion", times: number) => {
    const id = `${why} ${from}`;
    const isOpen = open.has(id);
    rows.push({ kind: "fold", id, from, count, why, open: isOpen, times });
    if (isOpen) for (let i = from; i < from + count; i++) rows.push(frameRow(i));
  };

  const same = (a: number, b: number) => stack[a]!.function === stack[b]!.function;
  for (const run of foldRecursion(stack.length, same, LEAST_REPETITIONS)) {
    const count = run.period * run.times;
    if (run.times > 1 && role(run.start) !== "runtime") {
      // The outermost round stays in sight, so that one sees what repeats.
      fold(run.start, count - run.period, "recursion", run.times - 1);
      for (let i = run.start + count - run.period; i < run.start + count; i++) rows.push(frameRow(i));
      continue;
    }
    for (let i = run.start; i < run.start + count; i++) {
      const why = role(i);
      if (why !== "runtime" && why !== "constructor") rows.push(frameRow(i));
      else if (i === 0 || role(i - 1) !== why) fold(i, lengthOf(stack.length, role, i), why, 1);
    }
  }
  return rows;
}

/** Frames from `i` on that have the same role. */
function lengthOf(length: number, role: (i: number) => Role, i: number): number {
  let end = i + 1;
  while (end < length && role(end) === role(i)) end++;
  return end - i;
}

/** The frame of the site: same function and line, else the innermost frame of the function; -1 when it isn't there. */
function siteIndex(stack: readonly Frame[], site: SiteRef): number {
  const exact = stack.findIndex((f) => f.function === site.function && f.line === site.line);
  return exact >= 0 ? exact : stack.findIndex((f) => f.function === site.function);
}
