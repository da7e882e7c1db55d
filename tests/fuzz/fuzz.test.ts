import { expect, test } from "vitest";
import { fuzz } from "./fuzz.ts";
import { seeds } from "./seeds.ts";

test.each(seeds())("a damaged executable is read or refused with a reason: %s", async (seed) => {
  const { outcomes, faults } = await fuzz(seed, 0, 800);
  expect(faults).toEqual([]);
  // both happen, else the damage is always fatal or never
  for (const what of ["whole", "headers", "module data", "functions", "types", "itabs", "sites", "methods"])
    expect(outcomes[`${what}: read`]).toBeGreaterThan(0);
  expect(outcomes["whole: bad-layout"]).toBeGreaterThan(20);
  expect(outcomes["module data: bad-layout"]).toBeGreaterThan(10);
  expect(outcomes["itabs: bad-layout"]).toBeGreaterThan(10);
});
