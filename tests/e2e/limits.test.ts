/** Errors at the edges of what is captured: shown whole, or cut and said so; and nothing lost silently. */
import { describe, expect, test } from "vitest";
import type { ErrorEvent, ErrorValue } from "../../server/events/index.ts";
import { buildGo, errscope, eventsOf, madeErrors, Program, parseEvents, run } from "../support/index.ts";

const builds = [
  { go: "1.26.8", form: "plain" },
  { go: "1.27.1", form: "pie-stripped" },
] as const;

describe.each(builds)("limits, go$go $form", ({ go, form }) => {
  const program = () => buildGo({ dir: "tests/go/limits", go, form });
  const trace = async (name: string) => {
    const result = await run(errscope("run", "--json", "--", program(), name));
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

  test("a join has its 12,000 causes", async () => {
    const { error } = await last("join");
    expect(error.type).toBe("*errors.joinError");
    expect(error.causes.map((cause) => cause.error.message)).toEqual(
      Array.from({ length: 12_000 }, (_, i) => `child ${i}`),
    );
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

  test("a text of a megabyte is cut, with its true length", async () => {
    const { error } = await last("long");
    expect(error).toMatchObject({ truncated: true, messageLength: 1 << 20 });
    expect("0123456789abcdef".repeat(64)).toBe(error.message);
  });

  test("bytes that are no text are shown safely and kept", async () => {
    expect((await last("binary")).error).toMatchObject({
      message: "caf\ufffd \ufffd\0 end",
      messageHex: "636166e920ff0020656e64",
      messageLength: 11,
    });
  });

  test.each(["gone", "edge"])(
    "memory that can't be read (%s) marks the field, and loses nothing else",
    async (name) => {
      const event = await last(name);
      expect(event.error).toMatchObject({ type: "*main.text", messageFrom: "fields" });
      expect(event.error.fields.s).toMatchObject({
        unreadable: expect.stringMatching(/^memory at 0x[0-9a-f]+ unreadable$/),
      });
      expect(event.stack.some((frame) => frame.function === "main.main")).toBe(true);
    },
  );

  test("a nil pointer in an error is named", async () => {
    const event = await last("nil");
    expect(event).toMatchObject({ traps: ["typed-nil"], site: { op: "convert", function: "main.main" } });
    expect(event.error).toMatchObject({ type: "*main.text", typedNil: true });
  });

  test("a server that stands still for a while loses nothing: every error is shown or counted", async () => {
    const tracing = new Program(errscope("run", "--json", "--", program(), "many"));
    try {
      await tracing.waitFor(/attached to/);
      tracing.child.kill("SIGSTOP");
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      tracing.child.kill("SIGCONT");
      const result = await tracing.ended;
      const account = /(\d+) made = (\d+) shown \+ (\d+) sampled \+ (\d+) lost/.exec(result.stderr)!;
      const [made, shown, sampled, lost] = account.slice(1).map(Number) as [number, number, number, number];
      expect(made).toBe(shown + sampled + lost);
      expect(lost).toBe(0);
      const ours = madeErrors(parseEvents(result.stdout)).filter(
        (event) => event.error.type === "*main.text",
      );
      // What a line stands for, and what came after the last line, is all that there was.
      const stoodFor = ours.reduce((sum, event) => sum + event.sampled, 0);
      expect(ours.length).toBeGreaterThanOrEqual(5_000);
      expect(stoodFor).toBeLessThanOrEqual(200_000);
      expect(made).toBeGreaterThanOrEqual(200_000);
    } finally {
      await tracing.stop("SIGKILL");
    }
  });
});

function depth(error: ErrorValue): number {
  let found = 0;
  for (let at = error; at.causes[0]; at = at.causes[0].error) found++;
  return found;
}
