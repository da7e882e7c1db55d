import { sparkAt, sparkPath } from "./spark.ts";
import styles from "./sparkline.module.css";

interface Props {
  spark: readonly number[];
  /** Unix second of the last bucket. */
  end: number;
  /** Unix second that is now. */
  now: number;
  width?: number;
  height?: number;
}

/** Counts a second over the last minute. */
export function Sparkline({ spark, end, now, width = 120, height = 18 }: Props) {
  const counts = sparkAt(spark, end, now);
  const peak = Math.max(0, ...counts);
  const total = counts.reduce((sum, n) => sum + n, 0);
  const words =
    total === 0 ? "none in the last minute" : `${total} in the last minute, at most ${peak} a second`;
  return (
    <svg width={width} height={height} role="img" aria-label={words} className={styles.spark}>
      <title>{words}</title>
      <path d={`M0 ${height - 0.5}H${width}`} className={styles.base} />
      <path
        d={sparkPath(counts, width, height)}
        className={styles.bars}
        strokeWidth={Math.max(1, width / counts.length - 0.6)}
      />
    </svg>
  );
}
