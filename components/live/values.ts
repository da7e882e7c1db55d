/**
 * Where each error value was seen: the way from a node of one occurrence's chain to the occurrence that made that value,
 * and onwards to those that wrapped it. Error ids are unique in their target only, so the key names the process too.
 */
import type { ErrorValue, Event, ProcessRef } from "../../server/events/index.ts";

/** Values of one event that are indexed; a join of thousands is not walked whole. */
const NODES_PER_EVENT = 256;
/** Events remembered for a value: the first, which usually made it, and the newest ones. */
const EVENTS_PER_VALUE = 64;

export function valueKey(process: ProcessRef, errorId: string): string {
  return `${process.host}/${process.pid}/${errorId}`;
}

/** The error at the top of an event's chain: that of an error event, or the value of a panic with an error. */
export function errorOf(event: Event): ErrorValue | null {
  if (event.kind === "error") return event.error;
  if (event.kind === "panic" && "error" in event.value) return event.value.error;
  return null;
}

/** The values of a tree from the outside in, parents before their causes, each id once; at most `limit`. */
export function valuesBelow(root: ErrorValue, limit = NODES_PER_EVENT): ErrorValue[] {
  const found: ErrorValue[] = [];
  const ids = new Set<string>();
  const work = [root];
  while (work.length > 0 && found.length < limit) {
    const value = work.pop()!;
    if (ids.has(value.id)) continue;
    ids.add(value.id);
    found.push(value);
    for (let i = Math.min(value.causes.length, limit) - 1; i >= 0; i--) work.push(value.causes[i]!.error);
  }
  return found;
}

export class ValueIndex {
  /** Ids of events with the value on top. */
  #seen = new Map<string, string[]>();
  /** Ids of events with the value somewhere below the top, in flight on a goroutine of which they tell, or kept by a group that
   * drops their own. */
  #carried = new Map<string, string[]>();

  add(event: Event): void {
    this.#each(event, (map, key) => {
      const ids = map.get(key);
      if (!ids) map.set(key, [event.id]);
      else {
        ids.push(event.id);
        if (ids.length > EVENTS_PER_VALUE) ids.splice(1, 1);
      }
    });
  }

  remove(event: Event): void {
    this.#each(event, (map, key) => {
      const ids = map.get(key);
      const at = ids?.indexOf(event.id) ?? -1;
      if (!ids || at < 0) return;
      if (ids.length === 1) map.delete(key);
      else ids.splice(at, 1);
    });
  }

  clear(): void {
    this.#seen.clear();
    this.#carried.clear();
  }

  /** Oldest first. */
  seen(key: string): readonly string[] {
    return this.#seen.get(key) ?? [];
  }

  /** Oldest first. */
  carried(key: string): readonly string[] {
    return this.#carried.get(key) ?? [];
  }

  #each(event: Event, visit: (map: Map<string, string[]>, key: string) => void): void {
    const root = errorOf(event);
    if (event.kind === "goroutine")
      for (const id of event.inFlight) visit(this.#carried, valueKey(event.process, id));
    if (event.kind === "error" && event.kept) visit(this.#carried, valueKey(event.process, event.kept.id));
    if (!root) return;
    for (const value of valuesBelow(root)) {
      visit(value === root ? this.#seen : this.#carried, valueKey(event.process, value.id));
    }
  }
}
