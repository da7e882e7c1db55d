/** How a thread fared before an event, and what that says of a missed deadline. Pure. */
import type { ErrorValue, KernelFact, Pause } from "../events/index.ts";
import { esConstant } from "../tracer/index.ts";
import type { RawEvent, ThreadTimes } from "./raw-event.ts";

const WINDOW_NS = 1_000_000_000;

type Times = Pick<KernelFact, "runqueueDelayNs" | "softirqNs" | "windowNs" | "throttledNs" | "pauses">;

/** Remembers, of one process, what its cgroup's quota had taken at the event before. */
export class Throttling {
  #last: bigint | null = null;

  /** ns since the event before; null at the first. */
  since(throttled: bigint): number | null {
    const before = this.#last;
    this.#last = throttled;
    return before === null ? null : Number(throttled - before);
  }
}

/** @returns null where threads aren't watched. */
export function threadTimes(raw: RawEvent, throttling: Throttling): Times | null {
  const times = raw.threadTimes;
  if (!times) return null;
  const windowNs = Math.min(WINDOW_NS, Number(raw.mono - knownSince(times)));
  const pauses = times.pauses
    .map(({ kind, start, end }) => ({
      what: kind,
      agoNs: Number(raw.mono - end),
      forNs: Number(end - start),
    }))
    .filter(({ agoNs }) => agoNs >= 0 && agoNs < windowNs)
    .reverse();
  const throttledNs = throttling.since(times.throttled);
  return {
    runqueueDelayNs: sum(pauses, "runnable", windowNs),
    softirqNs: sum(pauses, "softirq", windowNs),
    windowNs,
    ...(throttledNs ? { throttledNs } : {}),
    pauses,
  };
}

/** When so many pauses were kept that older ones were overwritten, nothing is known of the time before the oldest. */
function knownSince({ since, pauses }: ThreadTimes): bigint {
  const [oldest] = pauses;
  return oldest && pauses.length >= esConstant.PAUSES ? oldest.start : since;
}

/** Of pauses that began before the window only the part in it. */
function sum(pauses: readonly Pause[], what: Pause["what"] | "any", windowNs: number): number {
  return pauses
    .filter((pause) => what === "any" || pause.what === what)
    .reduce((total, { agoNs, forNs }) => total + Math.min(forNs, windowNs - agoNs), 0);
}

/** `%T` of the errors that mean a missed deadline (context, internal/poll, net, net/http; Go 1.17 to 1.27). */
const DEADLINES = new Set([
  "context.deadlineExceededError",
  "*poll.DeadlineExceededError",
  "*net.timeoutError",
  "*http.timeoutError",
  "*http.httpError",
]);

export function isDeadline(error: ErrorValue): boolean {
  const seen = new Set<ErrorValue>();
  const open = [error];
  for (let value = open.pop(); value; value = open.pop()) {
    if (DEADLINES.has(value.type)) return true;
    if (seen.has(value)) continue;
    seen.add(value);
    open.push(...value.causes.map((cause) => cause.error));
  }
  return false;
}

/** Less than this of the window is what any busy machine does. */
const SHORTAGE = 0.2;
const MIN_SHORTAGE_NS = 10_000_000;

/** What the goroutine's waiting means in words, where it isn't plain. */
const WAITS: Record<string, string> = {
  "IO wait": "the network or a pipe (IO wait): the other side did not answer in time",
  select: "channels in a select",
  "chan receive": "a value from a channel",
  "chan send": "room in a channel",
  "sync.Mutex.Lock": "a sync.Mutex that another goroutine held",
  "sync.RWMutex.Lock": "a sync.RWMutex that others held",
  "sync.RWMutex.RLock": "a sync.RWMutex that a writer held or waited for",
  sleep: "time.Sleep",
  "GC assist wait": "the garbage collector: it had to help before it could allocate (GC assist)",
  "GC assist marking": "the garbage collector: it had to help before it could allocate (GC assist)",
};

/** Why a deadline may have been missed, from what was seen; null when nothing was. */
export function explain(times: Times | null, lastWait: string | undefined): string | null {
  if (times?.windowNs && times.runqueueDelayNs !== null) {
    const { windowNs, runqueueDelayNs, softirqNs, throttledNs = 0 } = times;
    const enough = Math.max(MIN_SHORTAGE_NS, windowNs * SHORTAGE);
    const window = ms(windowNs);
    if (throttledNs >= enough)
      return `The CPU quota of its cgroup kept its tasks from running for ${ms(throttledNs)}.`;
    if (runqueueDelayNs >= enough) {
      const longest = Math.max(
        ...(times.pauses ?? []).filter((p) => p.what === "runnable").map((p) => p.forNs),
      );
      return (
        `Its thread was ready to run, but waited ${ms(runqueueDelayNs)} of the last ${window} for a processor ` +
        `(the longest time ${ms(longest)}): too little CPU for what runs here.`
      );
    }
    if (softirqNs !== null && softirqNs >= enough)
      return `Softirqs (network, timers) took ${ms(softirqNs)} of the last ${window} from its thread.`;
  }
  const waited = lastWait ? `The goroutine last waited for ${WAITS[lastWait] ?? lastWait}.` : null;
  const ran = times?.windowNs ? ranText(times.pauses ?? [], times.windowNs) : null;
  return [waited, ran].filter((text) => text !== null).join(" ") || null;
}

function ranText(pauses: readonly Pause[], windowNs: number): string {
  const share = Math.max(0, 1 - sum(pauses, "any", windowNs) / windowNs);
  return `Its thread ran for about ${Math.round(share * 100)} % of the last ${ms(windowNs)}, and had a processor when it needed one.`;
}

const ms = (ns: number): string =>
  ns >= 1e9 ? `${(ns / 1e9).toFixed(1)} s` : `${(ns / 1e6).toFixed(ns < 1e7 ? 1 : 0)} ms`;
