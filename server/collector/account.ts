/** What was made, shown, sampled and lost, from the kernel side's counters of sites. Pure. */
import type { SiteOp } from "../binary/index.ts";
import type { Counters } from "../events/index.ts";
import type { SiteCounters } from "../tracer/index.ts";

/** Nothing is made there: left out of the account of what was made, not of what was lost. */
const SIGHTINGS: ReadonlySet<SiteOp> = new Set([
  "sentinel",
  "return",
  "mention",
  "recover",
  "fatal",
  "goexit",
  "exit",
  "gc",
  "park",
  "resume",
  "end",
  "start",
  "grouped",
  "kept",
  "cancelled",
  "cause",
]);

/** Records of one site that were lost since the last account. */
export interface Loss {
  site: number;
  /** The process; null: any of the executable's. */
  pid: number | null;
  count: number;
  why: string;
}

/** Remembers what was told already: each loss is told once. */
export class Account {
  readonly #told = new Map<number, number>();
  /** By site: records that came, so that the kernel side takes them for shown, and could not be told. */
  readonly #undecoded = new Map<number, number>();
  #untold = new Map<string, Loss>();
  #toldCalls = 0;

  /** A record came that could not be told as an event. */
  undecoded(site: number, pid: number, why: string): void {
    this.#undecoded.set(site, (this.#undecoded.get(site) ?? 0) + 1);
    const key = `${site} ${pid} ${why}`;
    const loss = this.#untold.get(key) ?? { site, pid, count: 0, why };
    loss.count++;
    this.#untold.set(key, loss);
  }

  /** @param opOf what happens at a global site; undefined for one that isn't known. */
  take(
    sites: readonly SiteCounters[],
    opOf: (site: number) => SiteOp | undefined,
  ): { sum: Counters; losses: Loss[] } {
    const sum: Counters = { hits: 0, shown: 0, sampled: 0, lost: 0, passed: 0, mismatched: 0 };
    const losses = [...this.#untold.values()];
    this.#untold = new Map();
    for (const { site, counters } of sites) {
      const lost = counters.lostRing + counters.lostSlot + counters.lostOther;
      const op = opOf(site);
      if (!op || !SIGHTINGS.has(op)) {
        sum.hits += counters.hits;
        const undecoded = this.#undecoded.get(site) ?? 0;
        sum.shown += counters.emitted - undecoded;
        sum.sampled += counters.sampled;
        sum.lost += lost + undecoded;
        sum.passed += counters.passed;
        sum.mismatched += counters.mismatched;
      }
      const told = this.#told.get(site) ?? 0;
      if (lost <= told) continue;
      this.#told.set(site, lost);
      const isFull = counters.lostRing > 0;
      const why = isFull
        ? "the kernel's ring buffer was full"
        : "the kernel side had no memory or could not read";
      losses.push({ site, pid: null, count: lost - told, why });
    }
    return { sum, losses };
  }

  /** Failed system calls that were not recorded since the last time. */
  takeCalls(lost: number): number {
    const count = Math.max(0, lost - this.#toldCalls);
    this.#toldCalls += count;
    return count;
  }
}
