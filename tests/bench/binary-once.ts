/** One measurement of `binary.ts`, in a process of its own: prints milliseconds and the peak of its memory in kB. */
import { readGoBinary } from "../../server/binary/index.ts";
import { analyse, readShared } from "../../server/collector/index.ts";

const [what, file] = process.argv.slice(2) as [string, string];
const bytes = readShared(file);
const started = performance.now();
if (what === "read") {
  const { functions } = readGoBinary(bytes);
  for (let i = 0; i < functions.count; i++) functions.name(i);
} else await analyse(bytes, what === "cold" ? { cache: null } : {});
console.log(JSON.stringify({ ms: performance.now() - started, kb: process.resourceUsage().maxRSS }));
