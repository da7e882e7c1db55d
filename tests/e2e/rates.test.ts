/** A loop that makes far more errors than are shown: what is rare in it is shown all the same, and everything is counted. */
import { describe, expect, test } from "vitest";
import { buildGo, errscope, eventsOf, parseEvents, run } from "../support/index.ts";

describe.each([
  { go: "1.22.0", form: "plain" },
  { go: "1.26.8", form: "stripped" },
  { go: "1.27.1", form: "pie-stripped" },
] as const)("a hot loop at one instruction, go$go $form", ({ go, form }) => {
  const program = () => buildGo({ dir: "tests/go/rates", go, form });
  test("shows the first errors of each type, and attributes what it left out to the type that it was of", async () => {
    const { stdout, stderr } = await run(
      errscope(
        "run",
        "--json",
        "--init",
        "--no-kernel",
        "--",
        buildGo({ dir: "tests/go/rates", go, form }),
        "300000",
      ),
    );
    expect(stderr).toContain("common 300000 rare 12 seldom 300");
    const events = parseEvents(stdout);
    const of = (type: string) =>
      eventsOf(events, "error").filter(({ error, made }) => made && error.type === `*main.${type}`);
    const standsFor = (type: string) => of(type).reduce((sum, event) => sum + event.sampled, 0);
    // all at one place
    expect(new Set([...of("Common"), ...of("Rare"), ...of("Seldom")].map((e) => e.site.line)).size).toBe(1);
    expect(of("Rare").map(({ error }) => error.fields.At)).toEqual(
      [1, 2, 3, 4, 5, 6].flatMap((nth) => [nth * 50_000, nth * 50_000 + 1]),
    );
    expect(of("Rare").every(({ sampled }) => sampled === 1)).toBe(true);
    // the first 16 over the rate, at least
    expect(of("Seldom").length).toBeGreaterThanOrEqual(16);
    expect(
      of("Seldom")
        .slice(0, 16)
        .map(({ error }) => error.fields.At),
    ).toEqual(Array.from({ length: 16 }, (_, i) => (i + 1) * 1_000));
    expect(standsFor("Seldom")).toBeLessThanOrEqual(300);
    expect(standsFor("Common")).toBeLessThanOrEqual(300_000);
    const elsewhere = eventsOf(events, "error").filter((e) => e.made && !e.error.type.startsWith("*main."));
    expect(madeIn(stderr) - elsewhere.length).toBe(300_312);
  });
  test("shows what one place wraps by fmt.Errorf while another does so all the time", async () => {
    const { stdout, stderr } = await run(
      errscope("run", "--json", "--init", "--no-kernel", "--", program(), "300000", "wrap"),
    );
    expect(stderr).toContain("wrapped 300006");
    const wraps = eventsOf(parseEvents(stdout), "error").filter((e) => e.made && e.site.op === "wrap");
    const at = (name: string) => wraps.filter(({ stack }) => stack.some((frame) => frame.function === name));
    expect(at("main.seldom").map(({ error }) => error.message)).toEqual(
      [1, 2, 3, 4, 5, 6].map((nth) => `seldom ${nth * 50_000}: file does not exist`),
    );
    expect(at("main.seldom").every(({ sampled }) => sampled === 1)).toBe(true);
    expect(at("main.often").reduce((sum, { sampled }) => sum + sampled, 0)).toBeLessThanOrEqual(300_000);
    const elsewhere = eventsOf(parseEvents(stdout), "error").filter((e) => e.made && e.site.op !== "wrap");
    expect(madeIn(stderr) - elsewhere.length).toBe(300_006);
  });
});

/** What the account says was made; it must add up, with nothing lost. */
function madeIn(stderr: string): number {
  const [made, shown, sampled, lost] = /(\d+) made = (\d+) shown \+ (\d+) sampled \+ (\d+) lost/
    .exec(stderr)!
    .slice(1)
    .map(Number) as [number, number, number, number];
  expect(made).toBe(shown + sampled + lost);
  expect(lost).toBe(0);
  return made;
}
