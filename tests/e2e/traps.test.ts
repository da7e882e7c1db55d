/** What catches people who program in Go, each case told exactly: nothing missing, nothing extra, whatever the build. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Event } from "../../server/events/index.ts";
import { casesFor, endings, storyFor } from "../go/traps/truth.ts";
import {
  buildGo,
  errscope,
  eventsOf,
  Program,
  parseEvents,
  repoRoot,
  run,
  storyLine,
  storyOf,
  valuesOf,
} from "../support/index.ts";

const builds = [
  { go: "1.20.14", form: "stripped" },
  { go: "1.22.0", form: "stripped" },
  { go: "1.23.12", form: "pie" },
  { go: "1.25.0", form: "stripped" },
  { go: "1.26.8", form: "plain" },
  { go: "1.26.8", form: "stripped" },
  { go: "1.26.8", form: "pie-stripped" },
  { go: "1.27.1", form: "plain" },
  { go: "1.27.1", form: "stripped" },
  { go: "1.27.1", form: "pie" },
] as const;
type Build = (typeof builds)[number];

// Without cgo, whose threads keep the runtime from seeing a deadlock.
const programOf = ({ go, form }: Build) =>
  buildGo({ dir: "tests/go/traps", go, form, env: { CGO_ENABLED: "0" } });

async function trace(build: Build, ...cases: string[]) {
  const result = await run(errscope("run", "--json", "--", programOf(build), ...cases));
  const events = parseEvents(result.stdout).filter((event) => !("init" in event && event.init));
  return { result, events };
}

describe.each(builds)("traps, go$go $form", (build) => {
  let all: Promise<Event[]> | undefined;
  const told = () => {
    all ??= trace(build, ...casesFor(build.go)).then(({ result, events }) => {
      expect(result.status, result.stderr).toBe(0);
      return events;
    });
    return all;
  };

  test.each(casesFor(build.go))("%s", async (name) => {
    expect(storyOf(await told(), `main.${name}`)).toEqual(storyFor(name, build.go));
  });

  test("an error is one value wherever it is seen, and an address given anew is another", async () => {
    const values = (await told()).flatMap(valuesOf);
    const ids = (message: string) => new Set(values.flatMap((v) => (v.message === message ? v.id : [])));
    for (const message of ["pointer same", "pointer sent", "pointer worker 0", "pointer again"]) {
      expect(ids(message).size, message).toBe(1);
    }
    const shortLived = [0, 1, 2].flatMap((i) => [...ids(`pointer short-lived ${i}`)]);
    expect(new Set(shortLived).size).toBe(3);
  });

  test("who lets an error go, is in the line that says so", async () => {
    const linesOf = (file: string) =>
      readFileSync(join(repoRoot, "tests/go/traps", file), "utf8").split("\n");
    const lines = new Map(["swallowed.go", "panics.go"].map((file) => [file, linesOf(file)]));
    const places = (await told()).flatMap((event) =>
      "swallowed" in event && event.swallowed ? [event.swallowed] : [],
    );
    const own = places.filter(({ file }) => lines.has(basename(file)));
    expect(own.length).toBeGreaterThan(25);
    for (const { or, ...by } of own) {
      const told = [by, ...(or ? [or] : [])].map(({ file, line }) => lines.get(basename(file))?.[line - 1]);
      expect(
        told.some((line) => line?.includes("// lets it go")),
        told.join("\n"),
      ).toBe(true);
    }
  });

  test("an error that is put into an any is the same wherever it's seen", async () => {
    const values = (await told()).flatMap(valuesOf);
    const messages = ["printed as any", "lost as any", "panicked as any", "held at birth", "held twice"];
    if (build.go >= "1.21") messages.push("slogged as any");
    for (const message of ["only printed", "only panicked", ...messages.map((name) => `pointer ${name}`)]) {
      const ids = values.flatMap((value) => (value.message === message ? value.id : []));
      expect(new Set(ids).size, message).toBe(1);
      expect(ids.length, message).toBeGreaterThan(1);
    }
  });

  test("nothing is lost", async () => {
    expect(eventsOf(await told(), "lost")).toEqual([]);
  });
});

describe.each(
  builds.filter(({ form, go }) => form === (go === "1.26.8" ? "plain" : "stripped") && go >= "1.26"),
)("endings, go$go $form", (build) => {
  test.each(Object.entries(endings))("%s", async (name, { story, code, by, inFlight }) => {
    const { result, events } = await trace(build, name);
    expect(result.status).toBe(code);
    expect(storyOf(events, `main.${name}`)).toEqual(story);
    const [exit] = eventsOf(events, "exit");
    expect(exit).toMatchObject({ code, signal: null });
    expect(exit!.site?.function ?? null).toBe(by);
    const messages = events.flatMap(valuesOf).filter((value) => exit!.inFlight.includes(value.id));
    expect([...new Set(messages.map((value) => value.message))]).toEqual(inFlight === null ? [] : [inFlight]);
  });

  test.each([
    ["deadlock", "all goroutines are asleep - deadlock!"],
    ["stackOverflow", "stack overflow"],
  ])("%s", async (name, text) => {
    const { result, events } = await trace(build, name);
    expect(result.status).toBe(2);
    expect(eventsOf(events, "fatal").map((event) => event.text)).toEqual([text]);
  });

  test.each(["SIGTERM", "SIGKILL"] as const)("%s", async (signal) => {
    const tracing = new Program(errscope("run", "--json", "--", programOf(build), "waits"));
    try {
      await tracing.waitFor(/^waiting$/m);
      const { pid } = eventsOf(parseEvents(tracing.stdout), "attach")[0]!.process;
      process.kill(pid, signal);
      const events = parseEvents((await tracing.ended).stdout);
      expect(eventsOf(events, "exit")).toMatchObject([{ code: null, signal, inFlight: [] }]);
      expect(
        events.flatMap((event) => ("init" in event && event.init ? [] : (storyLine(event) ?? []))),
      ).toEqual([]);
    } finally {
      await tracing.stop("SIGKILL");
    }
  });
});
