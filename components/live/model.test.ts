import { describe, expect, it } from "vitest";
import type { ServerMessage } from "../../server/events/index.ts";
import { errorEvent, errorValue, group, PROCESS, state, unwrap } from "../testing/events.ts";
import { LiveModel } from "./model.ts";

const hello = (part: Parameters<typeof state>[0]): ServerMessage => ({
  type: "hello",
  v: 1,
  version: "0.1.0",
  serverTime: "2026-11-25T02:15:35Z",
  seq: 0,
  state: state(part),
});
const batch = (part: Partial<Extract<ServerMessage, { type: "batch" }>>): ServerMessage => ({
  type: "batch",
  seq: 1,
  now: 5,
  events: [],
  groups: [],
  graph: null,
  targets: [],
  counters: state().counters,
  ...part,
});

describe("LiveModel", () => {
  it("knows the occurrences of a group, newest first, by the group's list and by the event's own word", () => {
    const model = new LiveModel();
    model.apply(
      hello({
        events: [errorEvent("1"), errorEvent("2")],
        groups: [group("g", { occurrences: ["2", "1"] })],
      }),
      0,
      0,
    );
    model.apply(batch({ events: [errorEvent("3", { group: "g" })] }), 0, 0);
    expect(model.occurrencesOf("g")).toEqual(["3", "2", "1"]);
    expect(model.groupOf(model.events.get("1")!)?.id).toBe("g");
    expect(model.occurrencesOf("unknown")).toEqual([]);
  });

  it("finds where a value was made and what carries it on", () => {
    const model = new LiveModel();
    const root = errorValue("e1");
    const made = errorEvent("1", { error: root });
    const again = errorEvent("2", { error: root, made: false });
    const wrapper = errorEvent("3", { error: errorValue("e2", { causes: [unwrap(root)] }) });
    model.apply(hello({ events: [again, made, wrapper] }), 0, 0);
    expect(model.originOf(PROCESS, "e1")).toMatchObject({ made: true, event: { id: "1" } });
    const { seen, carried } = model.sightings(PROCESS, "e1");
    expect(seen.map((e) => e.id)).toEqual(["2", "1"]);
    expect(carried.map((e) => e.id)).toEqual(["3"]);
    expect(model.originOf({ ...PROCESS, pid: 72 }, "e1")).toBeNull();
  });

  it("falls back to where a value was first seen, and says so", () => {
    const model = new LiveModel();
    model.apply(
      hello({ events: ["1", "2"].map((id) => errorEvent(id, { made: false, error: errorValue("e1") })) }),
      0,
      0,
    );
    expect(model.originOf(PROCESS, "e1")).toMatchObject({ made: false, event: { id: "1" } });
  });

  it("replaces groups, targets and counters as they change", () => {
    const model = new LiveModel();
    model.apply(hello({ groups: [group("g", { count: 1 }), group("h")] }), 0, 0);
    model.apply(
      batch({ groups: [group("g", { count: 7 })], counters: { ...state().counters, hits: 3 } }),
      2,
      0,
    );
    expect(model.groups.get("g")?.count).toBe(7);
    expect([...model.groups.keys()]).toEqual(["g", "h"]);
    expect(model.counters.hits).toBe(3);
    expect(model.unreadable).toBe(2);
  });

  it("forgets at a hello, keeps its events and adds up what was missed at a resync", () => {
    const model = new LiveModel();
    model.apply(hello({ events: [errorEvent("1")] }), 0, 0);
    const resync = {
      ...hello({ events: [errorEvent("2")] }),
      type: "resync",
      reason: "slow",
      missed: 40,
    } as ServerMessage;
    model.apply(resync, 0, 0);
    expect([...model.events].map((e) => e.id)).toEqual(["1", "2"]);
    expect(model.missed).toBe(40);
    model.apply(hello({ events: [errorEvent("9")] }), 0, 0);
    expect([...model.events].map((e) => e.id)).toEqual(["9"]);
    expect(model.missed).toBe(0);
  });

  it("freezes a copy that later messages leave alone", () => {
    const model = new LiveModel();
    model.apply(hello({ events: [errorEvent("1", { group: "g" })], groups: [group("g")] }), 0, 0);
    const frozen = model.freeze();
    model.apply(
      batch({ events: [errorEvent("2", { group: "g" })], groups: [group("g", { count: 2 }), group("h")] }),
      0,
      0,
    );
    expect(frozen.events.length).toBe(1);
    expect(frozen.groups.size).toBe(1);
    expect(frozen.occurrencesOf("g")).toEqual(["1"]);
    expect(model.occurrencesOf("g")).toEqual(["2", "1"]);
  });

  it("forgets what the ring let go", () => {
    const model = new LiveModel();
    const events = Array.from({ length: 20_001 }, (_, i) =>
      errorEvent(String(i).padStart(6, "0"), { group: "g", error: errorValue(`e${i}`) }),
    );
    model.apply(batch({ events, groups: [group("g")] }), 0, 0);
    expect(model.events.length).toBe(20_000);
    expect(model.occurrencesOf("g")).toHaveLength(20_000);
    expect(model.originOf(PROCESS, "e0")).toBeNull();
    expect(model.originOf(PROCESS, "e1")?.event.id).toBe("000001");
  });
});
