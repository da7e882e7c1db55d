/** Exercises the inputs [from, to) of one seed and tells after each hundred; ends with what came of them. */
import { readFileSync } from "node:fs";
import { Inputs } from "./inputs.ts";

const [seed, from, to] = process.argv.slice(2) as [string, string, string];
const inputs = new Inputs(readFileSync(seed));
const outcomes: Record<string, number> = {};
for (let number = Number(from); number < Number(to); number++) {
  if (number % 100 === 0) process.send?.({ at: number });
  try {
    const outcome = inputs.exercise(number);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  } catch (error) {
    process.send?.({ failed: number, why: (error as Error).stack });
    outcomes.FAILED = (outcomes.FAILED ?? 0) + 1;
  }
}
process.send?.({ outcomes });
