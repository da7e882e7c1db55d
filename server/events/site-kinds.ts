/** What a probed place watches, in a user's words, by the name that it has in the analysis. */
const WORDS: Record<string, string> = {
  new: "an error is made",
  wrap: "an error is made with a cause",
  join: "an error is made of several",
  convert: "a value becomes an error",
  sentinel: "a package-level error is used",
  return: "an error is passed on",
  mention: "an error is given to package fmt",
  panic: "a panic begins",
  recover: "a panic is recovered",
  fatal: "the runtime ends the program",
  goexit: "a goroutine ends itself",
  exit: "the program exits",
  grouped: "an errgroup is given an error",
  kept: "an errgroup is given an error",
  cancelled: "a cancelled context is asked for its error",
  cause: "a cancelled context is asked for its error",
  gc: "the garbage collector begins or ends",
  park: "a goroutine waits, goes on, starts or ends",
  resume: "a goroutine waits, goes on, starts or ends",
  start: "a goroutine waits, goes on, starts or ends",
  end: "a goroutine waits, goes on, starts or ends",
};

/** Probed places by what they watch, the most first. @param byOp counts by the analysis's names. */
export function siteKinds(byOp: Readonly<Record<string, number>>): { words: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const [op, count] of Object.entries(byOp)) {
    const words = WORDS[op] ?? op;
    counts.set(words, (counts.get(words) ?? 0) + count);
  }
  return [...counts].map(([words, count]) => ({ words, count })).sort((a, b) => b.count - a.count);
}
