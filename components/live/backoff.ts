const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/** Milliseconds to wait before try `attempt` (1 = the first retry): doubles from 250 ms to 10 s, less up to a quarter
 * by chance, so that many pages don't all come back at once.
 *  @param random 0 ≤ random < 1 */
export function backoff(attempt: number, random: number): number {
  const doubled = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 10));
  return Math.round(doubled * (1 - random / 4));
}
