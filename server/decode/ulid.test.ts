import fc from "fast-check";
import { expect, it } from "vitest";
import { UlidSource, ulidTime } from "./ulid.ts";

it("is the specification's example for its time", () => {
  const id = new UlidSource(() => 0n).next(1_469_918_176_385);
  expect(id).toBe("01ARYZ6S410000000000000000");
  expect(ulidTime(id)).toBe(1_469_918_176_385);
});

it("sorts strictly upwards whatever the times are", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 47 }), { maxLength: 200 }), (times) => {
      const source = new UlidSource();
      const ids = times.map((t) => source.next(t));
      expect(ids).toEqual([...new Set(ids)].sort());
    }),
  );
});

it("stays increasing when the random part is full", () => {
  const source = new UlidSource(() => (1n << 80n) - 1n);
  const first = source.next(5);
  expect(source.next(5) > first).toBe(true);
  expect(ulidTime(source.next(5))).toBe(6);
});

it("refuses what is no ULID", () => {
  expect(ulidTime("not one")).toBeNaN();
  expect(ulidTime("8ZZZZZZZZZZZZZZZZZZZZZZZZZ")).toBeNaN();
});
