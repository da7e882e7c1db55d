import { expect, it } from "vitest";
import { errorEvent } from "../testing/events.ts";
import { EventRing } from "./ring.ts";

const ids = (ring: EventRing) => [...ring].map((e) => e.id);

it("keeps the newest, oldest first, and says which had to go", () => {
  const ring = new EventRing(3);
  for (const id of ["a", "b", "c"]) expect(ring.push(errorEvent(id)).evicted).toBeNull();
  expect(ring.push(errorEvent("d")).evicted?.id).toBe("a");
  expect(ring.push(errorEvent("e")).evicted?.id).toBe("b");
  expect(ids(ring)).toEqual(["c", "d", "e"]);
  expect(ring.at(0)?.id).toBe("c");
  expect(ring.at(3)).toBeUndefined();
  expect(ring.at(-1)).toBeUndefined();
  expect(ring.get("a")).toBeUndefined();
  expect(ring.get("e")?.id).toBe("e");
});

it("holds an id once", () => {
  const ring = new EventRing(2);
  ring.push(errorEvent("a"));
  expect(ring.push(errorEvent("a"))).toEqual({ added: false, evicted: null });
  expect(ids(ring)).toEqual(["a"]);
});

it("refuses a capacity that holds nothing", () => {
  expect(() => new EventRing(0)).toThrow(RangeError);
});
