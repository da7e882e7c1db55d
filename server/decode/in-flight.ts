/**
 * Error values that goroutines have in flight: made or seen on one, and since then neither wrapped, nor given to package fmt,
 * nor seen on another goroutine. And what is told of such a goroutine: that it waits, goes on, ends.
 */
import type { Event, Frame } from "../events/index.ts";
import { remember } from "./remember.ts";
import { idsOf } from "./values.ts";

interface Parked {
  at: Frame | null;
  mono: bigint;
  /** Those that were in flight. */
  errors: string[];
}
interface State {
  errors: Set<string>;
  /** The outermost function of its stack. */
  entry: Frame | null;
  parked: Parked | null;
}

const MAX_GOROUTINES = 20_000;
/** Of one goroutine; the oldest are forgotten. */
const MAX_ERRORS = 64;

export class InFlight {
  readonly #goroutines = new Map<number, State>();
  /** The goroutine that a value is in flight on, and since when. */
  readonly #holder = new Map<string, { goroutine: number; mono: number }>();

  /** An event of an error, at the moment that it is told. */
  tell(event: Event): void {
    if (event.kind !== "error" && event.kind !== "panic") return;
    // package-level errors go nowhere
    if (event.init) return;
    const root = event.kind === "error" ? event.error : "error" in event.value ? event.value.error : null;
    const goroutine = event.goroutine?.id;
    if (!root || goroutine === undefined) return;
    for (const id of idsOf(root)) this.#land(id, event.mono);
    const state = this.#stateOf(goroutine);
    state.entry = event.stack.findLast(({ function: name }) => !isWrapper(name)) ?? state.entry;
    // What is written or logged has arrived; a panic is told of as such.
    if (event.kind === "panic" || event.site.op === "mention") return;
    state.errors.add(root.id);
    this.#holder.set(root.id, { goroutine, mono: event.mono });
    if (state.errors.size > MAX_ERRORS) this.#land([...state.errors][0]!, event.mono);
  }

  of(goroutine: number): string[] {
    return [...(this.#goroutines.get(goroutine)?.errors ?? [])];
  }

  entryOf(goroutine: number): Frame | null {
    return this.#goroutines.get(goroutine)?.entry ?? null;
  }

  parks(goroutine: number, parked: Parked): void {
    this.#stateOf(goroutine).parked = parked;
  }

  /** @returns the wait that is over; null: none was told of. */
  resumes(goroutine: number): Parked | null {
    const state = this.#goroutines.get(goroutine);
    const parked = state?.parked ?? null;
    if (state) state.parked = null;
    return parked;
  }

  ends(goroutine: number): void {
    for (const id of this.#goroutines.get(goroutine)?.errors ?? []) this.#holder.delete(id);
    this.#goroutines.delete(goroutine);
  }

  /** What happened to it before it came to where it is says nothing of it there: mentions are told late. */
  #land(id: string, mono: number): void {
    const holder = this.#holder.get(id);
    if (holder === undefined || holder.mono > mono) return;
    this.#holder.delete(id);
    this.#goroutines.get(holder.goroutine)?.errors.delete(id);
  }

  #stateOf(goroutine: number): State {
    const state = this.#goroutines.get(goroutine) ?? { errors: new Set(), entry: null, parked: null };
    if (this.#goroutines.size >= MAX_GOROUTINES && !this.#goroutines.has(goroutine))
      this.ends(this.#goroutines.keys().next().value!);
    remember(this.#goroutines, goroutine, state, MAX_GOROUTINES);
    return state;
  }
}

/** Below what a go statement named: the runtime's end of every stack, and the compiler's closure for arguments. */
const isWrapper = (name: string): boolean => name === "runtime.goexit" || /\.gowrap\d+$/.test(name);
