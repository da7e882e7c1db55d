/** How programs end: which errors were on their way on the goroutine that ended it, and what the runtime says. */
import type { Frame, GoroutineRef, PanicEvent, SiteRef } from "../events/index.ts";
import type { ReadOnlyMemory } from "./object.ts";
import type { Panicking } from "./panics.ts";
import type { RawEvent } from "./raw-event.ts";
import { remember } from "./remember.ts";
import { decodeText } from "./text.ts";

/** Who ended the process. */
export interface Ender {
  goroutine: GoroutineRef | null;
  site: SiteRef;
  stack: Frame[];
}

const MAX_GOROUTINES = 10_000;

/** The last errors of each goroutine of a process, and who called exit. */
export class Endings {
  /** The newest error made, and the newest given to package fmt. */
  readonly #last = new Map<bigint, { seen?: string; mentioned?: string }>();
  #ender: (Ender & { inFlight: string[] }) | null = null;

  seen(goroutine: bigint, error: string): void {
    this.#remember(goroutine, { ...this.#last.get(goroutine), seen: error });
  }

  mentioned(goroutine: bigint, error: string): void {
    this.#remember(goroutine, { ...this.#last.get(goroutine), mentioned: error });
  }

  /** os.Exit was called; the code is in the first word. */
  exits(raw: RawEvent, goroutine: GoroutineRef | null, site: SiteRef, stack: Frame[]): void {
    this.#ender = { goroutine, site, stack, inFlight: raw.word0 === 0n ? [] : this.#inFlight(raw.goroutine) };
  }

  /** An unrecovered panic is about to end the process. */
  dies(panicking: readonly Panicking[], goroutine: GoroutineRef | null, site: SiteRef, stack: Frame[]): void {
    const inFlight = panicking.flatMap(({ value }) => ("error" in value ? [value.error.id] : []));
    this.#ender = { goroutine, site, stack, inFlight };
  }

  get ender(): (Ender & { inFlight: string[] }) | null {
    return this.#ender;
  }

  /** As far as seen: what the goroutine wrote or logged last, else the last error that it made. */
  #inFlight(goroutine: bigint): string[] {
    const last = this.#last.get(goroutine);
    const id = last?.mentioned ?? last?.seen;
    return id ? [id] : [];
  }

  #remember(goroutine: bigint, last: { seen?: string; mentioned?: string }): void {
    remember(this.#last, goroutine, last, MAX_GOROUTINES);
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
