/** Attaching to what runs already, and leaving nothing behind however it ends. */
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ErrorEvent } from "../../server/events/index.ts";
import {
  buildGo,
  errscope,
  eventsOf,
  eventsSoFar,
  isAlive,
  isProbed,
  madeErrors,
  type Program,
  Programs,
  parseEvents,
  run,
  tracersOf,
  until,
} from "../support/index.ts";

const beat = buildGo({ dir: "tests/go/beat", go: "1.26.8", form: "stripped" });
const programs = new Programs();
const start = (...argv: string[]) => programs.start(argv);
async function target(): Promise<Program> {
  const program = start(beat);
  await program.waitFor(/beating/);
  return program;
}
/** The probed instruction of main.miss; the program isn't position-independent, so that it's where the file says. */
let site = 0;
beforeAll(async () => {
  const { sites } = JSON.parse((await run(errscope("inspect", "--json", "--sites", beat))).stdout);
  site = Number(sites.list.find((one: { function: string }) => one.function === "main.miss").pc);
});
afterEach(() => programs.end());

/** Proof that a process goes on as before: it still makes errors, and ends by its own handling of SIGTERM. */
async function isUntouched(program: Program): Promise<void> {
  await until("its instructions are its own again", () => !isProbed(program.pid, site));
  const { status, stdout } = await program.stop("SIGTERM");
  expect(status).toBe(5);
  expect(stdout).toMatch(/missed \d+/);
}
const missed = (stdout: string) =>
  (eventsSoFar(stdout).filter((e) => e.kind === "error") as ErrorEvent[]).filter(
    (event) => event.error.type === "*main.Missed",
  );

describe("attach --pid", () => {
  test("gets the errors of a running program; Ctrl-C detaches and ends with 0", async () => {
    const program = await target();
    const traced = start(...errscope("attach", "--pid", String(program.pid), "--json"));
    await until("three errors came", () => missed(traced.stdout).length >= 3);
    expect(isProbed(program.pid, site)).toBe(true);
    const { status, stdout } = await traced.stop("SIGINT");
    expect(status).toBe(0);
    const events = missed(stdout);
    const beats = events.map((event) => event.error.fields.Beat as number);
    expect(beats).toEqual(beats.map((_, i) => (beats[0] as number) + i));
    expect(events[0]).toMatchObject({
      made: true,
      process: { pid: program.pid },
      site: { function: "main.miss", op: "new" },
      error: { message: `missed beat ${beats[0]}` },
      goroutine: { id: 1 },
    });
    await isUntouched(program);
  });

  test("ends with 0 when the program has ended, and tells how it did", async () => {
    const program = await target();
    const traced = start(...errscope("attach", "--pid", String(program.pid), "--json"));
    await until("an error came", () => missed(traced.stdout).length >= 1);
    program.child.kill("SIGKILL");
    const { status, stdout } = await traced.ended;
    expect(status).toBe(0);
    expect(eventsOf(parseEvents(stdout), "exit")).toMatchObject([
      { code: null, signal: "SIGKILL", process: { pid: program.pid } },
    ]);
  });

  test("a killed tracer leaves no probe and the program alive; errscope says so and ends with 1", async () => {
    const program = await target();
    const traced = start(...errscope("attach", "--pid", String(program.pid), "--json"));
    await until("an error came", () => missed(traced.stdout).length >= 1);
    const [tracer] = tracersOf(traced.pid);
    process.kill(tracer!, "SIGKILL");
    const { status, stderr } = await traced.ended;
    expect(status).toBe(1);
    expect(stderr).toContain("tracing has ended");
    await isUntouched(program);
  });

  test("a killed errscope leaves no probe and the program alive", async () => {
    const program = await target();
    const traced = start(...errscope("attach", "--pid", String(program.pid), "--json"));
    await until("an error came", () => missed(traced.stdout).length >= 1);
    const [tracer] = tracersOf(traced.pid);
    await traced.stop("SIGKILL");
    await until("the tracer ends", () => !isAlive(tracer!));
    await isUntouched(program);
  });

  test("--duration detaches by itself", async () => {
    const program = await target();
    const { status } = await run(
      errscope("attach", "--pid", String(program.pid), "--json", "--duration", "1s"),
    );
    expect(status).toBe(0);
    await isUntouched(program);
  });
});

describe.each([
  ["--exe", beat],
  ["--name", "bea?"],
])("attach %s", (flag, value) => {
  test("traces what runs and, from its first error, what starts later", async () => {
    const first = await target();
    const traced = start(...errscope("attach", flag, value, "--json"));
    await until("an error of the first came", () => missed(traced.stdout).length >= 1);
    const second = await target();
    const ofSecond = () => missed(traced.stdout).filter((event) => event.process.pid === second.pid);
    await until("errors of the second came", () => ofSecond().length >= 2);
    expect(ofSecond()[0]!.error.fields.Beat).toBe(1);
    const third = await target();
    await until("an error of the third came", () =>
      missed(traced.stdout).some((event) => event.process.pid === third.pid),
    );
    await third.stop("SIGTERM");
    const ends = () => eventsOf(eventsSoFar(traced.stdout), "exit");
    await until("the end of the third came", () => ends().length > 0);
    expect(ends()).toMatchObject([{ process: { pid: third.pid }, code: 5 }]);
    expect((await traced.stop("SIGINT")).status).toBe(0);
    await isUntouched(first);
    await isUntouched(second);
  });
});

describe("run", () => {
  test("every hit is accounted for in a hot loop: made = shown + sampled + lost", async () => {
    const traced = await run(errscope("run", "--json", "--", beat, "-hot", "400000"), { timeoutMs: 120_000 });
    expect(traced.status).toBe(0);
    expect(traced.stderr).toContain("made 400000");
    const events = parseEvents(traced.stdout);
    const hot = madeErrors(events).filter((event) => event.site.function === "main.hot");
    const lost = eventsOf(events, "lost").reduce((sum, event) => sum + event.count, 0);
    const total = /(\d+) made = (\d+) shown \+ (\d+) sampled \+ (\d+) lost/.exec(traced.stderr);
    expect(total, traced.stderr).not.toBeNull();
    const [made, shown, sampled, missing] = total!.slice(1).map(Number) as [number, number, number, number];
    expect(made).toBe(shown + sampled + missing);
    expect(made).toBeGreaterThanOrEqual(400_000);
    expect(missing).toBe(lost);
    expect(hot.length).toBeGreaterThan(0);
    expect(hot.length).toBeLessThanOrEqual(shown);
    expect(made - 400_000).toBe(shown - hot.length);
  });

  test("its own signals go to the program, whose handling decides", async () => {
    const traced = start(...errscope("run", "--json", "--", beat));
    await until("an error came", () => missed(traced.stdout).length >= 1);
    const { status, stderr } = await traced.stop("SIGTERM");
    expect(status).toBe(5);
    expect(stderr).toMatch(/missed \d+/);
  });
});
