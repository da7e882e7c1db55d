/**
 * What the listener is told, in order. An event whose goroutine has ancestors that are not known yet waits here, and all
 * behind it, while the process is looked at: a few milliseconds as a rule.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Lineage, ProcessState } from "../decode/index.ts";
import type { Event, GoroutineRef } from "../events/index.ts";
import { TracerError } from "../tracer/index.ts";
import type { Look } from "./goroutines.ts";

interface Entry {
  tell(): void;
  /** The process that must be looked at first, and the goroutine's parent; null: nothing more. */
  waits: { state: ProcessState; parent: number } | null;
}

/** ms. */
const MOST_WAIT = 1_000;
/** ms between looks at one process, and times as long as the last look took: a process with very many goroutines is looked at seldom. */
const PAUSE = 20;
const PAUSE_FACTOR = 10;

export class Outbox {
  readonly #queue: Entry[] = [];
  readonly #looking = new Set<ProcessState>();
  /** Of which the goroutines can't be found. */
  readonly #blind = new WeakSet<ProcessState>();
  readonly #tell: (event: Event) => void;
  readonly #marks: boolean;
  readonly #look: (state: ProcessState) => Promise<Look | null>;

  /**
   * @param look at the goroutines of a process that are there; null: it can't be done. May fail when the process is gone.
   * @param marks what goroutines do with errors in flight is told.
   */
  constructor(
    tell: (event: Event) => void,
    look: (state: ProcessState) => Promise<Look | null>,
    marks = false,
  ) {
    this.#tell = tell;
    this.#marks = marks;
    this.#look = look;
  }

  event(event: Event, state: ProcessState): void {
    state.handovers.tell(event);
    if (this.#marks) state.inFlight.tell(event);
    const goroutine = "goroutine" in event ? (event.goroutine ?? null) : null;
    const parent = goroutine?.parent ?? null;
    if (!goroutine || parent === null) return this.#push({ tell: () => this.#tell(event), waits: null });
    const lineage = state.ancestry.above(parent);
    const tell = () => {
      addAncestors(goroutine, state.ancestry, state.ancestry.above(parent));
      this.#tell(event);
    };
    const isBlind = this.#blind.has(state) || !state.ancestry.canLearn(lineage);
    if (isBlind) return this.#push({ tell, waits: null });
    const entry: Entry = { tell, waits: { state, parent } };
    this.#push(entry);
    setTimeout(() => this.#waitNoMore(entry), MOST_WAIT).unref();
    this.#lookAt(state);
  }

  /** Called when all events before were told. */
  after(call: () => void): void {
    this.#push({ tell: call, waits: null });
  }

  /** Tells all that is there, whatever it waits for. */
  close(): void {
    for (const entry of this.#queue) entry.waits = null;
    this.#flush();
  }

  #push(entry: Entry): void {
    this.#queue.push(entry);
    this.#flush();
  }

  #flush(): void {
    while (this.#queue[0]?.waits === null) this.#queue.shift()!.tell();
  }

  #waitNoMore(entry: Entry): void {
    if (entry.waits === null) return;
    entry.waits = null;
    this.#flush();
  }

  /** One look at a time at each process: for what waited before it began. */
  #lookAt(state: ProcessState): void {
    if (this.#looking.has(state)) return;
    this.#looking.add(state);
    void this.#lookOnce(state).then(() => {
      this.#looking.delete(state);
      if (this.#queue.some(({ waits }) => waits?.state === state)) this.#lookAt(state);
    });
  }

  async #lookOnce(state: ProcessState): Promise<void> {
    const began = performance.now();
    const waiting = this.#queue.filter(({ waits }) => waits?.state === state);
    const look = await this.#look(state).catch(afterFailure);
    for (const { id, parent, createdBy } of look?.goroutines ?? [])
      state.ancestry.learn(id, parent, createdBy);
    if (!look) this.#blind.add(state);
    for (const entry of waiting) {
      const { unknown } = state.ancestry.above(entry.waits?.parent ?? 0);
      // who may just have been overlooked is looked for once more
      if (unknown !== null && look && !look.whole) continue;
      if (unknown !== null && look) state.ancestry.isGone(unknown);
      entry.waits = null;
    }
    this.#flush();
    await delay(PAUSE + PAUSE_FACTOR * (performance.now() - began), undefined, { ref: false });
  }
}

/** A process that is gone has no goroutines any more; where it can't be read, nobody knows. */
function afterFailure(error: unknown): Look | null {
  const isGone = error instanceof TracerError && error.code === "no_process";
  return isGone ? { goroutines: [], whole: true } : null;
}

function addAncestors(
  goroutine: GoroutineRef,
  ancestry: ProcessState["ancestry"],
  { ancestors, unknown }: Lineage,
): void {
  goroutine.ancestors = ancestors;
  if (unknown === null) return;
  const isGone = !ancestry.canLearn({ ancestors, unknown });
  goroutine.ancestorsNote = `goroutine ${unknown} ${isGone ? "had ended when it was looked for" : "was not found"}`;
}
