import { expect, test } from "vitest";
import { fuzz } from "./fuzz.ts";
import { seeds } from "./seeds.ts";

test.each(seeds())("a damaged executable is read or refused with a reason: %s", async (seed) => {
  const { outcomes, faults } = await fuzz(seed, 0, 500);
  expect(faults).toEqual([]);
  // both happen, else the damage is always fatal or never
  expect(outcomes.read).toBeGreaterThan(20);
  expect(Object.keys(outcomes).length).toBeGreaterThan(3);
});
