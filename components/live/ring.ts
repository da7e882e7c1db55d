import type { Event } from "../../server/events/index.ts";

/** The newest events, oldest first, in a buffer of fixed size that is written in place: no copy as events come. */
export class EventRing {
  readonly capacity: number;
  #slots: Event[] = [];
  /** Slot of the oldest event once the buffer is full. */
  #start = 0;
  #byId = new Map<string, Event>();

  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1)
      throw new RangeError(`ring capacity ${capacity} is not positive`);
    this.capacity = capacity;
  }

  get length(): number {
    return this.#slots.length;
  }

  /** Adds the newest event. An id that is already held is left as it is.
   *  @returns whether it was added, and the event that had to go for it */
  push(event: Event): { added: boolean; evicted: Event | null } {
    if (this.#byId.has(event.id)) return { added: false, evicted: null };
    this.#byId.set(event.id, event);
    if (this.#slots.length < this.capacity) {
      this.#slots.push(event);
      return { added: true, evicted: null };
    }
    const evicted = this.#slots[this.#start]!;
    this.#slots[this.#start] = event;
    this.#start = (this.#start + 1) % this.capacity;
    this.#byId.delete(evicted.id);
    return { added: true, evicted };
  }

  get(id: string): Event | undefined {
    return this.#byId.get(id);
  }

  /** @param index 0 is the oldest */
  at(index: number): Event | undefined {
    if (index < 0 || index >= this.#slots.length) return undefined;
    return this.#slots[(this.#start + index) % this.#slots.length];
  }

  *[Symbol.iterator](): Generator<Event> {
    for (let i = 0; i < this.#slots.length; i++) yield this.at(i)!;
  }
}
