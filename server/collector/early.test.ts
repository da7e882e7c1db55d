import { expect, it } from "vitest";
import type { ProcessState, RawEvent } from "../decode/index.ts";
import { Early } from "./early.ts";

const event = (pid: number, site: number) => ({ pid, site }) as RawEvent;

it("gives each event once, in order, to who wants it", () => {
  const early = new Early();
  const events = [event(1, 7), event(2, 7), event(1, 8)];
  for (const one of events) expect(early.event(one)).toBe(true);
  expect(early.takeEvents(({ pid }) => pid === 1)).toEqual([events[0], events[2]]);
  expect(early.takeEvents(() => true)).toEqual([events[1]]);
  expect(early.takeEvents(() => true)).toEqual([]);
});

it("says when there is no more room for events", () => {
  const early = new Early();
  const kept = Array.from({ length: 20_000 }, (_, i) => early.event(event(1, i)));
  const { length } = early.takeEvents(() => true);
  expect(kept.indexOf(false)).toBe(length);
  expect(early.event(event(1, 0))).toBe(true);
});

it("keeps facts of each process until they are taken", () => {
  const early = new Early();
  const told: number[] = [];
  for (const pid of [1, 2, 1]) early.fact(pid, () => told.push(pid));
  for (const fact of early.takeFacts(1)) fact({} as ProcessState);
  expect(told).toEqual([1, 1]);
  expect(early.takeFacts(1)).toEqual([]);
  expect(early.takeFacts(2)).toHaveLength(1);
});
