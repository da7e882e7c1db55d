/** A stretch of a stack: `period` frames from `start`, said `times` times over. */
export interface Run {
  start: number;
  period: number;
  times: number;
}

/** Longest cycle of functions that counts as one recursion. */
const LONGEST_PERIOD = 8;

/**
 * Cuts a stack where functions call themselves, directly or in a cycle. For display only: what was captured stays whole.
 * @param same whether frames `a` and `b` are to count as the same
 * @param least repetitions from which a cycle is folded
 * @returns runs that cover 0..length in order; frames outside of recursion are runs of one frame, once
 */
export function foldRecursion(length: number, same: (a: number, b: number) => boolean, least = 2): Run[] {
  const runs: Run[] = [];
  for (let at = 0; at < length; ) {
    const run = longestRun(length, same, least, at);
    runs.push(run);
    at += run.period * run.times;
  }
  return runs;
}

function longestRun(
  length: number,
  same: (a: number, b: number) => boolean,
  least: number,
  start: number,
): Run {
  for (let period = 1; period <= LONGEST_PERIOD && start + 2 * period <= length; period++) {
    let equal = 0;
    while (start + period + equal < length && same(start + equal, start + period + equal)) equal++;
    const times = 1 + Math.floor(equal / period);
    if (times >= least && times > 1) return { start, period, times };
  }
  return { start, period: 1, times: 1 };
}
