import type { Counters, Event, Group, PropagationGraph, State, Target } from "../events/index.ts";

/** What changed since the last batch. */
export interface Change {
  events: Event[];
  groups: Group[];
  /** Null: unchanged. */
  graph: PropagationGraph | null;
  targets: Target[];
  counters: Counters;
}

/** Where the hub gets what it shows. */
export interface HubSource {
  state(): State;
  /** Null when nothing changed since the last call. */
  takeChange(): Change | null;
  event(id: string): Event | null;
  /** Newest first. */
  eventsOfGroup(group: string, limit: number): Event[];
  /** Oldest first. */
  newestEvents(limit: number): Event[];
  counters(): Counters;
}
