import { expect, it } from "vitest";
import type { ExitEvent, PanicEvent } from "../events/index.ts";
import { SqliteStore } from "./index.ts";

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

it("keeps the newest and counts what it dropped", () => {
  const store = new SqliteStore(":memory:", 10);
  for (let i = 0; i < 30; i++) store.append([exit(String(i).padStart(3, "0"))]);
  expect(store.count + store.evicted).toBe(30);
  expect(store.count).toBeLessThanOrEqual(11);
  expect(store.newest(100).map((e) => e.id)).toEqual(
    Array.from({ length: store.count }, (_, i) => String(30 - store.count + i).padStart(3, "0")),
  );
  store.close();
});
