/**
 * Errors that were given to package fmt. Where the text goes into a new error, that error came from them, though its chain
 * doesn't say so: `fmt.Errorf("…: %v", err)`. So a mention is kept until the next event of its goroutine. It became part of
 * a new error when both were made by the same call of the same function, and the new error's text holds the old one's;
 * otherwise it is told as it is: formatted, written, logged.
 */

import { isConstructor, packageOf } from "../binary/index.ts";
import type { Cause, ErrorEvent, ErrorValue } from "../events/index.ts";
import { type Caller, callerOf, sameCall } from "./callers.ts";
import type { RawEvent } from "./raw-event.ts";
import { remember } from "./remember.ts";
import type { Symbolizer } from "./stack.ts";
import { someValue } from "./values.ts";

interface Kept {
  event: ErrorEvent;
  caller: Caller | null;
}

/** Of one goroutine; more is told at once. */
const MAX_KEPT = 64;
/** Errors of which is known what their text mentions. */
const MAX_KNOWN = 20_000;

export class Mentions {
  readonly #kept = new Map<bigint, Kept[]>();
  readonly #causes = new Map<string, Cause[]>();

  /** @returns what is told at once. */
  keep(raw: RawEvent, event: ErrorEvent, symbols: Symbolizer): ErrorEvent[] {
    if (!raw.goroutineKnown || raw.goroutine === 0n) return [event];
    const kept = this.#kept.get(raw.goroutine) ?? [];
    const before = kept.length >= MAX_KEPT ? kept.splice(0).map((k) => k.event) : [];
    kept.push({ event, caller: callerOf(raw, symbols, isFormatting) });
    this.#kept.set(raw.goroutine, kept);
    return before;
  }

  /** Takes all that is kept of a goroutine. */
  take(goroutine: bigint): ErrorEvent[] {
    const kept = this.#kept.get(goroutine) ?? [];
    this.#kept.delete(goroutine);
    return kept.map(({ event }) => event);
  }

  /** Takes what happened before a time (CLOCK_MONOTONIC ns). */
  takeBefore(mono: number): ErrorEvent[] {
    const old: ErrorEvent[] = [];
    for (const [goroutine, kept] of this.#kept) {
      if (kept.every(({ event }) => event.mono >= mono)) continue;
      old.push(...this.take(goroutine));
    }
    return old.sort((a, b) => a.mono - b.mono);
  }

  /**
   * A new error, at the moment that it is made: what its text mentions becomes its cause.
   * @returns the mentions that have nothing to do with it.
   */
  absorb(raw: RawEvent, error: ErrorValue, symbols: Symbolizer): ErrorEvent[] {
    const kept = this.#kept.get(raw.goroutine);
    if (!kept) return [];
    this.#kept.delete(raw.goroutine);
    const maker = callerOf(raw, symbols, isConstructor);
    const others: ErrorEvent[] = [];
    for (const { event, caller } of kept) {
      // What it holds already (%w) needs no word, and no look at texts that may have been cut.
      const same = sameCall(caller, maker);
      if (same && holds(error, event.error.id)) continue;
      if (!same || !holdsText(error, event.error)) others.push(event);
      else error.causes.push({ via: "mention", error: ownOf(event.error) });
    }
    const causes = error.causes.filter((cause) => cause.via === "mention");
    if (causes.length > 0) remember(this.#causes, error.id, causes, MAX_KNOWN);
    return others;
  }

  /** Adds to a tree what the texts of its values are known to mention. */
  complete(root: ErrorValue): void {
    if (this.#causes.size === 0) return;
    const seen = new Set<ErrorValue>();
    const open = [root];
    for (let value = open.pop(); value; value = open.pop()) {
      if (seen.has(value)) continue;
      seen.add(value);
      const known = this.#causes.get(value.id);
      if (known && !value.causes.some((cause) => cause.via === "mention")) value.causes.push(...known);
      else open.push(...value.causes.map((cause) => cause.error));
    }
  }
}

const isFormatting = (name: string): boolean => packageOf(name) === "fmt" || isConstructor(name);

/** A context's cause is one of this error, not of the value that all contexts give. */
function ownOf(error: ErrorValue): ErrorValue {
  const causes = error.causes.filter(({ via }) => via !== "context");
  return causes.length === error.causes.length ? error : { ...error, causes };
}

function holdsText(error: ErrorValue, mentioned: ErrorValue): boolean {
  if (error.messageFrom === "fields" || mentioned.messageFrom === "fields" || mentioned.message === "")
    return false;
  const part = mentioned.truncated ? mentioned.message : mentioned.message.trim();
  return error.message.includes(part);
}

/** The value is the error, or among what it came from by its fields. */
const holds = (error: ErrorValue, id: string): boolean => someValue(error, (value) => value.id === id);
