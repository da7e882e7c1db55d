/** Errors at the edges of what is captured: shown whole, or cut and said so; and nothing lost silently. */
import { describe, expect, test } from "vitest";
import type { ErrorEvent, ErrorValue } from "../../server/events/index.ts";
import {
  buildGo,
  errscope,
  eventsOf,
  madeErrors,
  Program,
  parseEvents,
  run,
  tracersOf,
} from "../support/index.ts";

const builds = [
  { go: "1.26.8", form: "plain" },
  { go: "1.27.1", form: "pie-stripped" },
] as const;

describe.each(builds)("limits, go$go $form", ({ go, form }) => {
  const program = () => buildGo({ dir: "tests/go/limits", go, form });
  const trace = async (name: string, ...flags: string[]) => {
    const result = await run(errscope("run", "--json", ...flags, "--", program(), name));
    expect(result.status, result.stderr).toBe(0);
    return { events: parseEvents(result.stdout), stderr: result.stderr };
  };
  const last = async (name: string): Promise<ErrorEvent> => madeErrors((await trace(name)).events).at(-1)!;

  test("a stack of 5,000 frames is whole", async () => {
    const { events, stderr } = await trace("deep");
    const event = madeErrors(events).at(-1)!;
    const own = Number(/^frames (\d+)$/m.exec(stderr)![1]);
    expect(own).toBeGreaterThan(5_000);
    // runtime.Callers counts from the function that calls it, as the event does.
    expect(event.stack.length).toBe(own);
    expect(event.stack.filter((frame) => frame.function === "main.deep").length).toBe(5_001);
    expect(event.stack.at(-1)!.function).toBe("runtime.goexit");
    expect(event).not.toHaveProperty("stackNote");
  });

  test("a stack of 70,000 frames is cut at the outer end, and said to be", async () => {
    const event = await last("deeper");
    expect(event.stackNote).toBe("the stack is deeper than the tracer follows");
    expect(event.stack.length).toBeGreaterThan(65_536);
    expect(new Set(event.stack.map((frame) => frame.function))).toEqual(new Set(["main.deep"]));
  });

  test("a join has its 12,000 causes", async () => {
    const { error } = await last("join");
    expect(error.type).toBe("*errors.joinError");
    expect(error.causes.map((cause) => cause.error.message)).toEqual(
      Array.from({ length: 12_000 }, (_, i) => `child ${i}`),
    );
  });

  test("a join of 70,000 has the first 16,383 causes, and says how many are left out", async () => {
    const { error } = await last("wide");
    expect(error.causes.length).toBe(16_383);
    expect(error.causes.every((cause) => cause.error.message === "one of many")).toBe(true);
    expect(error.notes).toEqual([
      "53617 of its causes not followed: the limit is 16384 values an event, or less while other long lists are read",
    ]);
  });

  test("a chain of 1,500 links is followed 256 levels down, and says so there", async () => {
    const { error } = await last("steps");
    expect(depth(error)).toBe(256);
    expect(deepest(error).notes).toEqual(["1 of its causes not followed: deeper than 256 levels"]);
  });

  test("a chain of 100 links is whole, and each link is one event", async () => {
    const made = madeErrors((await trace("chain")).events);
    expect(made.map((event) => event.error.message)).toEqual([
      "the innermost",
      ...Array.from({ length: 100 }, (_, i) => `link ${i}`),
    ]);
    expect(depth(made.at(-1)!.error)).toBe(100);
    expect(new Set(made.slice(1).map((event) => `${event.site.function}:${event.site.line}`)).size).toBe(1);
  });

  test("a chain that leads back to itself ends there, and is said to be one", async () => {
    const { events } = await trace("cycle");
    const mention = eventsOf(events, "error").find((event) => event.site.op === "mention")!;
    const a = mention.error;
    const b = a.causes[0]!.error;
    expect([a.message, b.message]).toEqual(["a", "b"]);
    expect(b.causes[0]!.error).toMatchObject({ id: a.id, notes: [`cycle to ${a.id}`], causes: [] });
    expect(mention.traps).toEqual(["cyclic-chain"]);
  });

  test("an error that is its own cause is seen as it was when it was made, never half of it", async () => {
    const { events } = await trace("self");
    expect(madeErrors(events).map(({ error }) => [error.message, error.causes.length])).toEqual([["me", 0]]);
    const mention = eventsOf(events, "error").find((event) => event.site.op === "mention")!;
    const { id } = mention.error;
    expect(mention.error.causes.map((cause) => cause.error.notes)).toEqual([[`cycle to ${id}`]]);
    expect(mention.traps).toEqual(["cyclic-chain"]);
  });

  test("texts that are cut have their true length and, up to a megabyte, the hash of the whole", async () => {
    const { events } = await trace("long");
    const errors = madeErrors(events).map((event) => event.error);
    // of `python3 -c "print(('0123456789abcdefghi' * 99999)[:N], end='')" | xxhsum -H1`, xxhsum 0.8.1
    expect(errors.map(({ messageLength, messageHash }) => [messageLength, messageHash])).toEqual([
      [1_025, "xxh64:d5ba4340be8dda27"],
      [1_028, "xxh64:02bee35d8b4d19e5"],
      [1_032, "xxh64:3fd7ea436a4eb62e"],
      [1_055, "xxh64:fc1d9a62e9d2f33d"],
      [4_127, "xxh64:dc04311dbe73ec12"],
      [100_001, "xxh64:fba4bbcc03412a0a"],
      [1_048_576, "xxh64:8b6dbbf81bbfe4d7"],
      [1_048_577, undefined],
    ]);
    const text = "0123456789abcdefghi".repeat(54).slice(0, 1_024);
    for (const error of errors) {
      expect(error).toMatchObject({ truncated: true, message: text });
      const { messageLength: length, messageHash: hash } = error;
      expect(error.fields.s).toEqual({ text, length, ...(hash ? { hash } : {}) });
    }
  });

  test("as much of a text is kept as was asked for", async () => {
    const errors = madeErrors((await trace("long", "--text-bytes", "4096")).events).map(
      (event) => event.error,
    );
    expect(errors.map(({ message, truncated }) => [message.length, truncated])).toEqual([
      [1_025, false],
      [1_028, false],
      [1_032, false],
      [1_055, false],
      ...Array(4).fill([4_096, true]),
    ]);
  });

  test("bytes that are no text are shown safely and kept", async () => {
    expect((await last("binary")).error).toMatchObject({
      message: "caf\ufffd \ufffd\0 end",
      messageHex: "636166e920ff0020656e64",
      messageLength: 11,
    });
  });

  test.each([
    ["gone", /^memory at 0x[0-9a-f]+000 unreadable$/], // the whole text
    ["edge", /^memory at 0x[0-9a-f]+ffb unreadable$/], // its second half
    ["hole", /^memory at 0x[0-9a-f]+000 unreadable$/], // the error itself
    ["half", /^memory at 0x[0-9a-f]+000 unreadable$/], // its second half
  ])("memory that can't be read (%s) marks the field, and loses nothing else", async (name, reason) => {
    const event = await last(name);
    expect(event.error).toMatchObject({ type: "*main.text", messageFrom: "fields", typedNil: false });
    expect(event.error.fields).toEqual({ s: { unreadable: expect.stringMatching(reason) } });
    expect(event.site.function).toMatch(/^main\./);
    expect(event.stack.at(-1)!.function).toBe("runtime.goexit");
  });

  test("a list that can't be read to its end has the causes before that", async () => {
    const { error } = await last("torn");
    expect(error.causes.map((cause) => cause.error.message)).toEqual(["first", "second"]);
    expect(error).toMatchObject({ type: "*main.list", message: "a list" });
    expect(error.notes).toEqual(["1 of its causes not followed: memory that can't be read"]);
  });

  test("an error at an odd address, and one whose fields lie far behind its beginning, are whole", async () => {
    expect((await last("odd")).error).toMatchObject({ message: "at an odd address", messageFrom: "field" });
    expect((await last("far")).error).toMatchObject({
      message: "from afar",
      fields: { name: "from afar" },
      causes: [{ via: "unwrap", field: "cause", error: { message: "the cause" } }],
    });
  });

  test("a nil pointer in an error is named", async () => {
    const event = await last("nil");
    expect(event).toMatchObject({ traps: ["typed-nil"], site: { op: "convert", function: "main.main" } });
    expect(event.error).toMatchObject({ type: "*main.text", typedNil: true });
  });

  /**
   * Runs a case that floods, with `stopped` standing still meanwhile.
   * @returns the account, and the errors of a type, of which the program makes `total`.
   */
  const flood = async (name: string, type: string, stopped: (tracing: Program) => number) => {
    const tracing = new Program(errscope("run", "--json", "--", program(), name));
    try {
      const [, pid] = await tracing.waitFor(/attached to (\d+)/);
      await tracing.waitFor(/^ready$/m);
      const still = stopped(tracing);
      process.kill(still, "SIGSTOP");
      process.kill(Number(pid), "SIGUSR1");
      await tracing.waitFor(/^done$/m);
      process.kill(still, "SIGCONT");
      const result = await tracing.ended;
      expect(result.status).toBe(0);
      const account = /(\d+) made = (\d+) shown \+ (\d+) sampled \+ (\d+) lost/.exec(result.stderr)!;
      const [made, shown, sampled, lost] = account.slice(1).map(Number) as [number, number, number, number];
      expect(made).toBe(shown + sampled + lost);
      const events = parseEvents(result.stdout);
      const lines = madeErrors(events).filter((event) => event.error.type === type);
      // what is neither shown nor of this type is nothing: the other few errors are all shown
      return { missing: sampled + lost, sampled, lost, events, lines };
    } finally {
      await tracing.stop("SIGKILL");
    }
  };

  test("a server that stands still for a while loses nothing: every error is shown or counted", async () => {
    const { missing, lost, lines } = await flood("many", "*main.text", (tracing) => tracing.pid);
    expect(lost).toBe(0);
    expect(lines.length + missing).toBe(400_000);
    expect(lines.length).toBeGreaterThanOrEqual(5_000);
    // each line stands for itself and those left out since the line before
    const stoodFor = lines.reduce((sum, event) => sum + event.sampled, 0);
    expect(stoodFor).toBeGreaterThan(5_000);
    expect(stoodFor).toBeLessThanOrEqual(400_000);
  });

  test("a tracer that stands still loses what the kernel has no room for, and tells how many", async () => {
    const tracer = (tracing: Program) => tracersOf(tracing.pid)[0]!;
    const { lost, sampled, events, lines } = await flood("heavy", "*main.list", tracer);
    expect(sampled).toBe(0);
    expect(lost).toBeGreaterThan(0);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length + lost).toBe(400);
    // what came is whole, or says that it isn't: there's memory for four long lists at once
    for (const { error } of lines) {
      const left = 1_000 - error.causes.length;
      const notes = left === 0 ? undefined : [expect.stringMatching(`^${left} of its causes not followed: `)];
      expect(error.notes).toEqual(notes);
    }
    const told = eventsOf(events, "lost").filter((event) => event.where.startsWith("main.main"));
    expect(told.reduce((sum, event) => sum + event.count, 0)).toBe(lost);
    expect(new Set(told.map((event) => event.why))).toEqual(new Set(["the kernel's ring buffer was full"]));
  });
});

function depth(error: ErrorValue): number {
  let found = 0;
  for (let at = error; at.causes[0]; at = at.causes[0].error) found++;
  return found;
}

function deepest(error: ErrorValue): ErrorValue {
  let at = error;
  while (at.causes[0]) at = at.causes[0].error;
  return at;
}
