/** Errors that an errgroup.Group is given: it keeps the first. */
import type { ErrorEvent, ErrorValue } from "../events/index.ts";
import { remember } from "./remember.ts";

const MAX_GOROUTINES = 10_000;

export class ErrorGroups {
  /** By goroutine: the error that its function returned to the group just now. */
  readonly #given = new Map<bigint, ErrorEvent>();

  given(goroutine: bigint, event: ErrorEvent): void {
    remember(this.#given, goroutine, event, MAX_GOROUTINES);
  }

  /** The group has another error already. @returns what is told of the one that it was given; null where it is the same. */
  keeps(goroutine: bigint, kept: ErrorValue): ErrorEvent | null {
    const event = this.#given.get(goroutine);
    this.#given.delete(goroutine);
    if (!event || event.error.id === kept.id || kept.typedNil) return null;
    const { id, type, message } = kept;
    return { ...event, traps: [...(event.traps ?? []), "dropped-after-first"], kept: { id, type, message } };
  }
}
