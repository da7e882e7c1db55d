/** How a thread fared before an event, and what that says of a missed deadline. Pure. */
import type { ErrorValue, KernelFact, Pause } from "../events/index.ts";
import type { RawEvent, Pause as RawPause } from "./raw-event.ts";
import { syscallName } from "./syscall-names.ts";
import { someValue } from "./values.ts";

const WINDOW_NS = 1_000_000_000;

type Times = Pick<
  KernelFact,
  | "runqueueDelayNs"
  | "softirqNs"
  | "hardirqNs"
  | "pageFaultNs"
  | "reclaimNs"
  | "windowNs"
  | "throttledNs"
  | "pauses"
>;

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
  // what an interrupt put while the record was taken may be later
  const windowNs = Math.max(0, Math.min(WINDOW_NS, Number(raw.mono - times.since)));
  const pauses = times.pauses
    .map((pause) => pauseOf(pause, raw.mono, windowNs))
    // an interrupt may write while the record is taken
    .filter(({ agoNs, forNs }) => agoNs >= 0 && agoNs < windowNs && forNs >= 0)
    .reverse();
  const throttledNs = throttling.since(times.throttled);
  const hardirqNs = sum(pauses, "hardirq", windowNs);
  const pageFaultNs = sum(pauses, "page-fault", windowNs);
  const reclaimNs = sum(pauses, "reclaim", windowNs);
  return {
    runqueueDelayNs: sum(pauses, "runnable", windowNs),
    softirqNs: sum(pauses, "softirq", windowNs),
    ...(hardirqNs ? { hardirqNs } : {}),
    ...(pageFaultNs ? { pageFaultNs } : {}),
    ...(reclaimNs ? { reclaimNs } : {}),
    windowNs,
    ...(throttledNs ? { throttledNs } : {}),
    pauses,
  };
}

/** Of several that are told as one, those in the window, as if they were spread evenly. */
function pauseOf({ kind, start, end, count, took, call }: RawPause, mono: bigint, windowNs: number): Pause {
  const agoNs = Number(mono - end);
  const span = Number(end - start);
  const within = took === null ? 1 : Math.min(1, Math.max(0, windowNs - agoNs) / span);
  const times = Math.max(1, Math.round(count * within));
  return {
    what: kind,
    agoNs,
    forNs: took === null ? span : Math.round(took * within),
    ...(times > 1 ? { times } : {}),
    ...(kind === "blocked" && call !== null ? { syscall: syscallName(call) } : {}),
  };
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

/** True if the error, or one that it came from, says so. */
export const isDeadline = (error: ErrorValue): boolean => someValue(error, ({ type }) => DEADLINES.has(type));

/**
 * net/http reads ahead while a handler runs, and stops that read when the handler has returned by a deadline in the past
 * ((*connReader).abortPendingRead, Go 1.8 to 1.27): nobody missed a deadline. Known by its name, since nothing that is left
 * tells when a deadline was set: the runtime keeps the same -1 for one that was set into the past and one that went by
 * (runtime/netpoll.go, pollDesc.rd).
 */
const STOPPED_READ = "net/http.(*connReader).backgroundRead";

/** @param stack of the event. @returns whether its missed deadline was only a way to end a wait. */
export function isStoppedRead(stack: readonly { function: string }[]): boolean {
  return stack.some((frame) => frame.function === STOPPED_READ);
}

/** Less than this of the window is what any busy machine does. */
const SHORTAGE = 0.2;
/** As much as this is a shortage for a thread that waited longer than it ran. */
const SOME = 0.1;
const MIN_SHORTAGE_NS = 10_000_000;
/** A share of the window in which the collector must be marking to be named, unless the goroutine waited for others, on a thread
 * that was mostly asleep. */
const MUCH_GC = 0.5;
const MOSTLY = 0.5;

/** What the goroutine's waiting means in words, where it isn't plain. */
const WAITS: Record<string, string> = {
  "IO wait":
    "the network or a pipe (IO wait): the other side did not answer before the deadline, which another goroutine may have brought forward to end the wait",
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
export function explain(
  times: Times | null,
  lastWait: string | undefined,
  gc: KernelFact["gc"] | null = null,
): string | null {
  if (times?.windowNs && times.runqueueDelayNs !== null) {
    const { windowNs, runqueueDelayNs, softirqNs, throttledNs = 0 } = times;
    const enough = Math.max(MIN_SHORTAGE_NS, windowNs * SHORTAGE);
    const window = ms(windowNs);
    if (throttledNs >= enough)
      return `The CPU quota of its cgroup kept its tasks from running for ${ms(throttledNs)}.`;
    const ran = windowNs - sum(times.pauses ?? [], "any", windowNs);
    const some = Math.max(MIN_SHORTAGE_NS, windowNs * SOME);
    if (runqueueDelayNs >= enough || (runqueueDelayNs >= some && runqueueDelayNs >= ran)) {
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
    const { hardirqNs = 0, pageFaultNs = 0, reclaimNs = 0 } = times;
    if (hardirqNs >= enough)
      return `Interrupt handlers took ${ms(hardirqNs)} of the last ${window} from its thread.`;
    if (pageFaultNs >= enough)
      return `Its thread waited ${ms(pageFaultNs)} of the last ${window} for memory that had to be read from a disk (page faults).`;
    if (reclaimNs >= enough)
      return `Its thread spent ${ms(reclaimNs)} of the last ${window} on freeing memory for the kernel: too little memory for what runs here.`;
    const asleep = sum(times.pauses ?? [], "blocked", windowNs);
    // a goroutine that went on on another thread leaves behind what kept it; what it waited for last it takes along
    const forOthers = lastWait !== undefined && lastWait in WAITS && !lastWait.startsWith("GC ");
    if (gc && gc.markingNs >= windowNs * MUCH_GC && (!forOthers || asleep < windowNs * MOSTLY))
      return (
        `The garbage collector was at work for ${ms(gc.markingNs)} of the last ${window} (cycles: ${gc.cycles}): it takes a quarter of ` +
        `the processors, and goroutines that allocate must help it. More memory (GOGC, GOMEMLIMIT) or fewer allocations give it less to do.`
      );
  }
  const waited = lastWait ? waitText(lastWait) : null;
  const ran = times?.windowNs ? ranText(times, times.windowNs) : null;
  return [waited, ran].filter((text) => text !== null).join(" ") || null;
}

/** The runtime's own words where there are no better ones: `preempted` is nothing that one can wait for. */
function waitText(reason: string): string {
  const words = WAITS[reason];
  return words ? `The goroutine last waited for ${words}.` : `The goroutine's last wait: ${reason}.`;
}

function ranText({ pauses = [], runqueueDelayNs }: Times, windowNs: number): string {
  const share = Math.max(0, 1 - sum(pauses, "any", windowNs) / windowNs);
  const waited = runqueueDelayNs
    ? `waited ${ms(runqueueDelayNs)} for a processor`
    : "never waited for a processor";
  return `Its thread ran for about ${Math.round(share * 100)} % of the last ${ms(windowNs)}, and ${waited}.`;
}

const ms = (ns: number): string =>
  ns >= 1e9 ? `${(ns / 1e9).toFixed(1)} s` : `${(ns / 1e6).toFixed(ns < 1e7 ? 1 : 0)} ms`;
