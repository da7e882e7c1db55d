/** Package-level errors: each use is seen where it is, what only compares with them isn't. */
import { describe, expect, test } from "vitest";
import type { ErrorEvent } from "../../server/events/index.ts";
import { buildGo, errscope, eventsOf, madeErrors, parseEvents, run } from "../support/index.ts";

const builds = [
  { go: "1.20.14", form: "stripped" },
  { go: "1.24.0", form: "plain" },
  { go: "1.26.8", form: "plain" },
  { go: "1.26.8", form: "stripped" },
  { go: "1.27.1", form: "stripped" },
  { go: "1.27.1", form: "pie" },
] as const;

/** By hand from tests/go/sentinels/main.go: function, line, type, message. */
const USES = [
  ["main.find", 27, "*errors.errorString", "not found"],
  ["main.mixed", 38, "*main.busy", "busy 3"],
  ["main.mixed", 42, "*errors.errorString", "dynamic 1"],
  ["main.mixed", 44, "*errors.errorString", "not found"],
  ["main.mixed", 46, "*errors.errorString", "EOF"],
  ["main.deferred.func1", 61, "*main.busy", "busy 3"],
  ["main.hold", 68, "*errors.errorString", "unexpected EOF"],
];
const place = (event: ErrorEvent) => [
  event.site.function,
  event.site.line,
  event.error.type,
  event.error.message,
];

describe.each(builds)("sentinels, go$go $form", ({ go, form }) => {
  let traced: Promise<ErrorEvent[]> | undefined;
  const errors = () => {
    traced ??= (async () => {
      const result = await run(
        errscope("run", "--json", "--", buildGo({ dir: "tests/go/sentinels", go, form })),
      );
      expect(result.status, result.stderr).toBe(0);
      return eventsOf(parseEvents(result.stdout), "error").filter((event) => !event.init);
    })();
    return traced;
  };

  test("these uses, in this order, and no other", async () => {
    const uses = (await errors()).filter((event) => event.site.op === "sentinel");
    // A use inside the standard library that is inlined into main counts as main's or not, as the compiler notes its line.
    expect(uses.filter((event) => event.site.function !== "main.main").map(place)).toEqual(USES);
    expect(uses.every((event) => !event.made)).toBe(true);
  });

  test("the same value has the same id everywhere", async () => {
    const ids = new Map<string, Set<string>>();
    for (const { error } of await errors()) {
      ids.set(error.message, (ids.get(error.message) ?? new Set()).add(error.id));
    }
    for (const message of ["not found", "busy 3", "dynamic 1", "EOF"])
      expect(ids.get(message)?.size, message).toBe(1);
  });

  test("what is made here is made, what wraps one has it as its cause", async () => {
    const made = madeErrors(await errors());
    expect(made.map(place)).toEqual([
      ["main.mixed", 40, "*errors.errorString", "made here"],
      ["main.mixed", 44, "*fmt.wrapError", "wrapped: not found"],
    ]);
    const used = (await errors()).find((event) => event.site.line === 27)!;
    expect(made[1]!.error.causes[0]!.error.id).toBe(used.error.id);
  });

  test("--sentinels off leaves them out", async () => {
    const program = buildGo({ dir: "tests/go/sentinels", go, form });
    const result = await run(errscope("run", "--json", "--sentinels", "off", "--", program));
    const events = eventsOf(parseEvents(result.stdout), "error");
    expect(events.filter((event) => event.site.op === "sentinel")).toEqual([]);
    expect(madeErrors(events).length).toBe(2);
  });
});
