/** Which of V8's compilers work while an analysis runs. */
import { setFlagsFromString } from "node:v8";

/**
 * Most of an analysis' code runs for a second or two: what V8's last compiler (TurboFan) would save there, it takes. So the one before
 * makes all of it, earlier, and puts less of a function's callees into it; but for the loop that decodes x86 code, `EncodedForms.fill`,
 * in which a tenth of the time goes. Beside each, what V8 has by itself (Node 26: `node --v8-options`).
 */
export const TIERS = [
  ["--turbo-filter=fill", "--turbo-filter=*"],
  ["--invocation-count-for-maglev=150", "--invocation-count-for-maglev=400"],
  ["--max-maglev-inlined-bytecode-size-cumulative=120", "--max-maglev-inlined-bytecode-size-cumulative=920"],
] as const;

/** Analyses that run: the flags are the whole process's. */
let running = 0;

/**
 * From here on code is compiled fast rather than well, until what this gives is called; the last one to do so leaves V8's flags as they were.
 * To be taken before the threads of an analysis are made, and given back when they have ended: V8 frees the text of a flag that is
 * set anew, which a thread that is compiling may read.
 */
export function takeFastCompiler(): () => void {
  if (running++ === 0) for (const [wanted] of TIERS) setFlagsFromString(wanted);
  let isTaken = true;
  return () => {
    if (isTaken && --running === 0) for (const [, usual] of TIERS) setFlagsFromString(usual);
    isTaken = false;
  };
}
