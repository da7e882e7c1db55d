/** Which goroutine was started by which, as far as it was seen: up to the root. */
import type { Ancestor } from "../events/index.ts";
import { remember } from "./remember.ts";

interface Known {
  /** 0: a root, started by none. */
  parent: number;
  createdBy: string | null;
}

/** Started by the runtime, to run main.main. */
const MAIN = 1;
const MAX_GOROUTINES = 200_000;
const MAX_ANCESTORS = 64;

export interface Lineage {
  /** From the parent up. */
  ancestors: Ancestor[];
  /** The goroutine of which nothing is known; null: the last of `ancestors` is a root. */
  unknown: number | null;
}

/** Goroutines of one process. Their ids are never used again (runtime/proc.go: goidgen only grows). */
export class Ancestry {
  readonly #known = new Map<number, Known>();
  readonly #gone = new Set<number>();

  learn(id: number, parent: number | null, createdBy: string | null): void {
    if (parent !== null) remember(this.#known, id, { parent, createdBy }, MAX_GOROUTINES);
  }

  /** It was looked for, and not found any more. */
  isGone(id: number): void {
    if (this.#known.has(id)) return;
    this.#gone.add(id);
    if (this.#gone.size > MAX_GOROUTINES) this.#gone.clear(); // they are looked for again, no more
  }

  /** True where a look at the process may find more. */
  canLearn({ unknown }: Lineage): boolean {
    return unknown !== null && !this.#gone.has(unknown);
  }

  /** @param parent of the goroutine that is asked for; 0: none. */
  above(parent: number): Lineage {
    const ancestors: Ancestor[] = [];
    for (let id = parent; id !== 0; ) {
      const known = this.#known.get(id);
      ancestors.push({ id, createdBy: known?.createdBy ?? null });
      if (id === MAIN) break;
      if (!known || ancestors.length >= MAX_ANCESTORS) return { ancestors, unknown: id };
      id = known.parent;
    }
    return { ancestors, unknown: null };
  }
}
