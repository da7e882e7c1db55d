/** time.Duration.String (src/time/time.go, Go 1.20 to 1.27). Pure. */

const SECOND = 1_000_000_000n;

/** As Go prints a duration of so many nanoseconds: `1h15m30.918s`, `2.5ms`, `0s`. */
export function durationText(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? "-" : "";
  const amount = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (amount === 0n) return "0s";
  if (amount < 1_000n) return `${sign}${amount}ns`;
  if (amount < 1_000_000n) return `${sign}${decimal(amount, 3)}µs`;
  if (amount < SECOND) return `${sign}${decimal(amount, 6)}ms`;
  const minutes = amount / (60n * SECOND);
  const seconds = `${decimal(amount % (60n * SECOND), 9)}s`;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return hours === 0n ? `${sign}${minutes}m${seconds}` : `${sign}${hours}h${minutes % 60n}m${seconds}`;
}

/** amount / 10^digits without trailing zeros. */
function decimal(amount: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits);
  const fraction = (amount % unit).toString().padStart(digits, "0").replace(/0+$/, "");
  return `${amount / unit}${fraction === "" ? "" : `.${fraction}`}`;
}
