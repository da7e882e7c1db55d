import { expect, it } from "vitest";
import { sumUp } from "./sum.ts";

it("adds up, and says what is on its way", () => {
  const counters = { hits: 120, passed: 15, mismatched: 5, shown: 80, sampled: 12, lost: 3 };
  expect(sumUp(counters)).toEqual({ made: 100, shown: 80, sampled: 12, lost: 3, pending: 5 });
});
