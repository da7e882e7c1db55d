export { formatCount } from "../../server/events/index.ts";

const STEPS: [number, string][] = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

/** At most four characters for narrow places: `999`, `1.2k`, `48k`, `3.4M`. Rounds down, so that a count never looks
 * larger than it is. */
export function formatCompact(n: number): string {
  for (const [step, unit] of STEPS) {
    if (n < step) continue;
    const scaled = n / step;
    return scaled < 10 ? `${Math.floor(scaled * 10) / 10}${unit}` : `${Math.floor(scaled)}${unit}`;
  }
  return String(n);
}

/** A share 0..1 in percent; a share that is small but not zero never prints as 0 %. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.01) return "<1 %";
  if (share < 1 && share > 0.99) return ">99 %";
  return `${Math.round(share * 100)} %`;
}
