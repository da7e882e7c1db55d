/**
 * time.Time from its words (time/time.go, the same in Go 1.9 to 1.27): `wall` holds a flag that there is a monotonic
 * reading (1 bit), then seconds since 1885 (33 bits) and nanoseconds (30 bits); without the flag the seconds are in
 * `ext`, since year 1.
 */
import { rfc3339 } from "./clock.ts";

const HAS_MONOTONIC = 1n << 63n;
const NANOS = (1n << 30n) - 1n;
const SECONDS = (1n << 33n) - 1n;
const YEAR_1_TO_1970 = 62_135_596_800n;
const YEAR_1885_TO_1970 = 2_682_288_000n;
const YEAR_10000 = 253_402_300_800n;

/** RFC 3339 in UTC; null for words that are no time between 1970 and 9999. `0001-01-01T00:00:00Z` is Go's zero time. */
export function goTime(wall: bigint, ext: bigint): string | null {
  if (wall === 0n && ext === 0n) return "0001-01-01T00:00:00Z";
  const nanos = wall & NANOS;
  if (nanos >= 1_000_000_000n) return null;
  const unix =
    (wall & HAS_MONOTONIC) !== 0n ? ((wall >> 30n) & SECONDS) - YEAR_1885_TO_1970 : ext - YEAR_1_TO_1970;
  return unix >= 0n && unix < YEAR_10000 ? rfc3339(unix * 1_000_000_000n + nanos) : null;
}
