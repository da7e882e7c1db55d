/** What the dashboard shows: groups, graph and the newest events, kept from the collector's stream. */
import type { Counters, Event, State, Target } from "../events/index.ts";
import { GraphBuilder } from "../graph/index.ts";
import type { Change, HubSource } from "../hub/index.ts";
import type { EventStore } from "../store/index.ts";

/** Events in a page's first state. */
const STATE_EVENTS = 2_000;
/** The graph is laid out anew when it changes: not more often than this. */
const GRAPH_MS = 500;

export class Board implements HubSource {
  readonly #store: EventStore;
  readonly #builder = new GraphBuilder();
  readonly #targets = new Map<string, Target>();
  /** Id of the newest target of a pid. */
  readonly #byPid = new Map<number, string>();
  #counters: Counters = { hits: 0, shown: 0, sampled: 0, lost: 0, passed: 0, mismatched: 0 };
  #pending: Event[] = [];
  #changedTargets = new Set<string>();
  #countersChanged = false;
  #graphAt = 0;
  readonly #now: () => number;

  constructor(store: EventStore, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  /** @returns the event with its group. */
  add(event: Event): Event {
    const group = this.#builder.add(event, this.#byPid.get(event.process.pid));
    const kept = group === null ? event : ({ ...event, group } as Event);
    this.#pending.push(kept);
    return kept;
  }

  target(target: Target): void {
    this.#targets.set(target.id, target);
    this.#byPid.set(target.pid, target.id);
    this.#changedTargets.add(target.id);
  }

  setCounters(counters: Counters): void {
    this.#countersChanged ||= JSON.stringify(counters) !== JSON.stringify(this.#counters);
    this.#counters = counters;
  }

  counters(): Counters {
    return this.#counters;
  }

  state(): State {
    return {
      targets: [...this.#targets.values()],
      groups: this.#builder.groups(),
      graph: this.#builder.graph(),
      events: this.#store.newest(STATE_EVENTS),
      counters: this.#counters,
    };
  }

  takeChange(): Change | null {
    const events = this.#pending;
    if (events.length === 0 && this.#changedTargets.size === 0 && !this.#countersChanged && !this.#graphDue())
      return null;
    this.#pending = [];
    if (events.length > 0) this.#store.append(events);
    const targets = [...this.#changedTargets].flatMap((id) => this.#targets.get(id) ?? []);
    this.#changedTargets = new Set();
    this.#countersChanged = false;
    const graph = this.#graphDue() ? this.#builder.takeChangedGraph() : null;
    if (graph) this.#graphAt = this.#now();
    return { events, groups: this.#builder.takeChangedGroups(), graph, targets, counters: this.#counters };
  }

  event(id: string): Event | null {
    return this.#pending.find((event) => event.id === id) ?? this.#store.byId(id);
  }

  eventsOfGroup(group: string, limit: number): Event[] {
    return this.#store.byGroup(group, limit);
  }

  newestEvents(limit: number): Event[] {
    return this.#store.newest(limit);
  }

  close(): void {
    this.#store.close();
  }

  #graphDue(): boolean {
    return this.#builder.changed && this.#now() - this.#graphAt >= GRAPH_MS;
  }
}
