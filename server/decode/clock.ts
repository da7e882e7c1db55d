/**
 * Wall clock for kernel timestamps. The kernel stamps events with CLOCK_MONOTONIC; people want UTC. The difference of
 * the two is constant except when the wall clock is stepped or the machine was suspended, so it is tracked by interval:
 * each reading of both clocks bounds it, readings that agree narrow the bound, one that disagrees starts a new epoch.
 *
 * All times are bigint nanoseconds: a double holds ns since 1970 only to 256 ns.
 */

/** One stretch of time in which wall = monotonic + offset, with offset in [low, high). */
interface Epoch {
  /** Monotonic ns of the first reading. */
  from: bigint;
  low: bigint;
  high: bigint;
}

const NS_PER_MS = 1_000_000n;
const MAX_EPOCHS = 64;

export class WallClock {
  #epochs: Epoch[] = [];

  /**
   * Takes one reading. `before` and `after` are monotonic ns read just before and after the wall clock, which counts
   * whole milliseconds since 1970 (Date.now() has no finer digits), rounded down.
   */
  reading(before: bigint, wallMs: number, after: bigint): void {
    const wall = BigInt(wallMs) * NS_PER_MS;
    const low = wall - after;
    const high = wall + NS_PER_MS - before;
    const now = this.#epochs.at(-1);
    if (now && low < now.high && high > now.low) {
      if (low > now.low) now.low = low;
      if (high < now.high) now.high = high;
      return;
    }
    this.#epochs.push({ from: before, low, high });
    if (this.#epochs.length > MAX_EPOCHS) this.#epochs.shift();
  }

  /** Wall clock ns since 1970 at a monotonic time; null before the first reading. */
  wall(mono: bigint): bigint | null {
    const epoch = this.#epochs.findLast((e) => e.from <= mono) ?? this.#epochs[0];
    return epoch ? mono + (epoch.low + epoch.high) / 2n : null;
  }

  /** Half the width of the current bound on the offset, in ns; null before the first reading. */
  uncertainty(): bigint | null {
    const epoch = this.#epochs.at(-1);
    return epoch ? (epoch.high - epoch.low) / 2n : null;
  }

  /** How often the wall clock was seen to jump against the monotonic one (steps, suspend). */
  get steps(): number {
    return Math.max(0, this.#epochs.length - 1);
  }
}

/** Reads this machine's clocks into `clock`. Node's hrtime is CLOCK_MONOTONIC, as is bpf_ktime_get_ns. */
export function readClocks(clock: WallClock, times = 1): void {
  for (let i = 0; i < times; i++) {
    const before = process.hrtime.bigint();
    const wallMs = Date.now();
    clock.reading(before, wallMs, process.hrtime.bigint());
  }
}

/**
 * Reads until the offset is known to 5 µs: the wall clock's milliseconds tell it only where one ends.
 * @param maxMs the longest time that this may take.
 */
export function settleClocks(clock: WallClock, maxMs = 8): void {
  const until = performance.now() + maxMs;
  do readClocks(clock);
  while ((clock.uncertainty() ?? SETTLED + 1n) > SETTLED && performance.now() < until);
}
const SETTLED = 5_000n;

/** RFC 3339 in UTC with nine digits of a second, of ns since 1970. Holds for the years 1970 to 9999. */
export function rfc3339(wallNs: bigint): string {
  const seconds = wallNs / 1_000_000_000n;
  const nanos = wallNs % 1_000_000_000n;
  const text = new Date(Number(seconds) * 1000).toISOString();
  return `${text.slice(0, 19)}.${nanos.toString().padStart(9, "0")}Z`;
}
