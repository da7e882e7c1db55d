/** What the paths from one point on lead to: a tree of the decisions on the way with a result at each end. Pure. */
import type { Intervals } from "./intervals.ts";
import type { Source } from "./value.ts";

export type Outcome<T> =
  | { kind: "done"; value: T }
  /** The source decides: `yes` where it is in `set`. */
  | { kind: "branch"; source: Source; set: Intervals; yes: Outcome<T>; no: Outcome<T> }
  /** One outcome for each value that the source can have here. */
  | { kind: "split"; source: Source; cases: [bigint, Outcome<T>][] }
  /** What decides isn't in the object: both must come to the same. */
  | { kind: "opaque"; reason: string; yes: Outcome<T>; no: Outcome<T> }
  /** Not understood from here on. */
  | { kind: "stop"; reason: string }
  /** The program panics here, so that there is no message. */
  | { kind: "panic" };

export const done = <T>(value: T): Outcome<T> => ({ kind: "done", value });
export const stop = (reason: string): Outcome<never> => ({ kind: "stop", reason });
export const panic: Outcome<never> = { kind: "panic" };

/** Goes on from every end of `outcome` with `next`. */
export function bind<A, B>(outcome: Outcome<A>, next: (value: A) => Outcome<B>): Outcome<B> {
  switch (outcome.kind) {
    case "done":
      return next(outcome.value);
    case "branch":
    case "opaque":
      return { ...outcome, yes: bind(outcome.yes, next), no: bind(outcome.no, next) };
    case "split":
      return { ...outcome, cases: outcome.cases.map(([value, end]) => [value, bind(end, next)]) };
    default:
      return outcome;
  }
}

/** The results at the tree's ends. */
export function ends<T>(outcome: Outcome<T>): T[] {
  const found: T[] = [];
  bind(outcome, (value) => {
    found.push(value);
    return done(value);
  });
  return found;
}
