import { describe, expect, it } from "vitest";
import { errorEvent, group, state } from "../testing/events.ts";
import { checkMessage } from "./check.ts";

const hello = (part: object = {}) =>
  JSON.stringify({
    type: "hello",
    v: 1,
    version: "0.1.0",
    serverTime: "2026-11-25T02:15:35Z",
    seq: 4,
    state: state(),
    ...part,
  });
const batch = (part: object = {}) =>
  JSON.stringify({
    type: "batch",
    seq: 5,
    now: 1,
    events: [],
    groups: [],
    graph: null,
    targets: [],
    counters: state().counters,
    ...part,
  });

describe("hello", () => {
  it("passes a good one whole", () => {
    const checked = checkMessage(
      hello({ state: state({ events: [errorEvent("a")], groups: [group("g")] }) }),
    );
    expect(checked).toMatchObject({
      ok: true,
      unreadable: 0,
      message: { type: "hello", seq: 4, version: "0.1.0" },
    });
    if (checked.ok && checked.message.type === "hello") expect(checked.message.state.events[0]?.id).toBe("a");
  });

  it("says in words what to do about another version", () => {
    const newer = checkMessage(hello({ v: 2, state: { shape: "of the future" } }));
    expect(newer).toMatchObject({ ok: false, final: true });
    if (!newer.ok)
      expect(newer.reason).toMatch(/newer than this page \(it speaks protocol 2, the page 1\).*Reload/);
    const older = checkMessage(hello({ v: 0 }));
    if (!older.ok) expect(older.reason).toMatch(/older than this page.*Stop the collector/);
    const stranger = checkMessage(JSON.stringify({ type: "hello" }));
    if (!stranger.ok)
      expect(stranger.reason).toBe("What answers at this address is not an errscope collector.");
    expect([older.ok, stranger.ok]).toEqual([false, false]);
  });

  it("leaves out single events that it can't read, and counts them", () => {
    const events = [errorEvent("a"), { ...errorEvent("b"), v: 9 }, { kind: "surprise" }];
    const checked = checkMessage(hello({ state: { ...state(), events } }));
    expect(checked).toMatchObject({ ok: true, unreadable: 2 });
  });

  it("names the place of anything else that is wrong", () => {
    const checked = checkMessage(hello({ state: { ...state(), groups: [{ id: 1 }] } }));
    expect(checked).toMatchObject({ ok: false, final: true });
    if (!checked.ok) expect(checked.reason).toContain("state.groups.0.id");
  });
});

describe("batch", () => {
  it("passes, without the events of kinds or versions it doesn't know", () => {
    const checked = checkMessage(
      batch({ events: [errorEvent("a"), { ...errorEvent("b"), kind: "novel" }, null] }),
    );
    expect(checked).toMatchObject({ ok: true, unreadable: 2 });
    if (checked.ok && checked.message.type === "batch")
      expect(checked.message.events.map((e) => e.id)).toEqual(["a"]);
  });

  it.each([["events"], ["groups"], ["targets"], ["counters"], ["seq"], ["now"]])(
    "refuses one without %s",
    (part) => {
      expect(checkMessage(batch({ [part]: undefined }))).toMatchObject({ ok: false, final: false });
    },
  );
});

it.each(["", "nonsense", "[]", "7", '{"type":"goodbye"}'])("refuses %j without a throw", (text) => {
  expect(checkMessage(text)).toMatchObject({ ok: false, final: false });
});
