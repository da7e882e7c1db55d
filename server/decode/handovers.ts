/**
 * Errors that came from one goroutine to another, by whatever way (a channel, a shared variable): the same value was seen on
 * one and then on the other. Values that the program shares (sentinels, constants) come from nowhere, and are left out.
 */
import type { ErrorValue, Event, Handover } from "../events/index.ts";
import { remember } from "./remember.ts";

interface Seen {
  goroutine: number;
  event: string;
  mono: number;
}

const MAX_VALUES = 65_536;

export class Handovers {
  /** Where a value was seen last; null: not told of yet. Only values that no other place shares are in it. */
  readonly #last = new Map<string, Seen | null>();
  /** Values that all goroutines have: package-level errors. */
  readonly #shared = new Map<string, true>();

  /** Ids of values that are objects of their own, and that all goroutines have: package-level errors. */
  share(ids: readonly string[]): void {
    for (const id of ids) {
      remember(this.#shared, id, true, MAX_VALUES);
      this.#last.delete(id);
    }
  }

  /** Ids of values that are objects of their own. */
  own(ids: readonly string[]): void {
    for (const id of ids)
      if (!this.#shared.has(id)) remember(this.#last, id, this.#last.get(id) ?? null, MAX_VALUES);
  }

  /** An event, at the moment that it is told: what it holds of other goroutines is put down in it. */
  tell(event: Event): void {
    const root = errorIn(event);
    const goroutine = "goroutine" in event ? event.goroutine?.id : undefined;
    if (!root || goroutine === undefined || event.kind === "exit") return;
    const found: Handover[] = [];
    this.#walk(root, { goroutine, event: event.id, mono: event.mono }, found, true, new Set());
    if (found.length === 0 || (event.kind !== "error" && event.kind !== "panic")) return;
    event.handovers = found;
    // it was missed there, and this goroutine's waits say nothing of that
    if (event.kernel?.explanation === undefined) return;
    if (event.kernel.syscall === null) delete event.kernel;
    else delete event.kernel.explanation;
  }

  /** @param isTold false below a value that is itself told to have come from another goroutine: its causes came with it. */
  #walk(value: ErrorValue, now: Seen, found: Handover[], isTold: boolean, met: Set<string>): void {
    if (met.has(value.id)) return;
    met.add(value.id);
    const before = this.#last.get(value.id);
    // what was given to package fmt is told late: it was there before it came to where it was seen since
    const isLate = before ? before.mono > now.mono : false;
    const came = before && !isLate && before.goroutine !== now.goroutine;
    if (came && isTold) {
      const { goroutine: from, event, mono } = before;
      found.push({ error: value.id, from, event, waitNs: now.mono - mono });
    }
    if (before !== undefined && !isLate) this.#last.set(value.id, now);
    for (const { error } of value.causes) this.#walk(error, now, found, isTold && !came, met);
  }
}

function errorIn(event: Event): ErrorValue | null {
  if (event.kind === "error") return event.error;
  return event.kind === "panic" && "error" in event.value ? event.value.error : null;
}
