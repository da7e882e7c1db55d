import { describe, expect, it } from "vitest";
import type { ErrorValue } from "../events/index.ts";
import type { Pause, RawEvent } from "./raw-event.ts";
import { explain, isDeadline, isStoppedRead, Throttling, threadTimes } from "./thread-times.ts";

const MS = 1_000_000n;
/** Now is 10 s. */
const raw = (pauses: Pause[], since = 0n, throttled = 0n) =>
  ({ mono: 10_000n * MS, threadTimes: { since, pauses, throttled } }) as RawEvent;
const pause = (kind: Pause["kind"], start: bigint, end: bigint): Pause => ({
  kind,
  start: start * MS,
  end: end * MS,
  count: 1,
  took: null,
  call: 202,
});
const times = (...about: Parameters<typeof raw>) => threadTimes(raw(...about), new Throttling())!;

describe("threadTimes", () => {
  it("sums what lies in the last second, and of pauses over its beginning only the part within", () => {
    const found = times([
      pause("runnable", 8_000n, 8_500n),
      pause("runnable", 8_900n, 9_100n),
      pause("blocked", 9_200n, 9_300n),
      pause("softirq", 9_400n, 9_401n),
      pause("runnable", 9_500n, 9_550n),
    ]);
    expect(found).toMatchObject({ windowNs: 1e9, runqueueDelayNs: 150e6, softirqNs: 1e6 });
    expect(found.pauses!.map(({ what, agoNs, forNs }) => [what, agoNs / 1e6, forNs / 1e6])).toEqual([
      ["runnable", 450, 50],
      ["softirq", 599, 1],
      ["blocked", 700, 100],
      ["runnable", 900, 200],
    ]);
  });

  it("takes of several that are told as one the part in the window", () => {
    const several: Pause = { ...pause("page-fault", 9_750n, 10_000n), count: 125, took: 125e6 };
    expect(times([several])).toMatchObject({ pageFaultNs: 125e6, pauses: [{ forNs: 125e6, times: 125 }] });
    const known = times([several], 9_937n * MS);
    expect(known).toMatchObject({ windowNs: 63e6, pageFaultNs: 31.5e6, pauses: [{ agoNs: 0, times: 32 }] });
    expect(times([several], 9_999n * MS).pauses![0]).not.toHaveProperty("times");
  });

  it("says how long it looked where that is less", () => {
    expect(times([], 9_900n * MS).windowNs).toBe(100e6);
    expect(times([], 10_003n * MS).windowNs).toBe(0);
  });

  it("tells of throttling from the second event on", () => {
    const throttling = new Throttling();
    expect(threadTimes(raw([], 0n, 500n), throttling)).not.toHaveProperty("throttledNs");
    expect(threadTimes(raw([], 0n, 700n), throttling)).toMatchObject({ throttledNs: 200 });
    expect(threadTimes(raw([], 0n, 700n), throttling)).not.toHaveProperty("throttledNs");
  });

  it("is null where threads aren't watched", () => {
    expect(threadTimes({ threadTimes: null } as RawEvent, new Throttling())).toBeNull();
  });
});

describe("explain", () => {
  it("names a lack of CPU before what the goroutine waited for", () => {
    expect(explain(times([pause("runnable", 9_000n, 9_250n)]), "select")).toBe(
      "Its thread was ready to run, but waited 250 ms of the last 1.0 s for a processor (the longest time 250 ms): " +
        "too little CPU for what runs here.",
    );
  });

  it("names it too where a thread that seldom wanted to run waited longer than it ran", () => {
    const seldom = [pause("blocked", 9_000n, 9_850n), pause("runnable", 9_860n, 9_980n)];
    expect(explain(times(seldom), "sleep")).toMatch(/^Its thread was ready to run, but waited 120 ms/);
    const running = [pause("blocked", 9_000n, 9_500n), pause("runnable", 9_860n, 9_980n)];
    expect(explain(times(running), "sleep")).toMatch(/^The goroutine last waited for time\.Sleep/);
  });

  it("names the quota before anything else", () => {
    const quota = { ...times([pause("runnable", 9_000n, 9_900n)]), throttledNs: 900e6 };
    expect(explain(quota, "select")).toBe(
      "The CPU quota of its cgroup kept its tasks from running for 900 ms.",
    );
  });

  it("doesn't blame short waits, which every machine has", () => {
    const text = explain(
      times([pause("runnable", 9_000n, 9_050n), pause("blocked", 9_100n, 9_950n)]),
      "IO wait",
    );
    expect(text).toBe(
      "The goroutine last waited for the network or a pipe (IO wait): the other side did not answer before the deadline, " +
        "which another goroutine may have brought forward to end the wait. " +
        "Its thread ran for about 10 % of the last 1.0 s, and waited 50 ms for a processor.",
    );
  });

  it("names interrupts, page faults and reclaim where these took the time", () => {
    const text = (kind: Pause["kind"]) => explain(times([pause(kind, 9_000n, 9_300n)]), "select");
    expect(text("hardirq")).toBe("Interrupt handlers took 300 ms of the last 1.0 s from its thread.");
    expect(text("page-fault")).toMatch(/^Its thread waited 300 ms of the last 1\.0 s for memory .* disk/);
    expect(text("reclaim")).toMatch(/^Its thread spent 300 ms of the last 1\.0 s on freeing memory/);
  });

  it("names the collector where it was at work most of the time, unless the thread was mostly asleep", () => {
    const gc = { markingNs: 600e6, stoppedNs: 1e6, cycles: 30 };
    expect(explain(times([]), "GC assist wait", gc)).toMatch(
      /^The garbage collector was at work for 600 ms of the last 1\.0 s \(cycles: 30\)/,
    );
    const asleep = times([pause("blocked", 9_000n, 9_900n)]);
    expect(explain(asleep, "IO wait", gc)).toMatch(/^The goroutine last waited/);
    // it came to this thread only just now
    expect(explain(asleep, "semacquire", gc)).toMatch(/^The garbage collector/);
    expect(explain(times([]), undefined, { ...gc, markingNs: 100e6 })).toMatch(/^Its thread ran/);
  });

  it("says what it knows without the scheduler's part, and nothing when it knows nothing", () => {
    expect(explain(null, "sync.Mutex.Lock")).toBe(
      "The goroutine last waited for a sync.Mutex that another goroutine held.",
    );
    expect(explain(null, "preempted")).toBe("The goroutine's last wait: preempted.");
    expect(explain(null, undefined)).toBeNull();
  });
});

describe("isStoppedRead", () => {
  const stack = (...functions: string[]) => functions.map((name) => ({ function: name }));
  it("is a read that net/http itself stops, not one that waits for a request", () => {
    expect(isStoppedRead(stack("net.(*conn).Read", "net/http.(*connReader).backgroundRead"))).toBe(true);
    expect(isStoppedRead(stack("net.(*conn).Read", "net/http.(*connReader).Read"))).toBe(false);
  });
});

describe("isDeadline", () => {
  const error = (type: string, ...causes: ErrorValue[]) =>
    ({ type, causes: causes.map((cause) => ({ via: "unwrap", error: cause })) }) as unknown as ErrorValue;
  it("looks through the whole chain", () => {
    expect(isDeadline(error("*fmt.wrapError", error("context.deadlineExceededError")))).toBe(true);
    expect(isDeadline(error("*net.OpError", error("*poll.DeadlineExceededError")))).toBe(true);
    expect(isDeadline(error("*fmt.wrapError", error("*errors.errorString")))).toBe(false);
  });
});
