import { expect, test } from "vitest";
import { GcTimes } from "./gc-times.ts";

const START = "runtime.(*gcControllerState).startCycle";
const END = "runtime.gcMarkTermination";
const STOP = "runtime.stopTheWorldWithSema";
const GO_ON = "runtime.startTheWorldWithSema";

test("sums the parts of cycles that lie in the window", () => {
  const gc = new GcTimes();
  gc.mark(START, 100n);
  gc.mark(END, 300n);
  gc.mark(STOP, 290n);
  gc.mark(GO_ON, 310n);
  gc.mark(START, 900n); // goes on
  expect(gc.before(1000n, 1000)).toEqual({ markingNs: 300, stoppedNs: 20, cycles: 2 });
  expect(gc.before(1000n, 800)).toEqual({ markingNs: 200, stoppedNs: 20, cycles: 2 });
  expect(gc.before(1000n, 50)).toEqual({ markingNs: 50, stoppedNs: 0, cycles: 1 });
  expect(gc.before(80n, 50)).toBeNull();
});

test("a cycle whose end was not seen is none, an end without a beginning neither", () => {
  const gc = new GcTimes();
  gc.mark(END, 10n);
  gc.mark("runtime.other", 20n);
  gc.mark(START, 100n);
  gc.mark(START, 200n);
  gc.mark(END, 250n);
  expect(gc.before(300n, 300)).toEqual({ markingNs: 50, stoppedNs: 0, cycles: 1 });
});
