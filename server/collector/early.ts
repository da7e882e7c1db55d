/**
 * What came of processes before they were known: facts, and events of probes of which the placing has not been answered
 * yet. Nothing of it is dropped without a word.
 */
import { type ProcessState, type RawEvent, remember } from "../decode/index.ts";

export type Fact = (state: ProcessState) => void;

/** Processes of which facts are kept, and facts on one of them. */
const MAX_FACTS = 1_000;
/** More than a program makes within the second that perf uprobes may take to be placed, at the usual rate limit. */
const MAX_EVENTS = 10_000;

export class Early {
  readonly #facts = new Map<number, Fact[]>();
  #events: RawEvent[] = [];

  fact(pid: number, fact: Fact): void {
    const facts = this.#facts.get(pid) ?? [];
    if (facts.length < MAX_FACTS) facts.push(fact);
    remember(this.#facts, pid, facts, MAX_FACTS);
  }

  /** @returns the facts on a process, which are kept no longer. */
  takeFacts(pid: number): readonly Fact[] {
    const facts = this.#facts.get(pid) ?? [];
    this.#facts.delete(pid);
    return facts;
  }

  /** @returns false where there is no more room. */
  event(raw: RawEvent): boolean {
    if (this.#events.length >= MAX_EVENTS) return false;
    this.#events.push(raw);
    return true;
  }

  /** @returns the events that are wanted, in their order, which are kept no longer. */
  takeEvents(isWanted: (raw: RawEvent) => boolean): readonly RawEvent[] {
    if (this.#events.length === 0) return [];
    const { wanted = [], other = [] } = Object.groupBy(this.#events, (raw) =>
      isWanted(raw) ? "wanted" : "other",
    );
    this.#events = other;
    return wanted;
  }
}
