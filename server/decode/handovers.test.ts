import { describe, expect, test } from "vitest";
import type { ErrorEvent, ErrorValue, Event } from "../events/index.ts";
import { Handovers } from "./handovers.ts";

const value = (id: string, ...causes: ErrorValue[]): ErrorValue => ({
  id,
  type: "*main.E",
  message: id,
  messageFrom: "field",
  fields: {},
  typedNil: false,
  truncated: false,
  messageLength: id.length,
  causes: causes.map((error) => ({ via: "unwrap" as const, error })),
});

function event(id: string, goroutine: number | null, mono: number, error: ErrorValue): ErrorEvent {
  return {
    v: 1,
    id,
    time: "2026-11-25T00:00:00.000000000Z",
    mono,
    process: { pid: 7, name: "p", exe: "/p", buildId: null, host: "h", container: null },
    thread: 8,
    goroutine: goroutine === null ? null : { id: goroutine, parent: null, createdBy: null },
    site: { op: "new", function: "main.f", file: "main.go", line: 1, package: "main", inlined: false },
    stack: [],
    sampled: 1,
    kind: "error",
    error,
    made: true,
  };
}

/** Told in order; all values are the program's own but those named `shared…`. */
function tell(...events: ErrorEvent[]): (ErrorEvent["handovers"] | undefined)[] {
  const handovers = new Handovers();
  for (const one of events) {
    handovers.own(idsIn(one.error).filter((id) => !id.startsWith("shared")));
    handovers.tell(one as Event);
  }
  return events.map((one) => one.handovers);
}

const idsIn = (error: ErrorValue): string[] => [error.id, ...error.causes.flatMap((c) => idsIn(c.error))];

describe("hand-overs", () => {
  test("a value that was seen on another goroutine before, with the time between", () => {
    const [first, second, third] = tell(
      event("A", 1, 100, value("e1")),
      event("B", 2, 350, value("e2", value("e1"))),
      event("C", 2, 400, value("e2", value("e1"))),
    );
    expect(first).toBeUndefined();
    expect(second).toEqual([{ error: "e1", from: 1, event: "A", waitNs: 250 }]);
    expect(third).toBeUndefined();
  });

  test("a package-level error is everybody's, also where another error holds it", () => {
    const handovers = new Handovers();
    handovers.share(["e1"]);
    const events = [
      event("A", 1, 100, value("e2", value("e1"))),
      event("B", 2, 200, value("e3", value("e1"))),
    ];
    for (const one of events) {
      handovers.own(idsIn(one.error));
      handovers.tell(one as Event);
    }
    expect(events.map((one) => one.handovers)).toEqual([undefined, undefined]);
  });

  test("why a deadline was missed is not told where its error came over", () => {
    const none = { syscall: null, errno: null, agoNs: null, runqueueDelayNs: null, softirqNs: null };
    const kernel = { ...none, explanation: "The goroutine waited." };
    const events = [
      { ...event("A", 1, 100, value("e1")), kernel: { ...kernel } },
      { ...event("B", 2, 200, value("e2", value("e1"))), kernel: { ...kernel } },
      { ...event("C", 1, 300, value("e3", value("e1"))), kernel: { ...kernel, syscall: "read" } },
    ];
    tell(...events);
    expect(events.map((one) => one.kernel?.explanation)).toEqual([kernel.explanation, undefined, undefined]);
    expect(events.map((one) => one.kernel?.syscall)).toEqual([null, undefined, "read"]);
  });

  test("what a value holds comes with it", () => {
    const tree = () => value("e2", value("e1"));
    const [, , over] = tell(
      event("A", 1, 1, value("e1")),
      event("B", 1, 2, tree()),
      event("C", 3, 5, value("e3", tree())),
    );
    expect(over).toEqual([{ error: "e2", from: 1, event: "B", waitNs: 3 }]);
  });

  test("a value that comes back is told again; one that the program shares never", () => {
    expect(
      tell(event("A", 1, 1, value("e1")), event("B", 2, 2, value("e1")), event("C", 1, 3, value("e1"))).map(
        (over) => over?.[0]?.event,
      ),
    ).toEqual([undefined, "A", "B"]);
    expect(
      tell(event("A", 1, 1, value("shared")), event("B", 2, 2, value("e2", value("shared")))).every(
        (over) => over === undefined,
      ),
    ).toBe(true);
  });

  test("a mention that is told late came before, and brings nothing back", () => {
    // made and written on 1, sent to 2 and wrapped there; the writing is told after the wrap
    const [, wrapped, written, again] = tell(
      event("A", 1, 100, value("e1")),
      event("C", 2, 300, value("e2", value("e1"))),
      event("B", 1, 200, value("e1")),
      event("D", 2, 400, value("e1")),
    );
    expect(wrapped).toEqual([{ error: "e1", from: 1, event: "A", waitNs: 200 }]);
    expect(written).toBeUndefined();
    expect(again).toBeUndefined();
  });

  test("nothing where the goroutine isn't known", () => {
    expect(tell(event("A", 1, 1, value("e1")), event("B", null, 2, value("e1")))[1]).toBeUndefined();
  });

  test("a chain that leads back to itself ends", () => {
    const circle = value("e1");
    circle.causes.push({ via: "unwrap", error: circle });
    const handovers = new Handovers();
    handovers.own(["e1"]);
    const one = event("A", 1, 1, circle);
    handovers.tell(one);
    const two = event("B", 2, 4, circle);
    handovers.tell(two);
    expect(two.handovers).toEqual([{ error: "e1", from: 1, event: "A", waitNs: 3 }]);
  });
});
