/** How programs end: which errors were on their way on the goroutine that ended it, and what the runtime says. */
import type { Frame, GoroutineRef, PanicEvent, SiteRef } from "../events/index.ts";
import type { ReadOnlyMemory } from "./object.ts";
import type { Panicking } from "./panics.ts";
import type { RawEvent } from "./raw-event.ts";
import { remember } from "./remember.ts";
import { duringInit } from "./stack.ts";
import { decodeText } from "./text.ts";

/** Who ended the process. */
export interface Ender {
  goroutine: GoroutineRef | null;
  site: SiteRef;
  stack: Frame[];
}

const MAX_GOROUTINES = 10_000;

/** The newest error seen, and the newest given to package fmt: both in package initialisation, or both after it. */
interface Last {
  seen?: string;
  mentioned?: string;
  /** After one was written, another was seen: which of them matters, can't be told. */
  unsure?: boolean;
  init: boolean;
}

/** The last errors of each goroutine of a process, and who called exit. */
export class Endings {
  readonly #last = new Map<bigint, Last>();
  #ender: (Ender & { inFlight: string[] }) | null = null;

  seen(goroutine: bigint, seen: string, init: boolean): void {
    const last = this.#lastOf(goroutine, init);
    const unsure = last.mentioned !== undefined && last.mentioned !== seen;
    remember(this.#last, goroutine, { ...last, seen, unsure }, MAX_GOROUTINES);
  }

  mentioned(goroutine: bigint, mentioned: string, init: boolean): void {
    const last = this.#lastOf(goroutine, init);
    remember(this.#last, goroutine, { ...last, mentioned, unsure: false }, MAX_GOROUTINES);
  }

  /** os.Exit was called; the code is in the first word. */
  exits(raw: RawEvent, goroutine: GoroutineRef | null, site: SiteRef, stack: Frame[]): void {
    const inFlight = raw.word0 === 0n ? [] : this.#inFlight(raw.goroutine, duringInit(stack));
    this.#ender = { goroutine, site, stack, inFlight };
  }

  /** An unrecovered panic is about to end the process. */
  dies(panicking: readonly Panicking[], goroutine: GoroutineRef | null, site: SiteRef, stack: Frame[]): void {
    const inFlight = panicking.flatMap(({ value }) => ("error" in value ? [value.error.id] : []));
    this.#ender = { goroutine, site, stack, inFlight };
  }

  get ender(): (Ender & { inFlight: string[] }) | null {
    return this.#ender;
  }

  /** As far as seen: what the goroutine wrote or logged last, if it met no other since, else the last error that it made. */
  #inFlight(goroutine: bigint, init: boolean): string[] {
    const last = this.#lastOf(goroutine, init);
    const id = last.unsure ? undefined : (last.mentioned ?? last.seen);
    return id ? [id] : [];
  }

  /** Errors that initialisation made are package-level ones, of which nothing that is done later tells. */
  #lastOf(goroutine: bigint, init: boolean): Last {
    const last = this.#last.get(goroutine);
    return last?.init === init ? last : { init };
  }
}

/** What the runtime prints before it ends the program (runtime/panic.go: throw, fatal, printpanics). */
export function fatalText(raw: RawEvent, panicking: readonly Panicking[], readOnly: ReadOnlyMemory): string {
  if (raw.text) {
    const { pointer, length, bytes, unreadable } = raw.text;
    const whole = unreadable || bytes.length < length ? (readOnly(pointer, length) ?? bytes) : bytes;
    return decodeText({ bytes: whole, length }).text;
  }
  const texts = panicking.map(({ value }) => `panic: ${valueText(value)}`);
  return texts.length > 0 ? texts.join("\n\t") : "panic";
}

const valueText = (value: PanicEvent["value"]): string =>
  "error" in value ? value.error.message : value.text;
