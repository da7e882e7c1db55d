import { describe, expect, it } from "vitest";
import type { Pause } from "../../server/events/index.ts";
import { laneOf, sumsOf } from "./lane.ts";

const pause = (what: Pause["what"], agoNs: number, forNs: number): Pause => ({ what, agoNs, forNs });

describe("laneOf", () => {
  it("puts the event at the right and cuts what began before the window", () => {
    const lane = laneOf([pause("blocked", 0, 250), pause("runnable", 900, 400)], 1_000);
    expect(lane.map(({ what, left, width }) => [what, left, width])).toEqual([
      ["runnable", 0, 10],
      ["blocked", 75, 25],
    ]);
  });

  it("leaves out what lies before the window, and draws softirqs last", () => {
    const lane = laneOf(
      [pause("blocked", 2_000, 5), pause("softirq", 800, 100), pause("blocked", 100, 100)],
      1_000,
    );
    expect(lane.map(({ what }) => what)).toEqual(["blocked", "softirq"]);
  });
});

describe("sumsOf", () => {
  it("gives what is left to running", () => {
    expect(sumsOf([pause("blocked", 0, 250), pause("runnable", 500, 250)], 1_000)).toMatchObject({
      blocked: 250,
      runnable: 250,
      softirq: 0,
      running: 500,
    });
  });
});
