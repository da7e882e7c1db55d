/**
 * Which error value is which. An error is known by its dynamic type and data word; but the garbage collector gives an
 * address to a new object when the old one is gone, so every (type, word) has generations:
 *
 * - made at an instruction that only constructs: always a new generation;
 * - seen elsewhere (as a cause, at an instruction that errors also pass through): the latest generation, unless the
 *   object's bytes differ from what they were, then a new one. An error whose fields are changed after it was made
 *   therefore becomes a new value: losing a link is better than linking to the wrong error.
 *
 * Static words (sentinels, constants, small integers that the runtime boxes in a table, zero-size values) are never
 * reused, but are shared: one word may be many conversions in many goroutines. There a goroutine's own latest
 * generation is meant; a goroutine without one gets the latest if it always came from one site, else a value of its own
 * that is linked to no site.
 */
import { hash } from "node:crypto";
import type { RawNode } from "./raw-event.ts";

export interface Sighting {
  /** Static address of the dynamic type. */
  type: bigint;
  data: bigint;
  /** Of the object's bytes and strings; "" when they could not be read. */
  digest: string;
  /** The word can't be a heap object's: it lies in the executable's image, or is nil. */
  static: boolean;
  goroutine: bigint;
}

interface Generation {
  id: string;
  digest: string;
  site: number;
}
interface Entry {
  latest: Generation;
  /** Static words: latest generation by goroutine. */
  byGoroutine: Map<bigint, Generation> | null;
  /** Static words: generations of more than one site exist. */
  manySites: boolean;
  /** Static words: the value that goroutines without a generation see when there are many sites. */
  siteless: Generation | null;
}

const SEEN_ONLY = -1;
const MAX_GOROUTINES = 1024;

export class IdentityTable {
  #entries = new Map<string, Entry>();
  #nextId: () => string;
  #capacity: number;
  /** Values dropped from the table because it was full: seen again, they get a new id. */
  forgotten = 0;

  constructor(nextId: () => string, capacity = 65_536) {
    this.#nextId = nextId;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** A value made at `site`. */
  made(sighting: Sighting, site: number): string {
    const key = keyOf(sighting);
    const entry = this.#entries.get(key);
    const generation = { id: this.#nextId(), digest: sighting.digest, site };
    const next: Entry = entry ?? { latest: generation, byGoroutine: null, manySites: false, siteless: null };
    if (sighting.static) {
      next.manySites ||= entry !== undefined && entry.latest.site !== site && entry.latest.site !== SEEN_ONLY;
      next.byGoroutine ??= new Map();
      remember(next.byGoroutine, sighting.goroutine, generation, MAX_GOROUTINES);
    }
    next.latest = generation;
    this.#keep(key, next);
    return generation.id;
  }

  /**
   * The id of a heap object that was made at a site of which `isMaking` is true, and has the same bytes still: the value is made
   * of that object once more. Null for any other.
   */
  again(sighting: Sighting, isMaking: (site: number) => boolean): string | null {
    const latest = this.#entries.get(keyOf(sighting))?.latest;
    if (!latest || sighting.static || latest.site === SEEN_ONLY || latest.digest !== sighting.digest)
      return null;
    return latest.digest !== "" && isMaking(latest.site) ? latest.id : null;
  }

  /** A value seen; `first` when it was not known before. */
  seen(sighting: Sighting): { id: string; first: boolean } {
    const key = keyOf(sighting);
    const entry = this.#entries.get(key);
    if (!entry) {
      const latest = { id: this.#nextId(), digest: sighting.digest, site: SEEN_ONLY };
      this.#keep(key, { latest, byGoroutine: null, manySites: false, siteless: null });
      return { id: latest.id, first: true };
    }
    this.#keep(key, entry);
    if (sighting.static) return this.#seenStatic(entry, sighting);
    if (entry.latest.digest === "" || sighting.digest === "" || entry.latest.digest === sighting.digest) {
      return { id: entry.latest.id, first: false };
    }
    entry.latest = { id: this.#nextId(), digest: sighting.digest, site: SEEN_ONLY };
    return { id: entry.latest.id, first: true };
  }

  #seenStatic(entry: Entry, sighting: Sighting): { id: string; first: boolean } {
    const own = entry.byGoroutine?.get(sighting.goroutine);
    if (own) return { id: own.id, first: false };
    if (!entry.manySites) return { id: entry.latest.id, first: false };
    const first = entry.siteless === null;
    entry.siteless ??= { id: this.#nextId(), digest: sighting.digest, site: SEEN_ONLY };
    return { id: entry.siteless.id, first };
  }

  #keep(key: string, entry: Entry): void {
    this.forgotten += remember(this.#entries, key, entry, this.#capacity);
  }
}

/** Puts a key at the young end of a map that keeps `capacity` of them; tells how many old ones went. */
function remember<K, V>(map: Map<K, V>, key: K, value: V, capacity: number): number {
  map.delete(key);
  map.set(key, value);
  if (map.size <= capacity) return 0;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
  return 1;
}

function keyOf({ type, data }: Sighting): string {
  return `${type.toString(36)}.${data.toString(36)}`;
}

/** Tells whether an object is what it was: over its bytes and the text its strings point at. */
export function digestOf(node: RawNode): string {
  if (node.unreadable || node.noLayout || node.object.length === 0) return "";
  if (node.strings.length === 0) return hash("sha1", node.object, "base64");
  const parts = [
    node.object,
    ...node.strings.flatMap(({ bytes, hash: cut }) => [bytes, Buffer.from(`${cut ?? ""}`)]),
  ];
  return hash("sha1", Buffer.concat(parts), "base64");
}

/** Ids `e1`, `e2`, … for all targets of a collector. */
export function errorIds(): () => string {
  let last = 0;
  return () => `e${++last}`;
}
