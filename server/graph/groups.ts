/** Occurrences to groups: one fingerprint, one group. */
import {
  type ErrorValue,
  type Event,
  type Group,
  isStandard,
  type SiteRef,
  type Trap,
} from "../events/index.ts";
import { hashOf, templateOf } from "./template.ts";

/** Events that are occurrences of a group: errors where they are made or a sentinel is used, panics, fatal errors (but not the end that an
 * unrecovered panic has: the panic is in a group already). */
export type Occurrence = Extract<Event, { kind: "error" | "panic" | "fatal" }>;

export type RecoverEvent = Extract<Event, { kind: "recover" }>;

export function isOccurrence(event: Event): event is Occurrence {
  if (event.kind === "error") return event.made || event.site.op === "sentinel";
  return event.kind === "panic" || (event.kind === "fatal" && !event.panic);
}

/** The error value that an occurrence is about; null for a panic with another value and for a fatal error. */
export function errorOf(event: Occurrence): ErrorValue | null {
  if (event.kind === "error") return event.error;
  return event.kind === "panic" && "error" in event.value ? event.value.error : null;
}

const MAX_CHAIN = 16;

/** Types from the outside in, along the first cause that Unwrap returns. */
export function chainOf(value: ErrorValue): string[] {
  const types: string[] = [];
  let at: ErrorValue | undefined = value;
  while (at && types.length < MAX_CHAIN) {
    types.push(at.type);
    at = (at.causes.find((cause) => cause.via === "unwrap") ?? at.causes[0])?.error;
  }
  return types;
}

interface Described {
  type: string;
  chain: string[];
  message: string;
}

function describe(event: Occurrence): Described {
  const value = errorOf(event);
  if (value) return { type: value.type, chain: chainOf(value), message: value.message };
  if (event.kind === "panic" && "text" in event.value) {
    return { type: event.value.type, chain: [event.value.type], message: event.value.text };
  }
  const text = event.kind === "fatal" ? event.text : "";
  return { type: event.kind, chain: [event.kind], message: text };
}

/** What initialisation makes is not mixed with what the same code makes later. */
function fingerprint({ kind, init, site }: Occurrence, chain: readonly string[], template: string): string {
  return [init ? `${kind} init` : kind, chain.join("<"), placeOf(site), template].join("\n");
}

function placeOf(site: SiteRef): string {
  return `${site.function} ${site.file}:${site.line}`;
}

const SPARK_SECONDS = 60;
const MAX_OCCURRENCES = 20;
const MAX_TARGETS = 64;
/** A message that no rule of template.ts tames would make groups without end: beyond these, one group a site and type
 * takes the rest. */
const MAX_GROUPS = 5_000;
const MAX_GROUPS_OF_SITE = 100;
const MAX_PANICS = 1_000;
export const OTHER_MESSAGES = "<other messages>";

/** All groups, and which of them changed since they were last asked for. */
export class Groups {
  readonly #byFingerprint = new Map<string, Group>();
  readonly #ofSite = new Map<string, number>();
  readonly #changed = new Set<Group>();
  /** Groups of which an occurrence had other code than the standard library's on its stack, or no stack that is known. */
  readonly #outside = new WeakSet<Group>();
  /** Groups of the newest panics, by the panic's event. */
  readonly #panics = new Map<string, Group>();

  /**
   * @param target id of the target (socket.ts) that the event is of.
   * @returns the group that the occurrence was put in.
   */
  add(event: Occurrence, target: string): Group {
    const described = describe(event);
    const group = this.#groupFor(event, described);
    group.count += event.sampled;
    group.message = described.message;
    if (event.time > group.lastSeen) group.lastSeen = event.time;
    if (event.time < group.firstSeen) group.firstSeen = event.time;
    group.occurrences = [event.id, ...group.occurrences].slice(0, MAX_OCCURRENCES);
    if (!group.targets.includes(target) && group.targets.length < MAX_TARGETS) group.targets.push(target);
    if (event.stack.length === 0 || !event.stack.every((frame) => isStandard(frame.function)))
      this.#outside.add(group);
    this.trapped(group, event.traps);
    if (event.kind === "panic") this.#remember(event.id, group);
    spark(group, secondOf(event.time), event.sampled);
    this.#changed.add(group);
    return group;
  }

  /** False where all that is known of the group happened within the standard library, on goroutines of its own. */
  isOutside(group: Group): boolean {
    return this.#outside.has(group);
  }

  /** A panic was recovered. Package fmt recovers from those in Error methods, and only the recover tells that it was a trap:
   * the panic's group gets it. */
  recovered({ panic, traps }: RecoverEvent): void {
    const group = panic === null || !traps ? undefined : this.#panics.get(panic);
    if (!group) return;
    this.trapped(group, traps);
  }

  /** A value of the group, or what became of it, is one of these traps. */
  trapped(group: Group, traps: readonly Trap[] = []): void {
    for (const trap of traps) {
      if (group.traps?.includes(trap)) continue;
      group.traps = [...(group.traps ?? []), trap].sort();
      this.#changed.add(group);
    }
  }

  /** A value of the group was given to package fmt. */
  wrote(group: Group, occurrences: number): void {
    group.written = (group.written ?? 0) + occurrences;
    this.#changed.add(group);
  }

  all(): Group[] {
    return [...this.#byFingerprint.values()];
  }

  takeChanged(): Group[] {
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }

  /** Beyond the limit the oldest is forgotten: a recover follows its panic soon. */
  #remember(panic: string, group: Group): void {
    this.#panics.set(panic, group);
    if (this.#panics.size <= MAX_PANICS) return;
    for (const oldest of this.#panics.keys()) {
      this.#panics.delete(oldest);
      break;
    }
  }

  #groupFor(event: Occurrence, { type, chain, message }: Described): Group {
    const template = templateOf(message);
    const known = this.#byFingerprint.get(fingerprint(event, chain, template));
    if (known) return known;
    const place = placeOf(event.site);
    const ofSite = this.#ofSite.get(place) ?? 0;
    if (ofSite < MAX_GROUPS_OF_SITE && this.#byFingerprint.size < MAX_GROUPS) {
      this.#ofSite.set(place, ofSite + 1);
      return this.#create(event, type, chain, template);
    }
    const rest = fingerprint(event, [type], OTHER_MESSAGES);
    return this.#byFingerprint.get(rest) ?? this.#create(event, type, [type], OTHER_MESSAGES);
  }

  #create(event: Occurrence, type: string, chain: string[], template: string): Group {
    const text = fingerprint(event, chain, template);
    const group: Group = {
      id: hashOf(text),
      kind: event.kind,
      type,
      chain,
      template,
      message: "",
      site: event.site,
      init: event.init ?? false,
      count: 0,
      firstSeen: event.time,
      lastSeen: event.time,
      occurrences: [],
      spark: Array<number>(SPARK_SECONDS).fill(0),
      sparkEnd: secondOf(event.time),
      targets: [],
    };
    this.#byFingerprint.set(text, group);
    return group;
  }
}

function secondOf(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}

function spark(group: Group, second: number, count: number): void {
  const ahead = second - group.sparkEnd;
  if (ahead > 0) {
    const kept = ahead >= SPARK_SECONDS ? [] : group.spark.slice(ahead);
    group.spark = [...kept, ...Array<number>(SPARK_SECONDS - kept.length).fill(0)];
    group.sparkEnd = second;
  }
  const index = SPARK_SECONDS - 1 - (group.sparkEnd - second);
  if (index >= 0) group.spark[index] = (group.spark[index] ?? 0) + count;
}
