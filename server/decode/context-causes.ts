/**
 * Causes of cancelled contexts. What their Err gives, `context canceled`, says nothing of the cause, and is one value for all; so
 * each time that a goroutine asks is remembered, with the cause. It is given to an error that holds the value if what the functions
 * on the stack do with it, by their code, may have brought it there, and no other context of another cause was asked that may have.
 */
import type { CallFates } from "../binary/index.ts";
import type { Cause, ErrorValue } from "../events/index.ts";
import { type Caller, callerOf, isWithin, liveCallers, sameCall } from "./callers.ts";
import type { RawEvent } from "./raw-event.ts";
import { remember } from "./remember.ts";
import { makesText, type Symbolizer } from "./stack.ts";
import { valuesOf } from "./values.ts";

const MAX_GOROUTINES = 2_000;
/** Times that one goroutine asked. */
const MAX_ASKED = 32;
/** Errors of which is known which context's cause they don't carry. */
const MAX_KNOWN = 20_000;

interface Asked {
  /** What Err gave. */
  error: ErrorValue;
  /** Who asked. */
  caller: Caller;
  /** Static address that Err returned to, in that function. */
  from: number;
  cause: ErrorValue | null;
  /** So many of the callers are still the calls that they were, as far as was seen. */
  live: number;
  /** Where its error was seen since, and in which call: there again, it's another call or another round of a loop. */
  seenAt: Set<string>;
}

interface Asker {
  asked: Asked[];
  /** Which of them asks now; null for one that isn't remembered. */
  now: Asked | null;
  /** Some are forgotten: which context a value is of, can't be told until all have ended. */
  tooMany: boolean;
}

interface Binary {
  symbols: Symbolizer;
  fates: Pick<CallFates, "behind" | "can">;
}

export class ContextCauses {
  readonly #askers = new Map<bigint, Asker>();
  readonly #known = new Map<string, Cause>();

