const two = (n: number) => String(n).padStart(2, "0");

/** RFC 3339 text → milliseconds since the Unix epoch; NaN when it isn't a time. */
export function parseTime(rfc3339: string): number {
  return Date.parse(rfc3339);
}

/** Local wall clock with milliseconds, `02:15:35.123`. */
export function formatClock(rfc3339: string): string {
  const d = new Date(parseTime(rfc3339));
  if (Number.isNaN(d.getTime())) return rfc3339;
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}.${String(d.getMilliseconds()).padStart(3, "0")}`;
}

/** Time since, for a column that is read at a glance: `now`, `12 s`, `3 min`, `2 h`, `4 d`. `ms` below zero (clocks
 * differ a little) is `now`. */
export function formatAge(ms: number): string {
  if (!Number.isFinite(ms)) return "–";
  if (ms < 1000) return "now";
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

/** Nanoseconds in the unit that keeps it short: `740 ns`, `5.2 µs`, `214 ms`, `1.3 s`. */
export function formatNanoseconds(ns: number): string {
  if (ns < 1000) return `${Math.round(ns)} ns`;
  const units: [number, string][] = [
    [1e9, "s"],
    [1e6, "ms"],
    [1e3, "µs"],
  ];
  for (const [step, unit] of units) {
    if (ns < step) continue;
    const scaled = ns / step;
    return `${scaled < 10 ? Math.round(scaled * 10) / 10 : Math.round(scaled)} ${unit}`;
  }
  return `${ns} ns`;
}
