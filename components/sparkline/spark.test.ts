import { expect, it } from "vitest";
import { sparkAt, sparkPath } from "./spark.ts";

it("moves along with time, also when the group is silent", () => {
  expect(sparkAt([1, 2, 3], 100, 100.9)).toEqual([1, 2, 3]);
  expect(sparkAt([1, 2, 3], 100, 102)).toEqual([3, 0, 0]);
  expect(sparkAt([1, 2, 3], 100, 9999)).toEqual([0, 0, 0]);
  expect(sparkAt([1, 2, 3], 100, 90)).toEqual([1, 2, 3]);
});

it("draws a bar a bucket, scaled to the highest but at least to the floor", () => {
  expect(sparkPath([0, 2, 8], 30, 16)).toBe("M15 16V12M25 16V0");
  expect(sparkPath([1], 10, 16)).toBe("M5 16V12");
  expect(sparkPath([0, 1000, 1], 30, 16)).toBe("M15 16V0M25 16V15");
  expect(sparkPath([0, 0], 10, 16)).toBe("");
});
