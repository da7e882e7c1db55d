/** What became of each panic: the events that name it as the one that they recovered, ended with, began during or threw again. */
import type { Event } from "../../server/events/index.ts";

/** Events remembered for a panic; a few are all that can be. */
const EVENTS_PER_PANIC = 16;

export class PanicIndex {
  #about = new Map<string, string[]>();

  add(event: Event): void {
    for (const panic of panicsOf(event)) {
      const ids = this.#about.get(panic);
      if (!ids) this.#about.set(panic, [event.id]);
      else if (ids.length < EVENTS_PER_PANIC) ids.push(event.id);
    }
  }

  remove(event: Event): void {
    for (const panic of panicsOf(event)) {
      const ids = this.#about.get(panic)?.filter((id) => id !== event.id) ?? [];
      if (ids.length > 0) this.#about.set(panic, ids);
      else this.#about.delete(panic);
    }
  }

  clear(): void {
    this.#about.clear();
  }

  /** Ids of the events that name a panic, oldest first. */
  about(panic: string): readonly string[] {
    return this.#about.get(panic) ?? [];
  }
}

function panicsOf(event: Event): string[] {
  if (event.kind === "recover" || event.kind === "fatal") return event.panic ? [event.panic] : [];
  if (event.kind !== "panic") return [];
  return [event.during, event.again].filter((id) => id !== undefined);
}
