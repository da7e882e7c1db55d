import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readClocks, rfc3339, WallClock } from "./clock.ts";

const MS = 1_000_000n;

describe("rfc3339", () => {
  it("keeps every nanosecond", () => {
    expect(rfc3339(1_795_572_935_123_456_789n)).toBe("2026-11-25T02:15:35.123456789Z");
    expect(rfc3339(1n)).toBe("1970-01-01T00:00:00.000000001Z");
  });

  it("sorts as the numbers do", () => {
    const ns = fc.bigInt(0n, 250_000_000_000_000_000_000n);
    fc.assert(
      fc.property(ns, ns, (a, b) => {
        expect(rfc3339(a) < rfc3339(b)).toBe(a < b);
      }),
    );
  });
});

describe("WallClock", () => {
  it("knows nothing before the first reading", () => {
    expect(new WallClock().wall(5n)).toBeNull();
    expect(new WallClock().uncertainty()).toBeNull();
  });

  it("narrows the offset to within the reading times as milliseconds tick", () => {
    const offset = 1_700_000_000_000_123_456n;
    const clock = new WallClock();
    for (let mono = 0n; mono < 50n * MS; mono += 9_973n) {
      clock.reading(mono, Number((mono + 50n + offset) / MS), mono + 100n);
    }
    expect(clock.steps).toBe(0);
    const wall = clock.wall(7_000n)!;
    const error = wall - (7_000n + offset);
    expect(error > -5_000n && error < 5_000n).toBe(true);
    expect(clock.uncertainty()! < 5_100n).toBe(true);
  });

  it("always holds the true offset within its bound", () => {
    const stamps = fc.array(fc.bigInt(0n, 10n ** 12n), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(stamps, fc.bigInt(10n ** 17n, 2n * 10n ** 18n), (monos, offset) => {
        const clock = new WallClock();
        for (const mono of monos.sort((a, b) => (a < b ? -1 : 1))) {
          clock.reading(mono, Number((mono + offset) / MS), mono);
        }
        const error = clock.wall(0n)! - offset;
        expect((error < 0n ? -error : error) <= clock.uncertainty()! + 1n).toBe(true);
        expect(clock.steps).toBe(0);
      }),
    );
  });

  it("starts a new epoch when the wall clock is stepped, and dates old events by the old one", () => {
    const clock = new WallClock();
    clock.reading(1_000n * MS, 10_000, 1_000n * MS);
    clock.reading(2_000n * MS, 71_000, 2_000n * MS);
    expect(clock.steps).toBe(1);
    expect(clock.wall(1_500n * MS)! / MS).toBe(10_500n);
    expect(clock.wall(2_500n * MS)! / MS).toBe(71_500n);
  });

  it("agrees with Date.now on this machine", () => {
    const clock = new WallClock();
    readClocks(clock, 100);
    const low = Date.now();
    const wall = clock.wall(process.hrtime.bigint())!;
    const high = Date.now();
    const ms = Number(wall / MS);
    const slack = Number(clock.uncertainty()! / MS) + 1;
    expect(ms).toBeGreaterThanOrEqual(low - slack);
    expect(ms).toBeLessThanOrEqual(high + slack);
  });
});
