/** A goroutine with errors in flight waits, goes on, starts another one, or ends. */
import type { Event, Frame, GoroutineEvent } from "../events/index.ts";
import type { Hit } from "./hit.ts";
import { panicFrame, siteRef, unknownFrame, waitFrame } from "./stack.ts";

type Op = "park" | "resume" | "start" | "end";

/** @returns what is told now: what was given to package fmt before, and the mark; none where no error is in flight any more. */
export function markEvents(hit: Hit, op: Op): Event[] {
  const { raw, process } = hit;
  const told = process.mentions.take(raw.goroutine);
  for (const event of told) process.inFlight.tell(event);
  const event = mark(hit, op);
  return event ? [...told, event] : told;
}

function mark({ raw, executable, process, common }: Hit, op: Op): GoroutineEvent | null {
  const { inFlight } = process;
  const goroutine = Number(raw.goroutine);
  const errors = inFlight.of(goroutine);
  const entry = inFlight.entryOf(goroutine);
  const parked = op === "resume" ? inFlight.resumes(goroutine) : null;
  if (op === "end") inFlight.ends(goroutine);
  if (errors.length === 0 && !parked) return null;
  const event = (frame: Frame | null) =>
    ({
      ...common,
      // what resumes and ends a goroutine runs on another stack
      ...(op === "resume" || op === "end" ? { stack: [] } : {}),
      kind: "goroutine",
      site: siteRef(frame ?? unknownFrame, op),
      inFlight: parked?.errors ?? errors,
    }) as const;
  const because = (number: number) => {
    const reason = executable.map.facts.park?.reasons[number];
    return reason ? { reason } : {};
  };
  switch (op) {
    case "park": {
      const at = waitFrame(common.stack);
      inFlight.parks(goroutine, { at, mono: raw.mono, errors });
      const waitReason = Number(raw.word0 & 0xffn); // an argument of one byte: the rest of its register is anything
      return { ...event(at), state: "suspended", ...because(waitReason) };
    }
    case "resume": {
      const waitNs = parked ? { waitNs: Number(raw.mono - parked.mono) } : {};
      return { ...event(parked?.at ?? entry), state: "resumed", ...because(raw.waitReason - 1), ...waitNs };
    }
    case "start": {
      const name = executable.symbols.at(Number(raw.word0 - raw.bias))[0]?.function;
      return { ...event(panicFrame(common.stack)), state: "started", ...(name ? { starts: name } : {}) };
    }
    case "end":
      return { ...event(entry), state: "ended" };
  }
}
