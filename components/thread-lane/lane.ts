import type { Pause } from "../../server/events/index.ts";

/** A stretch of the lane, in percent of its width; the event is at the right end. */
export interface Stretch {
  what: Pause["what"];
  left: number;
  width: number;
  pause: Pause;
}

/** Pauses within the window, oldest first; interrupts last, so that they are drawn over what they interrupted. */
export function laneOf(pauses: readonly Pause[], windowNs: number): Stretch[] {
  const stretches = pauses.flatMap((pause): Stretch[] => {
    const end = Math.min(windowNs, pause.agoNs);
    const start = Math.min(windowNs, pause.agoNs + pause.forNs);
    if (start <= end) return [];
    return [
      {
        what: pause.what,
        left: 100 * (1 - start / windowNs),
        width: (100 * (start - end)) / windowNs,
        pause,
      },
    ];
  });
  const over = ({ what }: Stretch) => (what === "softirq" ? 1 : what === "hardirq" ? 2 : 0);
  return stretches.sort((a, b) => over(a) - over(b) || a.left - b.left);
}

/** ns of the window by what the thread did. */
export function sumsOf(
  pauses: readonly Pause[],
  windowNs: number,
): Record<Pause["what"] | "running", number> {
  const sums = {
    runnable: 0,
    blocked: 0,
    "page-fault": 0,
    reclaim: 0,
    softirq: 0,
    hardirq: 0,
    running: windowNs,
  };
  for (const { what, width } of laneOf(pauses, windowNs)) {
    sums[what] += (width / 100) * windowNs;
    sums.running -= (width / 100) * windowNs;
  }
  return { ...sums, running: Math.max(0, sums.running) };
}
