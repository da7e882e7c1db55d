import type { KernelFact } from "../../server/events/index.ts";
import { formatNanoseconds } from "../format/index.ts";
import { laneOf, sumsOf } from "./lane.ts";
import styles from "./thread-lane.module.css";

const WORDS = {
  running: "running",
  runnable: "ready, but without a processor",
  blocked: "asleep",
  "page-fault": "waiting for memory from a disk",
  reclaim: "freeing memory for the kernel",
  softirq: "taken by softirqs",
  hardirq: "taken by interrupt handlers",
} as const;

/** What an event's thread did in the time before it: one lane, the event at its right end. */
export function ThreadLane({ fact, thread }: { fact: KernelFact; thread: number }) {
  const { windowNs, pauses } = fact;
  if (!windowNs || !pauses) return null;
  const sums = sumsOf(pauses, windowNs);
  const shown = (Object.keys(WORDS) as (keyof typeof WORDS)[]).filter((what) => sums[what] > 0);
  const words = shown.map((what) => `${formatNanoseconds(sums[what])} ${WORDS[what]}`).join(", ");
  return (
    <figure className={styles.figure} data-lane={thread}>
      <figcaption>
        Thread {thread}, the last {formatNanoseconds(windowNs)}
      </figcaption>
      <div className={styles.lane} role="img" aria-label={words}>
        {laneOf(pauses, windowNs).map(({ what, left, width, pause }) => (
          <span
            key={`${what} ${pause.agoNs}`}
            data-what={what}
            style={{ left: `${left}%`, width: `${width}%` }}
            title={`${WORDS[what]}${pause.syscall ? ` in ${pause.syscall}` : ""} for ${formatNanoseconds(pause.forNs)}${pause.times ? ` (${pause.times} times)` : ""}, until ${formatNanoseconds(pause.agoNs)} before`}
          />
        ))}
      </div>
      <ul className={styles.legend}>
        {shown.map((what) => (
          <li key={what} data-what={what}>
            {WORDS[what]} {formatNanoseconds(sums[what])}
          </li>
        ))}
      </ul>
    </figure>
  );
}