  /** A goroutine asks a cancelled context for its error. */
  cancelled(raw: RawEvent, error: ErrorValue, { symbols, fates }: Binary): void {
    const caller = raw.goroutineKnown ? callerOf(raw, symbols, isErr) : null;
    // context.Cause and the like ask for themselves
    if (!caller || symbols.isIn(caller.function, "context")) return;
    const asker = this.#askers.get(raw.goroutine) ?? { asked: [], now: null, tooMany: false };
    settle(asker, caller, raw.bias, symbols);
    asker.now = null;
    const position = raw.frames.length - caller.above.length - 1;
    const from = position < 0 ? 0 : Number(raw.frames[position]! - raw.bias);
    // who only tests it does nothing else with it
    if (position < 0 || (fates.can && fates.behind(from, 0)?.fate.kind === "dropped")) return;
    asker.now = { error, caller, from, cause: null, live: caller.above.length, seenAt: new Set() };
    asker.asked.push(asker.now);
    if (asker.asked.length > MAX_ASKED) {
      asker.asked.shift();
      asker.tooMany = true;
    }
    remember(this.#askers, raw.goroutine, asker, MAX_GOROUTINES);
  }

  /**
   * Right behind it: the cause that the context has.
   * @returns what Err gave, with that cause, and who asked; null where there is none but itself, or nobody that is known asked.
   */
  caused(
    raw: RawEvent,
    cause: ErrorValue,
    symbols: Symbolizer,
  ): { error: ErrorValue; caller: Caller } | null {
    const asked = this.#askers.get(raw.goroutine)?.now;
    const caller = callerOf(raw, symbols, isErr);
    if (!asked || !sameCall(caller, asked.caller)) return null;
    if (cause.typedNil || cause.id === asked.error.id) return null;
    asked.cause = cause;
    const causes: Cause[] = [...asked.error.causes, { via: "context", error: cause }];
    return { error: { ...asked.error, causes }, caller: asked.caller };
  }

  /**
   * Gives an error that is, or holds, what a context gave, the cause that it doesn't carry.
   * @param made it is a new error. @param passed the function returns it, and no more.
   */
  link(
    raw: RawEvent,
    error: ErrorValue,
    { made, passed }: { made: boolean; passed: boolean },
    { symbols, fates }: Binary,
  ): void {
    const asker = this.#askers.get(raw.goroutine);
    const caller = asker ? callerOf(raw, symbols, makesText) : null;
    if (!asker || !caller) return;
    settle(asker, caller, raw.bias, symbols);
    const place = [raw.ip, ...raw.frames.slice(0, raw.frames.length - caller.above.length)].join(" ");
    if (asker.asked.length === 0) return;
    const ids = new Set([...valuesOf(error, isHeld)].map(({ id }) => id));
    const held = asker.asked.filter(
      (asked) =>
        ids.has(asked.error.id) &&
        isWithin(asked.caller, caller, raw.bias, symbols) &&
        mayReach(asked, caller.above.length, passed, raw.bias, fates),
    );
    // another round: what was asked for this one was asked at the same place
    const before = held.filter(({ seenAt }) => seenAt.has(place));
    const possible = held.filter(
      (asked) =>
        !before.includes(asked) &&
        (before.length === 0 ||
          before.some((one) => one.from === asked.from && sameCall(one.caller, asked.caller))),
    );
    for (const { seenAt } of possible) seenAt.add(place);
    const [cause, ...others] = new Map(possible.map((asked) => [asked.cause?.id, asked.cause])).values();
    if (!cause || others.length > 0 || asker.tooMany || ids.has(cause.id)) return;
    // one that it wraps doesn't carry it either, and says so
    const wrapped = valuesOf(error, (via) => via === "unwrap" || via === "field");
    if ([...wrapped].some((value) => value.causes.some(({ via }) => via === "context"))) return;
    error.causes.push({ via: "context", error: cause });
    if (made) remember(this.#known, error.id, { via: "context", error: cause }, MAX_KNOWN);
  }

  /** Adds to a tree what is known of its values. */
  complete(root: ErrorValue): void {
    if (this.#known.size === 0) return;
    for (const value of valuesOf(root, isHeld)) {
      const known = this.#known.get(value.id);
      if (known && !value.causes.some(({ via }) => via === "context")) value.causes.push(known);
    }
  }
}

/** Something happened in the call `now`: calls that are no more on the stack have ended, and what they asked is gone with them. */
function settle(asker: Asker, now: Caller, bias: bigint, symbols: Symbolizer): void {
  for (const asked of asker.asked)
    asked.live = Math.min(asked.live, liveCallers(asked.caller, now, bias, symbols));
  // the outermost is runtime.goexit, which does nothing with a value
  asker.asked = asker.asked.filter(({ live }) => live > 0);
  if (asker.asked.length === 0) asker.tooMany = false;
}

/**
 * False where the code of a function on the way surely doesn't bring the value to the call that has `level` callers, or where one of
 * these calls has ended. @param passed that call only returns it; else it does something else with it.
 */
function mayReach(
  { from, caller: { above }, live }: Asked,
  level: number,
  passed: boolean,
  bias: bigint,
  fates: Binary["fates"],
): boolean {
  if (level > live) return false;
  if (!fates.can) return true;
  const way = [from, ...above.slice(0, above.length - level).map((address) => Number(address - bias))];
  let position = 0;
  for (const [i, address] of way.entries()) {
    const isLast = i === way.length - 1;
    const fate = fates.behind(address, position)?.fate;
    if (!fate || fate.kind === "handed-on" || fate.kind === "unknown") return true;
    if (fate.kind === "dropped") return false;
    if (isLast) return passed;
    position = fate.position;
  }
  return true;
}

const isErr = (name: string): boolean => /^context\.(\(\*\w+\)|\w+)\.Err(-fm)?$/.test(name);

/** Causes of contexts are what is asked about. */
const isHeld = (via: Cause["via"]): boolean => via !== "context";
