/** Causes of cancelled contexts that the errors which come of them don't carry, told exactly: nothing missing, nothing extra. */
import { describe, expect, test } from "vitest";
import { storiesFor } from "../go/contexts/truth.ts";
import { buildGo, errscope, parseEvents, run, storyLine } from "../support/index.ts";

const builds = [
  { go: "1.22.0", form: "stripped" },
  { go: "1.24.0", form: "stripped" },
  { go: "1.25.0", form: "stripped" },
  { go: "1.26.8", form: "plain" },
  { go: "1.26.8", form: "pie-stripped" },
  { go: "1.27.1", form: "stripped" },
  { go: "1.27.1", form: "pie" },
] as const;

describe.each(builds)("contexts, go$go $form", ({ go, form }) => {
  test("every case", async () => {
    const program = buildGo({ dir: "tests/go/contexts", go, form });
    const stories = storiesFor(go);
    const result = await run(errscope("run", "--json", "--", program, ...Object.keys(stories)));
    expect(result.status, result.stderr).toBe(0);
    const events = parseEvents(result.stdout).filter((event) => !("init" in event && event.init));
    expect(events.flatMap((event) => storyLine(event) ?? [])).toEqual(Object.values(stories).flat());
  });
});
