/**
 * `npm run fuzz -- [INPUTS [FIRST]]`: that many damaged inputs (2,000,000 unless told), from the FIRST on, made of small
 * programs of several Go versions and forms, on all processors: one in eight a whole executable, the others single tables or
 * functions, each given to the reader that it is for. Prints what came of them; exit status 1 if one made a reader throw
 * anything but a BinaryError, hang or use too much memory. A fault is seen again with its number: `npm run fuzz -- 1 NUMBER`.
 */
import { availableParallelism } from "node:os";
import { chunkAt } from "./chunks.ts";
import { type FuzzResult, fuzz } from "./fuzz.ts";
import { seeds } from "./seeds.ts";

const inputs = Number(process.argv[2] ?? 2_000_000);
const first = Number(process.argv[3] ?? 0);
const files = seeds();

const all: FuzzResult = { outcomes: {}, faults: [] };
let next = first;
let told = Date.now();
async function runner(): Promise<void> {
  while (next < first + inputs) {
    const { from, to, seed } = chunkAt(next, first + inputs, files.length);
    next = to;
    const result = await fuzz(files[seed]!, from, to);
    for (const [outcome, count] of Object.entries(result.outcomes))
      all.outcomes[outcome] = (all.outcomes[outcome] ?? 0) + count;
    for (const fault of result.faults) {
      const known = all.faults.some((one) => stackOf(one.why) === stackOf(fault.why));
      all.faults.push(fault);
      if (known) continue; // one of a kind is told
      console.log(`FAULT: input ${fault.number} of ${fault.seed}: ${fault.why}`);
    }
    if (Date.now() - told > 60_000) {
      told = Date.now();
      console.log(`${next - first} inputs: ${JSON.stringify(all.outcomes)}`);
    }
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, runner));
console.log(`${inputs} inputs, ${all.faults.length} faults: ${JSON.stringify(all.outcomes)}`);
process.exitCode = all.faults.length > 0 ? 1 : 0;

/** What two faults of one kind have in common: where they happened. */
function stackOf(why: string): string {
  return why.split("\n").slice(1, 4).join("\n");
}
