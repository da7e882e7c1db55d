/** Missed deadlines, each with the reason that was there; and none where there was no deadline. */
import { rmdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { buildGo, errscope, limitedGroup, madeErrors, parseEvents, run } from "../support/index.ts";

const builds = [
  { go: "1.20.14", form: "stripped" },
  { go: "1.26.8", form: "plain" },
  { go: "1.27.1", form: "pie-stripped" },
] as const;

/** By hand: what each case of tests/go/deadlines waits for or lacks. */
const REASONS = {
  peer: { lastWait: "IO wait", explanation: /waited for the network or a pipe \(IO wait\)/ },
  lock: { lastWait: "sync.Mutex.Lock", explanation: /waited for a sync\.Mutex that another goroutine held/ },
  channel: { lastWait: "select", explanation: /waited for channels in a select/ },
  starved: { explanation: /ready to run, but waited [\d.]+ m?s of the last [\d.]+ m?s for a processor/ },
} as const;

describe.each(builds)("deadlines, go$go $form", ({ go, form }) => {
  const trace = async (name: string, env: Record<string, string> = {}) => {
    const program = buildGo({ dir: "tests/go/deadlines", go, form });
    const result = await run(errscope("run", "--json", "--", program, name), { env });
    expect(result.status, result.stderr).toBe(0);
    const message = new RegExp(`^${name}: (.*)$`, "m").exec(result.stderr)![1];
    const made = madeErrors(parseEvents(result.stdout));
    expect(
      made.map((event) => event.error.message),
      result.stderr,
    ).toContain(message);
    return made.findLast((event) => event.error.message === message)!;
  };

  test.each(Object.entries(REASONS))("%s", async (name, reason) => {
    const event = await trace(name);
    expect(event.kernel!.explanation).toMatch(reason.explanation);
    if ("lastWait" in reason) expect(event.goroutine).toMatchObject({ lastWait: reason.lastWait });
    expect(event.kernel!.windowNs).toBeGreaterThan(0);
    // asleep is always in some call
    for (const { what, syscall } of event.kernel!.pauses!)
      expect(syscall).toEqual(what === "blocked" ? expect.stringMatching(/^[a-z]\w+$/) : undefined);
  });

  test("an error that no deadline made has no such explanation", async () => {
    const event = await trace("none");
    expect(event.goroutine).toMatchObject({ lastWait: "sleep" });
    expect(event).not.toHaveProperty("kernel");
  });

  // a tenth of a processor
  const group = limitedGroup("cpu", ["cpu.cfs_quota_us", "10000"], ["cpu.max", "10000 100000"]);
  // Some containers have no writable cgroup file system.
  test.runIf(group !== null)("quota", async () => {
    try {
      const event = await trace("quota", { CGROUP: group! });
      expect(event.kernel!.explanation).toMatch(
        /^The CPU quota of its cgroup kept its tasks from running for [\d.]+ m?s\.$/,
      );
    } finally {
      rmdirSync(group!);
    }
  });
});
