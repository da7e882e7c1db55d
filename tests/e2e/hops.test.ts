/** Where errors are passed on: `if err != nil { return err }`, seen behind the test, and only there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ErrorEvent } from "../../server/events/index.ts";
import { buildGo, errscope, eventsOf, parseEvents, repoRoot, run } from "../support/index.ts";

const dir = "tests/go/hops";
const builds = [
  { go: "1.22.0", form: "stripped" },
  { go: "1.26.8", form: "pie" },
  { go: "1.27.1", form: "pie-stripped" },
] as const;

/** Lines of the program that its own comments call hops. */
const LINES = readFileSync(join(repoRoot, dir, "main.go"), "utf8")
  .split("\n")
  .flatMap((line, i) => (line.includes("// hop") && !line.startsWith("//") ? [i + 1] : []));

/** By hand from main(): each error's hops in order, as functions. */
const WAYS = [
  ["direct"],
  ["behind"],
  ["behind", "twice"],
  ["direct", "loop"],
  ["direct"], // through a function value, which nothing proves
  ["direct"], // then wrapped
  ["direct"], // then dropped
  ["sentinel"], // io.EOF
  ["direct"], // first: returned
  ["direct"], // and not
  ["direct"], // worst: not returned
  ["direct"], // returned
  ["direct"], // not
  ["direct", "but"],
  ["direct", "unlocks"],
  ["direct", "over"],
];

async function trace(program: string, ...flags: string[]): Promise<ErrorEvent[]> {
  const result = await run(errscope("run", "--json", ...flags, "--", program));
  expect(result.status, result.stderr).toBe(0);
  return eventsOf(parseEvents(result.stdout), "error").filter((event) => !event.init);
}

describe.each(builds)("hops, go$go $form", ({ go, form }) => {
  const program = () => buildGo({ dir, go, form });

  test("each error's way up, in order, with its line and its identity; none where a call gave nil", async () => {
    const events = await trace(program());
    const hops = events.filter((event) => event.site.op === "return");
    const ways = new Map<string, string[]>();
    for (const { error, site } of hops)
      ways.set(error.id, [...(ways.get(error.id) ?? []), site.function.replace("main.", "")]);
    expect([...ways.values()]).toEqual(WAYS);
    for (const { site, made } of hops) {
      expect(LINES, site.function).toContain(site.line);
      expect(made).toBe(false);
    }
    // the value is the one that was made, and the maker is below on its goroutine's story
    const made = new Set(events.filter((event) => event.made).map((event) => event.error.id));
    for (const { error } of hops) if (error.message !== "EOF") expect(made).toContain(error.id);
  });

  test("--returns off plants none, --returns GLOB more", async () => {
    const off = await trace(program(), "--returns", "off");
    expect(off.filter((event) => event.site.op === "return")).toEqual([]);
    // package os is no part of the program's module
    const inOs = (events: ErrorEvent[]) =>
      events.filter(({ site }) => site.op === "return" && site.function.startsWith("os."));
    expect(inOs(await trace(program()))).toEqual([]);
    const hops = inOs(await trace(program(), "--returns", "os"));
    // by os/file.go: os.OpenFile passes on what openFileNolog gave it, and os.ReadFile that (not proven of all builds)
    expect(hops.map(({ site }) => site.function)).toContain("os.OpenFile");
    for (const { site, error } of hops) {
      expect(["os.OpenFile", "os.ReadFile"]).toContain(site.function);
      expect(error.message).toBe("open missing: no such file or directory");
    }
  });
});
