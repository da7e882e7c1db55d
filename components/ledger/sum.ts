import type { Counters } from "../../server/events/index.ts";

export interface Sum {
  /** Errors made: hits of probes, less those that were no error of the plan. */
  made: number;
  shown: number;
  sampled: number;
  lost: number;
  /** Made but not yet counted on the other side: on its way, since counters are read while events flow. */
  pending: number;
}

/** made = shown + sampled + lost, with what is on its way between the two readings. */
export function sumUp(c: Counters): Sum {
  const made = c.hits - c.passed - c.mismatched;
  return {
    made,
    shown: c.shown,
    sampled: c.sampled,
    lost: c.lost,
    pending: made - c.shown - c.sampled - c.lost,
  };
}
