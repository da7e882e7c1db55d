/** The bar of the whole project: twelve known errors in, exactly these twelve out, whatever the build. */
import { describe, expect, test } from "vitest";
import type { Event } from "../../server/events/index.ts";
import { errors, panics, status } from "../go/twelve/truth.ts";
import {
  buildGo,
  chainOf,
  errscope,
  eventsOf,
  type GoForm,
  type GoVersion,
  madeErrors,
  parseEvents,
  type RunResult,
  run,
} from "../support/index.ts";

const all: readonly GoForm[] = ["plain", "stripped", "pie", "pie-stripped"];
const matrix: readonly (readonly [GoVersion, readonly GoForm[]])[] = [
  ["1.20.14", ["plain", "stripped"]],
  ["1.24.0", ["plain", "stripped"]],
  ["1.26.8", all],
  ["1.27.1", all],
];
const builds = matrix.flatMap(([go, forms]) => forms.map((form) => ({ go, form })));

describe.each(builds)("twelve, go$go $form", ({ go, form }) => {
  const traced = once(async () => {
    const program = buildGo({ dir: "tests/go/twelve", go, form });
    const result = await run(errscope("run", "--json", "--", program));
    return { result, events: parseEvents(result.stdout) };
  });

  test("ends with the program's own status", async () => {
    const { result, events } = await traced();
    expect(result, result.stderr).toMatchObject<Partial<RunResult>>({ status, signal: null });
    expect(eventsOf(events, "exit")).toMatchObject([{ code: status, signal: null }]);
  });

  test("prints these twelve errors and no other", async () => {
    const { events } = await traced();
    expect(madeErrors(events).map((event) => chainOf(event.error))).toEqual(
      errors.map(({ type, message, causes }) => ({ type, message, ...(causes ? { causes } : {}) })),
    );
    expect(eventsOf(events, "lost")).toEqual([]);
  });

  test.each(errors)("$id: where it was made", async (truth) => {
    const event = await one(traced(), truth.type, truth.message);
    expect(event.site).toMatchObject({
      op: truth.op,
      function: truth.function,
      line: truth.line,
      package: "main",
      inlined: truth.inlined ?? false,
    });
    expect(event.site.file).toMatch(/twelve\/main\.go$/);
    expect(event.error.fields).toMatchObject(truth.fields);
    expect(event.error).toMatchObject({
      typedNil: false,
      truncated: false,
      messageLength: truth.message.length,
    });
  });

  test.each(errors)("$id: on which stack and goroutine", async (truth) => {
    const event = await one(traced(), truth.type, truth.message);
    expect(event.stackNote).toBeUndefined();
    // The compiler puts a function of its own around `go f(x)`: func1 up to Go 1.21, gowrap1 from 1.22 on.
    const own = event.stack.filter((frame) =>
      /^main\.(?!inGoroutine\.(func|gowrap)\d+$)/.test(frame.function),
    );
    expect(own.map((frame) => frame.function)).toEqual(
      truth.stack.map((frame) => (typeof frame === "string" ? frame : frame[0])),
    );
    for (const [index, frame] of truth.stack.entries()) {
      if (typeof frame !== "string") expect(own[index]!.line, frame[0]).toBe(frame[1]);
    }
    if (truth.createdBy === undefined) {
      expect(event.goroutine).toMatchObject({ id: 1 });
      expect(event.stack.some((frame) => frame.function === "runtime.main")).toBe(true);
    } else {
      // g.parentGoid is there since Go 1.21.
      expect(event.goroutine).toMatchObject({
        createdBy: truth.createdBy,
        parent: go === "1.20.14" ? null : 1,
      });
      expect(event.goroutine!.id).toBeGreaterThan(1);
    }
  });

  test("both panics, each with its recover", async () => {
    const { events } = await traced();
    const seen = eventsOf(events, "panic");
    expect(seen.map((event) => ({ function: event.site.function, line: event.site.line }))).toEqual(
      panics.map((truth) => ({ function: truth.function, line: truth.line })),
    );
    expect(seen.map(({ value }) => ("error" in value ? { error: chainOf(value.error) } : value))).toEqual(
      panics.map((truth) =>
        "error" in truth ? { error: truth.error } : { type: truth.type, text: truth.text },
      ),
    );
    expect(eventsOf(events, "recover").map((event) => event.panic)).toEqual(seen.map((event) => event.id));
  });

  test("a value keeps its identity from the panic and the chains that hold it", async () => {
    const { events } = await traced();
    const made = new Map(madeErrors(events).map((event) => [event.error.message, event.error]));
    const batch = made.get("nightly failed in part")!;
    expect(made.get("nothing in index: nightly failed in part")!.causes[0]!.error.id).toBe(batch.id);
    expect(batch.causes[0]!.error.id).toBe(made.get("read /srv/data: EOF")!.id);
  });
});

async function one(traced: Promise<{ events: Event[] }>, type: string, message: string) {
  const made = madeErrors((await traced).events);
  const found = made.filter((event) => event.error.type === type && event.error.message === message);
  expect(
    found,
    `among ${made.map((event) => `${event.error.type} ${event.error.message}`).join(" | ")}`,
  ).toHaveLength(1);
  return found[0]!;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
