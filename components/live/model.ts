/**
 * Everything the page knows, kept in place as messages come. Views read it through `ReadModel` when the store's `rev`
 * changes; nothing here renders.
 */
import type {
  Counters,
  Event,
  ExitEvent,
  Group,
  LostEvent,
  OccurrenceEvent,
  PropagationGraph,
  ServerMessage,
  State,
  Target,
} from "../../server/events/index.ts";
import { PanicIndex } from "./panics.ts";
import { EventRing } from "./ring.ts";
import { ValueIndex, valueKey } from "./values.ts";

const RING_CAPACITY = 20_000;
const LOST_KEPT = 200;
const ENDINGS_KEPT = 200;
const EMPTY_GRAPH: PropagationGraph = { nodes: [], edges: [], rootCauses: [] };
const NO_COUNTS: Counters = { hits: 0, shown: 0, sampled: 0, lost: 0, passed: 0, mismatched: 0 };

export interface Origin {
  event: OccurrenceEvent;
  /** False: the value was made before it could be seen, or that event is no longer known; it was seen here. */
  made: boolean;
}

/** How a program ended: what the runtime said last, and the end itself. */
export type Ending = ExitEvent | Extract<Event, { kind: "fatal" }>;

export interface ReadModel {
  /** Oldest first. */
  readonly events: EventRing;
  readonly groups: ReadonlyMap<string, Group>;
  readonly graph: PropagationGraph;
  readonly targets: readonly Target[];
  readonly counters: Counters;
  /** The newest `lost` events, oldest first. */
  readonly lost: readonly LostEvent[];
  /** The newest endings of programs, oldest first. */
  readonly endings: readonly Ending[];
  /** Events left out because this page did not understand them. */
  readonly unreadable: number;
  /** Events that the collector told this page it did not get one by one. */
  readonly missed: number;
  /** Version of the collector; null before its greeting. */
  readonly version: string | null;
  /** The collector's clock, Unix ms, when the newest message was cut. */
  readonly collectorTime: number;
  /** When that message arrived, Unix ms of the browser's clock. */
  readonly arrived: number;
  occurrence(id: string): OccurrenceEvent | null;
  /** Ids of the group's occurrences that are known here, newest first. */
  occurrencesOf(groupId: string): readonly string[];
  /** The group of an occurrence, when the collector said so. */
  groupOf(event: Event): Group | null;
  /** The occurrence that made this error value, or else the first that saw it, of those known here. */
  originOf(process: Event["process"], errorId: string): Origin | null;
  /** Other occurrences with this value on top (`seen`) or somewhere in their chain (`carried`), oldest first. */
  sightings(
    process: Event["process"],
    errorId: string,
  ): { seen: OccurrenceEvent[]; carried: OccurrenceEvent[] };
  /** What names a panic as its own: its recover, the fatal error that it became, panics during it or of its value again. */
  aboutPanic(id: string): OccurrenceEvent[];
}

export class LiveModel implements ReadModel {
  events = new EventRing(RING_CAPACITY);
  groups = new Map<string, Group>();
  graph: PropagationGraph = EMPTY_GRAPH;
  targets: Target[] = [];
  counters: Counters = NO_COUNTS;
  lost: LostEvent[] = [];
  endings: Ending[] = [];
  unreadable = 0;
  missed = 0;
  version: string | null = null;
  collectorTime = 0;
  arrived = 0;
  #values = new ValueIndex();
  #panics = new PanicIndex();
  /** Group of an event, by the event's own word or by the group's list of its newest occurrences. */
  #groupOf = new Map<string, string>();
  /** Ids of a group's events, oldest first. */
  #members = new Map<string, Set<string>>();

  /** @param at Unix ms of the browser's clock */
  apply(message: ServerMessage, unreadable: number, at: number): void {
    this.unreadable += unreadable;
    this.arrived = at;
    if (message.type === "batch") {
      this.collectorTime = message.now;
      this.#takeEvents(message.events);
      this.#takeGroups(message.groups);
      for (const target of message.targets) this.#takeTarget(target);
      if (message.graph) this.graph = message.graph;
      this.counters = message.counters;
      return;
    }
    this.collectorTime = Date.parse(message.serverTime);
    if (message.type === "hello") {
      this.#forget();
      this.unreadable = unreadable;
      this.version = message.version;
    } else this.missed += message.missed;
    this.#takeState(message.state);
  }

