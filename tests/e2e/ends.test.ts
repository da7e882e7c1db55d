/** Signals: what a thread could not reach, who killed the program; and what memory, on a disk or collected, did to a deadline. */
import { rmdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  buildGo,
  errscope,
  eventsOf,
  limitedGroup,
  madeErrors,
  Program,
  parseEvents,
  run,
  tempDir,
} from "../support/index.ts";

const builds = [
  { go: "1.20.14", form: "stripped" },
  { go: "1.26.8", form: "plain" },
  { go: "1.27.1", form: "pie-stripped" },
] as const;

/** For how long tests/go/ends reads pages. */
const READING_NS = 500e6;

describe.each(builds)("ends, go$go $form", ({ go, form }) => {
  const program = () => buildGo({ dir: "tests/go/ends", go, form });
  const trace = async (args: string[], env: Record<string, string> = {}) => {
    const result = await run(errscope("run", "--json", "--", program(), ...args), { env });
    return { ...result, events: parseEvents(result.stdout) };
  };

  test("a nil pointer that was followed, and memory that isn't there, are told with the address", async () => {
    const [nil] = eventsOf((await trace(["nil"])).events, "panic");
    // the field is 104 bytes into the struct
    expect(nil!.fault).toEqual({ signal: "SIGSEGV", code: "SEGV_MAPERR", address: "0x68" });
    const [unmapped] = eventsOf((await trace(["unmapped"])).events, "panic");
    expect(unmapped!.fault).toEqual({ signal: "SIGSEGV", code: "SEGV_MAPERR", address: "0x7fff00000123" });
    const [wild] = eventsOf((await trace(["wild"])).events, "panic");
    expect(wild!.fault).toEqual({ signal: "SIGSEGV", code: "SI_KERNEL", address: null });
    const { events } = await trace(["segv"]);
    // what the runtime makes of it, not a panic
    expect(eventsOf(events, "panic")).toEqual([]);
    const [fatal] = eventsOf(events, "fatal");
    expect(fatal!.fault).toEqual({ signal: "SIGSEGV", code: "SEGV_MAPERR", address: "0x7fff00000123" });
  });

  test("who killed the program", async () => {
    const traced = new Program(errscope("run", "--json", "--", program(), "killed"));
    await traced.waitFor(/^ready$/m);
    const attach = eventsOf(parseEvents(traced.stdout), "attach")[0]!;
    process.kill(attach.process.pid, "SIGKILL");
    const { stdout } = await traced.ended;
    const [exit] = eventsOf(parseEvents(stdout), "exit");
    expect(exit).toMatchObject({ code: null, signal: "SIGKILL" });
    expect(exit!.signalFrom).toMatchObject({ kind: "process", pid: process.pid });
  });

  const group = limitedGroup(
    "memory",
    ["memory.limit_in_bytes", String(100 << 20)],
    ["memory.max", String(100 << 20)],
  );
  test.runIf(group !== null)("the OOM killer", async () => {
    try {
      const { events } = await trace(["memory"], { CGROUP: group! });
      const [exit] = eventsOf(events, "exit");
      expect(exit).toMatchObject({ signal: "SIGKILL", signalFrom: { kind: "oom-killer" } });
    } finally {
      rmdirSync(group!);
    }
  });

  test("a deadline missed for the garbage collector", async () => {
    const { events } = await trace(["collector"]);
    const event = madeErrors(events).findLast(({ error }) => error.message.startsWith("work: "))!;
    expect(event.kernel!.gc!.cycles).toBeGreaterThan(2);
    const { explanation, runqueueDelayNs, windowNs } = event.kernel!;
    // where the machine is busy with other things, these are the better reason
    const busy = runqueueDelayNs! > windowNs! * 0.1;
    expect(explanation).toMatch(
      busy ? /garbage collector was at work|for a processor/ : /^The garbage collector was at work for/,
    );
  });

  test("page faults that waited for a disk", async (context) => {
    const { events, stderr } = await trace(["disk", join(tempDir("disk"), "file")]);
    const major = Number(/^major faults: (\d+)/m.exec(stderr)![1]);
    if (major < 100)
      return context.skip(
        `${major} major faults: the file system is in memory, or its disk too slow to tell`,
      );
    const event = madeErrors(events).findLast(({ error }) => error.message.startsWith("touch: "))!;
    const { pauses, pageFaultNs, windowNs } = event.kernel!;
    const faults = pauses!.filter((pause) => pause.what === "page-fault");
    expect(pageFaultNs).toBeGreaterThan(0);
    expect(pageFaultNs).toBeLessThanOrEqual(windowNs!);
    // many in each: else 32 of them would be all that is kept
    expect(faults.some((pause) => pause.times !== undefined)).toBe(true);
    const times = faults.reduce((sum, pause) => sum + (pause.times ?? 1), 0);
    const share = Math.min(1, windowNs! / READING_NS);
    expect(times).toBeGreaterThan((major * share) / 4);
  });
});
