/** What is kept of the stream. An interface, and the embedded default on Node's own SQLite. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Event } from "../events/index.ts";

export interface EventStore {
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

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY,
    grp TEXT,
    json TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS by_group ON events (grp, id);
`;

/** Ids are ULIDs: their order is that of time. */
export class SqliteStore implements EventStore {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #byId: StatementSync;
  readonly #newest: StatementSync;
  readonly #byGroup: StatementSync;
  readonly #trim: StatementSync;
  readonly #capacity: number;
  #count: number;
  #evicted = 0;

  /** @param path a file, or ":memory:". @param capacity events kept; the oldest go first. */
  constructor(path = ":memory:", capacity = 200_000) {
    this.#db = new DatabaseSync(path);
    this.#db.exec(SCHEMA);
    this.#capacity = capacity;
    this.#insert = this.#db.prepare("INSERT OR REPLACE INTO events (id, grp, json) VALUES (?, ?, ?)");
    this.#byId = this.#db.prepare("SELECT json FROM events WHERE id = ?");
    this.#newest = this.#db.prepare("SELECT json FROM events ORDER BY id DESC LIMIT ?");
    this.#byGroup = this.#db.prepare("SELECT json FROM events WHERE grp = ? ORDER BY id DESC LIMIT ?");
    this.#trim = this.#db.prepare(
      "DELETE FROM events WHERE id IN (SELECT id FROM events ORDER BY id LIMIT ?)",
    );
    this.#count = (this.#db.prepare("SELECT count(*) AS n FROM events").get() as { n: number }).n;
  }

  get count(): number {
    return this.#count;
  }

  get evicted(): number {
    return this.#evicted;
  }

  append(events: readonly Event[]): void {
    this.#db.exec("BEGIN");
    for (const event of events) {
      this.#insert.run(event.id, "group" in event ? (event.group ?? null) : null, JSON.stringify(event));
    }
    this.#count += events.length;
    // A tenth of slack, so that not every batch pays for a deletion.
    const excess = this.#count - this.#capacity;
    if (excess > this.#capacity / 10) {
      this.#trim.run(excess);
      this.#evicted += excess;
      this.#count -= excess;
    }
    this.#db.exec("COMMIT");
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
}

function rows(found: unknown[]): Event[] {
  return (found as { json: string }[]).map((row) => JSON.parse(row.json) as Event);
}
