/**
 * All errors of one HTTP request, each once and with its own stack, and one outside any request: where the nearest try before
 * (grafana/beyla #874, #1004) kept the last fmt.Errorf of a request.
 */
import { expect, test } from "vitest";
import type { ErrorEvent } from "../../server/events/index.ts";
import { buildGo, errscope, madeErrors, parseEvents, run } from "../support/index.ts";

const builds = [
  { go: "1.20.14", form: "stripped" },
  { go: "1.26.8", form: "stripped" },
  { go: "1.27.1", form: "pie-stripped" },
] as const;

test.each(builds)("one request, go$go $form", async ({ go, form }) => {
  const program = buildGo({ dir: "tests/go/request", go, form });
  const result = await run(errscope("run", "--json", "--", program));
  expect(result.status, result.stderr).toBe(0);
  expect(result.stderr).toContain("nobody asked\nload: no such row\nshard 7 is not ready");
  const made = madeErrors(parseEvents(result.stdout)).filter(({ site }) => site.function.startsWith("main."));
  const of = ({ error, site }: ErrorEvent) => [site.function, error.type, error.message];
  expect(made.map(of)).toEqual([
    ["main.background", "*errors.errorString", "nobody asked"],
    ["main.find", "*errors.errorString", "no such row"],
    ["main.load", "*fmt.wrapError", "load: no such row"],
    ["main.ask", "*main.notReady", "shard 7 is not ready"],
    ["main.both", "*errors.joinError", "load: no such row\nshard 7 is not ready"],
  ]);
  const functions = ({ stack }: ErrorEvent) => stack.map((frame) => frame.function);
  const [outside, ...inside] = made;
  expect(functions(outside!)).not.toContain("net/http.(*conn).serve");
  for (const event of inside) {
    const names = functions(event);
    expect(names[names.indexOf("main.handle") - 1]).toBe("main.both");
    expect(names).toContain("net/http.(*conn).serve");
    expect(event.goroutine!.id).toBe(inside[0]!.goroutine!.id);
  }
  // net/http stops its read ahead by a deadline in the past, which nobody missed
  const stopped = madeErrors(parseEvents(result.stdout)).filter(({ stack }) =>
    functions({ stack } as ErrorEvent).includes("net/http.(*connReader).backgroundRead"),
  );
  expect(stopped.map(({ error }) => error.message)).toContainEqual(expect.stringMatching(/i\/o timeout$/));
  for (const event of stopped) expect(event.kernel?.explanation).toBeUndefined();
  // one tree: what both joins are the values that load and ask made
  const [, wrap, custom, join] = inside;
  expect(join!.error.causes.map((cause) => cause.error.id)).toEqual([wrap!.error.id, custom!.error.id]);
});
