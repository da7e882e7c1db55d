/** Who started a goroutine, how errors come from one to another, and what goroutines do with errors in flight. */
import { describe, expect, test } from "vitest";
import type { ErrorEvent, Event, GoroutineEvent } from "../../server/events/index.ts";
import { buildGo, errscope, eventsOf, parseEvents, run } from "../support/index.ts";

const dir = "tests/go/goroutines";
const builds = [
  { go: "1.22.0", form: "stripped" },
  { go: "1.24.0", form: "stripped" },
  { go: "1.26.8", form: "plain" },
  { go: "1.27.1", form: "pie-stripped" },
] as const;

async function trace(program: string, ...flags: string[]): Promise<Event[]> {
  const result = await run(errscope("run", "--json", ...flags, "--", program));
  expect(result.status, result.stderr).toBe(0);
  return parseEvents(result.stdout);
}

const errorsOf = (events: readonly Event[]) =>
  eventsOf(events, "error").filter((event) => event.init !== true);
const made = (events: readonly Event[], message: string) =>
  errorsOf(events).filter((event) => event.made && event.error.message === message);
const creators = ({ goroutine }: ErrorEvent) => [
  goroutine?.createdBy,
  ...(goroutine?.ancestors ?? []).map((ancestor) => ancestor.createdBy),
];
const MS = 1e6;

describe.each(builds)("goroutines, go$go $form", ({ go, form }) => {
  const program = () => buildGo({ dir, go, form });

  test("ancestors up to main; as far as known where those between have ended; a timer's goroutine has none", async () => {
    const events = await trace(program());
    const [alive, hurried, ...more] = made(events, "leaf: open x: no");
    expect(more).toEqual([]);
    const all = ["main.branch", "main.trunk", "main.main", null];
    expect(creators(alive!)).toEqual(all);
    expect(alive!.goroutine?.ancestors?.at(-1)?.id).toBe(1);
    expect(alive!.goroutine?.ancestors?.[0]?.id).toBe(alive!.goroutine?.parent);
    expect(alive!.goroutine).not.toHaveProperty("ancestorsNote");
    const { ancestors = [], ancestorsNote, parent } = hurried!.goroutine!;
    expect(ancestors[0]?.id).toBe(parent);
    // what ended is known until the runtime uses its g again
    const known = ancestorsNote === undefined ? all : [...all.slice(0, ancestors.length), null];
    expect(creators(hurried!)).toEqual(known);
    const ended = `goroutine ${ancestors.at(-1)?.id} `;
    if (ancestorsNote)
      expect([`${ended}had ended when it was looked for`, `${ended}was not found`]).toContain(ancestorsNote);
    const [busy] = made(events, "busy: no");
    expect(creators(busy!)).toEqual(["main.busy", "main.main", null]);
    const [timer] = made(events, "timer");
    expect(timer?.goroutine).toMatchObject({ parent: null, createdBy: "time.goFunc" });
    expect(timer?.goroutine).not.toHaveProperty("ancestors");
  });

  test("hand-overs: from where, by which event, how long it took; none where the value stayed", async () => {
    const events = errorsOf(await trace(program()));
    const byId = new Map(events.map((event) => [event.id, event]));
    const handed = events.filter((event) => event.handovers !== undefined);
    expect(handed.map(({ error, site }) => `${site.op} ${error.message}`)).toEqual([
      "mention leaf: open x: no",
      "mention leaf: open x: no",
      "mention busy: no",
      "mention timer",
      "wrap late: early",
      "mention in flight",
    ]);
    for (const event of handed) {
      expect(event.handovers).toHaveLength(1);
      const [handover] = event.handovers!;
      const before = byId.get(handover!.event);
      expect(before?.goroutine?.id).toBe(handover!.from);
      expect(before?.goroutine?.id).not.toBe(event.goroutine?.id);
      expect(handover!.waitNs).toBe(event.mono - before!.mono);
    }
    const late = handed.find((event) => event.error.message === "late: early")!;
    // the value that came is the cause, not the new error; it lay in the channel while its receiver slept for 50 ms
    expect(late.handovers![0]!.error).toBe(late.error.causes[0]!.error.id);
    expect(late.handovers![0]!.waitNs).toBeGreaterThanOrEqual(49 * MS);
  });

  test("--goroutines: waits with reason and time, starts, ends, of goroutines with errors in flight alone", async () => {
    expect(eventsOf(await trace(program()), "goroutine")).toEqual([]);
    const events = await trace(program(), "--goroutines");
    const marks = eventsOf(events, "goroutine");
    for (const { inFlight } of marks) expect(inFlight).not.toEqual([]);
    const [flying] = made(events, "in flight");
    const own = marks.filter((mark) => mark.goroutine?.id === flying!.goroutine?.id);
    expect(own.map(said)).toEqual([
      "suspended main.waits.func1: chan receive",
      "resumed main.waits.func1: chan receive",
      "suspended main.waits.func1: sync.Mutex.Lock",
      "resumed main.waits.func1: sync.Mutex.Lock",
      "started main.waits.func1: main.helper",
      "ended main.waits.func1: ",
    ]);
    for (const mark of own) expect(mark.inFlight).toEqual([flying!.error.id]);
    for (const { waitNs } of own.filter((mark) => mark.state === "resumed"))
      expect(waitNs).toBeGreaterThanOrEqual(20 * MS);
    // stacks where it waits, none where another thread's stack would be told
    expect(own[0]!.stack.slice(0, 2).map((frame) => frame.function)).toEqual([
      "runtime.gopark",
      "runtime.chanrecv",
    ]);
    expect(own[1]!.stack).toEqual([]);
    const [forgotten] = made(events, "forgotten");
    const end = marks.find((mark) => mark.inFlight.includes(forgotten!.error.id));
    expect(end).toMatchObject({ state: "ended", goroutine: { id: forgotten!.goroutine?.id } });
    // nothing of those whose errors were written or wrapped: main ran all the time, and waited often
    expect(marks.filter((mark) => mark.goroutine?.id === 1).map(said)).toEqual([]);
  });
});

function said({ state, site, reason, starts }: GoroutineEvent): string {
  return `${state} ${site.function}: ${reason ?? starts ?? ""}`;
}
