import { describe, expect, it } from "vitest";
import { Account } from "./account.ts";

const counters = (part: Record<string, number> = {}) => ({
  hits: 0,
  passed: 0,
  mismatched: 0,
  sampled: 0,
  emitted: 0,
  lostRing: 0,
  lostSlot: 0,
  lostOther: 0,
  ...part,
});
const opOf = (site: number) => (["new", "mention"] as const)[site];

describe("Account", () => {
  it("sums what is made, and leaves out what is only seen", () => {
    const sites = [
      { site: 0, counters: counters({ hits: 10, emitted: 5, sampled: 3, lostRing: 1, passed: 1 }) },
      { site: 1, counters: counters({ hits: 7, emitted: 7 }) },
    ];
    const { sum } = new Account().take(sites, opOf);
    expect(sum).toEqual({ hits: 10, shown: 5, sampled: 3, lost: 1, passed: 1, mismatched: 0 });
    expect(sum.hits - sum.passed - sum.mismatched).toBe(sum.shown + sum.sampled + sum.lost);
  });

  it("tells each loss once, of sightings too", () => {
    const account = new Account();
    const at = (lostRing: number, lostOther: number) => [
      { site: 0, counters: counters({ lostRing }) },
      { site: 1, counters: counters({ lostOther }) },
    ];
    expect(account.take(at(2, 1), opOf).losses).toEqual([
      { site: 0, pid: null, count: 2, why: "the kernel's ring buffer was full" },
      { site: 1, pid: null, count: 1, why: "the kernel side had no memory or could not read" },
    ]);
    expect(account.take(at(5, 1), opOf).losses).toMatchObject([{ site: 0, count: 3 }]);
    expect(account.take(at(5, 1), opOf).losses).toEqual([]);
  });

  it("takes what came and could not be told for lost", () => {
    const account = new Account();
    for (const site of [0, 0, 1]) account.undecoded(site, 5, "unknown");
    const sites = [0, 1].map((site) => ({ site, counters: counters({ hits: 6, emitted: 6 }) }));
    expect(account.take(sites, opOf)).toEqual({
      sum: { hits: 6, shown: 4, sampled: 0, lost: 2, passed: 0, mismatched: 0 },
      losses: [
        { site: 0, pid: 5, count: 2, why: "unknown" },
        { site: 1, pid: 5, count: 1, why: "unknown" },
      ],
    });
    account.undecoded(0, 5, "unknown");
    const { sum, losses } = account.take(sites, opOf);
    expect(sum).toMatchObject({ shown: 3, lost: 3 });
    expect(losses).toEqual([{ site: 0, pid: 5, count: 1, why: "unknown" }]);
  });

  it("tells lost calls once", () => {
    const account = new Account();
    expect([account.takeCalls(4), account.takeCalls(4), account.takeCalls(9)]).toEqual([4, 0, 5]);
  });
});
