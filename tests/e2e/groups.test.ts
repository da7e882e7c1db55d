/** Errors that an errgroup.Group drops because it keeps another, told exactly: nothing missing, nothing extra. */
import { describe, expect, test } from "vitest";
import { stories } from "../go/groups/truth.ts";
import { buildGo, errscope, eventsOf, parseEvents, run, storyLine } from "../support/index.ts";

const builds = [
  { go: "1.20.14", form: "stripped" },
  { go: "1.23.12", form: "pie" },
  { go: "1.25.0", form: "stripped" },
  { go: "1.26.8", form: "stripped" },
  { go: "1.27.1", form: "plain" },
  { go: "1.27.1", form: "pie-stripped" },
] as const;

describe.each(builds)("groups, go$go $form", ({ go, form }) => {
  test("every case", async () => {
    const program = buildGo({ dir: "tests/go/groups", go, form });
    const result = await run(errscope("run", "--json", "--", program, ...Object.keys(stories)));
    expect(result.status, result.stderr).toBe(0);
    const events = parseEvents(result.stdout).filter((event) => !("init" in event && event.init));
    expect(events.flatMap((event) => storyLine(event) ?? [])).toEqual(Object.values(stories).flat());
    // the error that is kept is told by the id that it was made with
    const made = new Map(eventsOf(events, "error").map(({ error }) => [error.message, error.id]));
    for (const { kept } of eventsOf(events, "error")) if (kept) expect(made.get(kept.message)).toBe(kept.id);
  });
});
