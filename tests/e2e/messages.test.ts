/**
 * tests/go/messages prints what Error() returns for every error that it makes: what errscope tells of the same errors
 * while the program makes them must be the same texts.
 */
import { describe, expect, test } from "vitest";
import type { ErrorValue } from "../../server/events/index.ts";
import { buildGo, errscope, parseEvents, recordsOf, run, valuesOf } from "../support/index.ts";

const builds = [
  { go: "1.20.14", form: "stripped" },
  { go: "1.26.8", form: "pie-stripped" },
  { go: "1.27.1", form: "stripped" },
] as const;

/** Types of which no text is told, since what their Error methods do isn't followed. */
const untold = [
  "*main.arithmetic", "*main.built", "*main.closure", "*main.describes", "*main.extraArgument", "*main.floating", "*main.global",
  "*main.joined",  "*main.printed", "*main.sliced", "*main.typeName", "*main.upper", "*main.wrongVerb",
  "main.mapped", "main.twoPointers",
]; // biome-ignore format: a list

/** Bytes of a message; null where only fields are shown, or the text is cut. */
function bytesOf({ message, messageFrom, messageHex, truncated }: ErrorValue): string | null {
  if (messageFrom === "fields" || truncated) return null;
  return messageHex ?? Buffer.from(message).toString("hex");
}

describe.each(builds)("messages, go$go $form", ({ go, form }) => {
  test("every text told is what Error() returned, and one at least of each type that is understood", async () => {
    const program = buildGo({ dir: "tests/go/messages", go, form });
    const printed = recordsOf((await run([program, "made"])).stdout);
    const all = printed.flatMap((one) => [
      one,
      ...Object.values(one.errors),
      ...Object.values(one.lists).flat(),
    ]);
    const truth = new Set(all.map(({ type, text }) => `${type} ${text}`));
    const types = new Set(all.map(({ type }) => type));
    const result = await run(errscope("run", "--json", "--", program, "quiet"));
    expect(result.status, result.stderr).toBe(0);
    const wrong: string[] = [];
    const told = new Set<string>();
    for (const value of parseEvents(result.stdout).flatMap(valuesOf)) {
      const bytes = types.has(value.type) ? bytesOf(value) : null;
      if (bytes === null) continue;
      told.add(`${value.type} ${bytes}`);
      if (!truth.has(`${value.type} ${bytes}`)) wrong.push(`${value.type} ${JSON.stringify(value.message)}`);
    }
    expect(wrong).toEqual([]);
    const textless = [...types].filter((type) => ![...told].some((line) => line.startsWith(`${type} `)));
    expect(textless.sort()).toEqual(untold);
  });
});
