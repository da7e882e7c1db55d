import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, it } from "vitest";
import type { ExitEvent, PanicEvent } from "../events/index.ts";
import { SqliteStore, StoreError } from "./index.ts";

const process = { pid: 1, name: "p", exe: "/p", buildId: null, host: "h", container: null };
const exit = (id: string): ExitEvent => ({
  v: 1,
  kind: "exit",
  id,
  time: "2026-11-25T00:00:00.000000000Z",
  mono: 1,
  process,
  thread: 1,
  code: 0,
  signal: null,
  inFlight: [],
});
const panic = (id: string, group: string): PanicEvent => ({
  ...exit(id),
  kind: "panic",
  goroutine: null,
  site: { op: "panic", function: "f", file: "f.go", line: 1, package: "main", inlined: false },
  stack: [],
  sampled: 1,
  group,
  value: { type: "string", text: "x" },
});

it("finds by id, by group and newest", () => {
  const store = new SqliteStore();
  store.append([panic("a", "g1"), panic("b", "g2"), exit("c"), panic("d", "g1")]);
  expect(store.byId("b")).toEqual(panic("b", "g2"));
  expect(store.byId("nope")).toBeNull();
  expect(store.newest(2).map((e) => e.id)).toEqual(["c", "d"]);
  expect(store.byGroup("g1", 9).map((e) => e.id)).toEqual(["d", "a"]);
  store.close();
});

const ids = (n: number) => Array.from({ length: n }, (_, i) => String(i).padStart(3, "0"));

it("keeps the newest and counts what it dropped", () => {
  const store = new SqliteStore(":memory:", { events: 10 });
  for (const id of ids(30)) store.append([exit(id)]);
  expect([store.count, store.evicted]).toEqual([10, 20]);
  expect(store.newest(100).map((e) => e.id)).toEqual(ids(30).slice(20));
  store.append(ids(60).slice(30).map(exit));
  expect(store.newest(100).map((e) => e.id)).toEqual(ids(60).slice(60 - store.count));
  expect(store.count + store.evicted).toBe(60);
  store.close();
});

it("is bounded by size too", () => {
  const one = JSON.stringify(exit("000")).length;
  const store = new SqliteStore(":memory:", { bytes: one * 5 });
  for (const id of ids(12)) store.append([exit(id)]);
  expect(store.newest(100).map((e) => e.id)).toEqual(ids(12).slice(7));
  store.close();
});

it("takes an event once", () => {
  const store = new SqliteStore();
  store.append([exit("a"), exit("a")]);
  store.append([exit("a")]);
  expect(store.count).toBe(1);
  store.close();
});

it("takes nothing of a batch that fails, and goes on", () => {
  const store = new SqliteStore();
  const circle = { ...exit("b") } as ExitEvent & { self?: unknown };
  circle.self = circle;
  expect(() => store.append([exit("a"), circle])).toThrow(/circular/);
  expect([store.count, store.newest(9)]).toEqual([0, []]);
  store.append([exit("c")]);
  expect(store.count).toBe(1);
  store.close();
});

describe("a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "errscope-store-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("is read again", () => {
    const file = join(folder, "events.db");
    const first = new SqliteStore(file);
    first.append([exit("a"), exit("b")]);
    first.close();
    const second = new SqliteStore(file);
    expect([second.count, second.byId("b")]).toEqual([2, exit("b")]);
    second.close();
  });

  it("that is none of ours, or newer, is refused", () => {
    const file = join(folder, "text");
    writeFileSync(file, "this is a text and no database, long enough to have a header of its own".repeat(20));
    expect(() => new SqliteStore(file)).toThrow(StoreError);
    const newer = join(folder, "newer.db");
    const db = new DatabaseSync(newer);
    db.exec("PRAGMA user_version = 999");
    db.close();
    expect(() => new SqliteStore(newer)).toThrow(/newer errscope/);
    expect(() => new SqliteStore(join(folder, "no/such/folder.db"))).toThrow(/choose another file/);
  });
});
