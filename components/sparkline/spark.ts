/** Counts a second for the last `length` seconds up to now, oldest first: the group's own buckets moved along by the time
 * that passed since it last changed.
 *  @param end Unix second of the last bucket
 *  @param now Unix second that is now */
export function sparkAt(spark: readonly number[], end: number, now: number): number[] {
  const { length } = spark;
  const moved = Math.max(0, Math.min(length, Math.floor(now) - end));
  return [...spark.slice(moved), ...new Array<number>(moved).fill(0)];
}

/** SVG path of one vertical bar a bucket. A bar is never lower than a pixel, so that a single error is seen, and the scale
 * never magnifies: up to `floor` a second, heights compare between groups.
 *  @returns an empty path when nothing happened */
export function sparkPath(counts: readonly number[], width: number, height: number, floor = 4): string {
  const most = Math.max(floor, ...counts);
  const step = width / counts.length;
  let path = "";
  counts.forEach((count, i) => {
    if (count <= 0) return;
    const bar = Math.max(1, (count / most) * height);
    path += `M${round((i + 0.5) * step)} ${height}V${round(height - bar)}`;
  });
  return path;
}

const round = (n: number) => Math.round(n * 10) / 10;