  occurrence(id: string): OccurrenceEvent | null {
    const event = this.events.get(id);
    return event && "sampled" in event ? event : null;
  }

  occurrencesOf(groupId: string): readonly string[] {
    const ids = [...(this.#members.get(groupId) ?? [])].filter((id) => this.events.get(id));
    return ids.sort().reverse();
  }

  groupOf(event: Event): Group | null {
    const id = ("group" in event && event.group) || this.#groupOf.get(event.id);
    return (id && this.groups.get(id)) || null;
  }

  originOf(process: Event["process"], errorId: string): Origin | null {
    let seen: OccurrenceEvent | null = null;
    for (const id of this.#values.seen(valueKey(process, errorId))) {
      const event = this.occurrence(id);
      if (event?.kind === "error" && event.made) return { event, made: true };
      seen ??= event;
    }
    return seen && { event: seen, made: false };
  }

  sightings(process: Event["process"], errorId: string) {
    const key = valueKey(process, errorId);
    return { seen: this.#known(this.#values.seen(key)), carried: this.#known(this.#values.carried(key)) };
  }

  aboutPanic(id: string): OccurrenceEvent[] {
    return this.#known(this.#panics.about(id));
  }

  /** A copy that later messages don't change, for a paused view. */
  freeze(): ReadModel {
    const copy = new LiveModel();
    copy.#takeEvents(this.events);
    copy.#groupOf = new Map(this.#groupOf);
    for (const [group, ids] of this.#members) copy.#members.set(group, new Set(ids));
    copy.groups = new Map(this.groups);
    copy.graph = this.graph;
    copy.targets = [...this.targets];
    copy.counters = this.counters;
    copy.lost = [...this.lost];
    copy.endings = [...this.endings];
    copy.unreadable = this.unreadable;
    copy.missed = this.missed;
    copy.version = this.version;
    copy.collectorTime = this.collectorTime;
    copy.arrived = this.arrived;
    return copy;
  }

  #forget(): void {
    this.events = new EventRing(RING_CAPACITY);
    this.#values.clear();
    this.#panics.clear();
    this.#groupOf.clear();
    this.#members.clear();
    this.lost = [];
    this.endings = [];
    this.missed = 0;
  }

  #known(ids: readonly string[]): OccurrenceEvent[] {
    return ids.flatMap((id) => this.occurrence(id) ?? []);
  }

  #takeState(state: State): void {
    this.groups.clear();
    this.#takeEvents(state.events);
    this.#takeGroups(state.groups);
    this.targets = [...state.targets];
    this.graph = state.graph;
    this.counters = state.counters;
  }

  #takeEvents(events: Iterable<Event>): void {
    for (const event of events) {
      const { added, evicted } = this.events.push(event);
      if (evicted) this.#evict(evicted);
      if (!added) continue;
      this.#values.add(event);
      this.#panics.add(event);
      if (event.kind === "exit" || event.kind === "fatal") {
        this.endings.push(event);
        if (this.endings.length > ENDINGS_KEPT) this.endings.shift();
      }
      if (event.kind === "lost") {
        this.lost.push(event);
        if (this.lost.length > LOST_KEPT) this.lost.shift();
      }
      if ("group" in event && event.group) this.#join(event.id, event.group);
    }
  }

  #takeGroups(groups: Iterable<Group>): void {
    for (const group of groups) {
      this.groups.set(group.id, group);
      for (const id of group.occurrences) if (this.events.get(id)) this.#join(id, group.id);
    }
  }

  #takeTarget(target: Target): void {
    const at = this.targets.findIndex((t) => t.id === target.id);
    if (at < 0) this.targets.push(target);
    else this.targets[at] = target;
  }

  #join(eventId: string, groupId: string): void {
    this.#groupOf.set(eventId, groupId);
    const members = this.#members.get(groupId);
    if (members) members.add(eventId);
    else this.#members.set(groupId, new Set([eventId]));
  }

  #evict(event: Event): void {
    this.#values.remove(event);
    this.#panics.remove(event);
    const group = this.#groupOf.get(event.id);
    this.#groupOf.delete(event.id);
    if (group) this.#members.get(group)?.delete(event.id);
  }
}
