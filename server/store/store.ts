/** What is kept of the stream. An interface, and the embedded default on Node's own SQLite. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { EVENT_VERSION, type Event } from "../events/index.ts";

export interface EventStore {
  /** An event whose id is here already is left out. */
  append(events: readonly Event[]): void;
  /** Null if it was never here or is gone again. */
  byId(id: string): Event | null;
  /** Oldest first. */
  newest(count: number): Event[];
  /** Newest first. */
  byGroup(group: string, count: number): Event[];
  readonly count: number;
  /** Events dropped because the store was full. */
  readonly evicted: number;
  close(): void;
}

/** The store's file can't be used; the message says what to do. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

export interface StoreLimits {
  /** Events kept; the oldest go first. */
  events?: number;
  /** Bytes of JSON kept; an event is some thousands. */
  bytes?: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY,
    grp TEXT,
    json TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS by_group ON events (grp, id);
  PRAGMA user_version = ${EVENT_VERSION};
`;

/** Ids are ULIDs: their order is that of time. */
export class SqliteStore implements EventStore {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #byId: StatementSync;
  readonly #newest: StatementSync;
  readonly #byGroup: StatementSync;
  readonly #oldest: StatementSync;
  readonly #trim: StatementSync;
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  #count: number;
  #bytes: number;
  #evicted = 0;

  /**
   * @param path a file, or ":memory:".
   * @throws StoreError when the file can't be opened or is no store of this version.
   */
  constructor(path = ":memory:", { events = 200_000, bytes = 256 * 1024 * 1024 }: StoreLimits = {}) {
    this.#db = open(path);
    this.#maxEvents = events;
    this.#maxBytes = bytes;
    this.#insert = this.#db.prepare("INSERT OR IGNORE INTO events (id, grp, json) VALUES (?, ?, ?)");
    this.#byId = this.#db.prepare("SELECT json FROM events WHERE id = ?");
    this.#newest = this.#db.prepare("SELECT json FROM events ORDER BY id DESC LIMIT ?");
    this.#byGroup = this.#db.prepare("SELECT json FROM events WHERE grp = ? ORDER BY id DESC LIMIT ?");
    this.#oldest = this.#db.prepare(
      "SELECT max(id) AS last, count(*) AS events, total(octet_length(json)) AS bytes FROM (SELECT id, json FROM events ORDER BY id LIMIT ?)",
    );
    this.#trim = this.#db.prepare("DELETE FROM events WHERE id <= ?");
    const kept = this.#db
      .prepare("SELECT count(*) AS events, total(octet_length(json)) AS bytes FROM events")
      .get() as { events: number; bytes: number };
    this.#count = kept.events;
    this.#bytes = kept.bytes;
  }

  get count(): number {
    return this.#count;
  }

  get evicted(): number {
    return this.#evicted;
  }

  append(events: readonly Event[]): void {
    const before = { count: this.#count, bytes: this.#bytes, evicted: this.#evicted };
    this.#db.exec("BEGIN");
    try {
      for (const event of events) {
        const json = JSON.stringify(event);
        const group = "group" in event ? (event.group ?? null) : null;
        if (Number(this.#insert.run(event.id, group, json).changes) === 0) continue;
        this.#count++;
        this.#bytes += Buffer.byteLength(json);
      }
      while (this.#count > this.#maxEvents || this.#bytes > this.#maxBytes) this.#evict();
      this.#db.exec("COMMIT");
    } catch (error) {
      this.#db.exec("ROLLBACK");
      this.#count = before.count;
      this.#bytes = before.bytes;
      this.#evicted = before.evicted;
      throw error;
    }
  }

  byId(id: string): Event | null {
    const row = this.#byId.get(id) as { json: string } | undefined;
    return row ? (JSON.parse(row.json) as Event) : null;
  }

  newest(count: number): Event[] {
    return rows(this.#newest.all(count)).reverse();
  }

  byGroup(group: string, count: number): Event[] {
    return rows(this.#byGroup.all(group, count));
  }

  close(): void {
    this.#db.close();
  }

  /** Drops the oldest twentieth, so that not every batch pays for it. */
  #evict(): void {
    const oldest = this.#oldest.get(Math.ceil(this.#count / 20)) as {
      last: string;
      events: number;
      bytes: number;
    };
    this.#trim.run(oldest.last);
    this.#count -= oldest.events;
    this.#bytes -= oldest.bytes;
    this.#evicted += oldest.events;
  }
}

function open(path: string): DatabaseSync {
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(path);
    const { user_version: version } = db.prepare("PRAGMA user_version").get() as { user_version: number };
    if (version > EVENT_VERSION) {
      throw new Error(`it was written by a newer errscope (version ${version} of the events)`);
    }
    db.exec(SCHEMA);
    return db;
  } catch (error) {
    db?.close();
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreError(`can't keep events in ${path}: ${why}; choose another file`);
  }
}

function rows(found: unknown[]): Event[] {
  return (found as { json: string }[]).map((row) => JSON.parse(row.json) as Event);
}
