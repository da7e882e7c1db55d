/** When the garbage collector was at work in a process, from the runtime functions that begin and end its parts. Pure. */
import type { KernelFact } from "../events/index.ts";

type Part = "marking" | "stopped";

/** What happens at the functions that are probed (runtime/mgc.go, mgcpacer.go and proc.go, Go 1.16 to 1.27). */
const MARKS: Record<string, { part: Part; begins: boolean }> = {
  "runtime.(*gcControllerState).startCycle": { part: "marking", begins: true },
  "runtime.gcMarkTermination": { part: "marking", begins: false },
  "runtime.stopTheWorldWithSema": { part: "stopped", begins: true },
  "runtime.startTheWorldWithSema": { part: "stopped", begins: false },
};
const KEPT = 2000;

interface Stretch {
  part: Part;
  start: bigint;
  /** null: it goes on. */
  end: bigint | null;
}

export class GcTimes {
  readonly #stretches: Stretch[] = [];

  /** @param mono CLOCK_MONOTONIC ns at which the function was entered. */
  mark(functionName: string, mono: bigint): void {
    const mark = MARKS[functionName];
    if (!mark) return;
    const open = this.#stretches.findLast(({ part, end }) => part === mark.part && end === null);
    if (!mark.begins) {
      if (open) open.end = mono;
      return;
    }
    // its end was not seen: nobody knows how long it was
    if (open) this.#stretches.splice(this.#stretches.indexOf(open), 1);
    this.#stretches.push({ part: mark.part, start: mono, end: null });
    if (this.#stretches.length > KEPT) this.#stretches.shift();
  }

  /** What it did in the `windowNs` before a time; null: nothing. */
  before(mono: bigint, windowNs: number): KernelFact["gc"] | null {
    const from = mono - BigInt(Math.round(windowNs));
    const sums = { marking: 0, stopped: 0 };
    let cycles = 0;
    for (const { part, start, end } of this.#stretches) {
      const until = end === null || end > mono ? mono : end;
      const since = start > from ? start : from;
      if (until <= since) continue;
      sums[part] += Number(until - since);
      if (part === "marking") cycles++;
    }
    return cycles === 0 && sums.stopped === 0
      ? null
      : { markingNs: sums.marking, stoppedNs: sums.stopped, cycles };
  }
}
