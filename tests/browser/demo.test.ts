/** The demo, from `errscope demo` to the pixel: all four views from live data, and the same ids as on stdout. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ErrorEvent } from "../../server/events/index.ts";
import { errscope, eventsSoFar, freePort, Program } from "../support/index.ts";
import { launchChromium } from "./browser.ts";

let demo: Program;
let browser: Browser;
let page: Page;
let url = "";

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}/`;
  demo = new Program(errscope("demo", "--json", "--serve", `127.0.0.1:${port}`));
  [browser] = await Promise.all([launchChromium(), demo.waitFor(/"\*pricing\.TaxError"/, 60_000)]);
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  const ended = await demo?.stop("SIGINT");
  expect(ended?.status).toBe(0);
}, 60_000);

/** Whole lines of the demo's stdout so far. */
const printed = () => eventsSoFar(demo.stdout);
const query = () => new URL(page.url()).searchParams;
const group = () =>
  page.getByRole("listitem").filter({ hasText: "*pricing.TaxError" }).first().getByRole("button");

describe("from a group to its occurrence, its chain and stack, and its place in the graph", () => {
  let event: ErrorEvent;

  test("the groups are there", async () => {
    await page.goto(url);
    await group().waitFor();
    await page.getByRole("button", { name: /shop \d+$/ }).waitFor();
    expect(
      await page
        .getByRole("list", { name: /^Error groups/ })
        .getByRole("listitem")
        .count(),
    ).toBeGreaterThan(10);
  });

  test("a click shows an occurrence that stdout has with the same ids", async () => {
    await group().click();
    await page.getByRole("heading", { level: 1, name: "*pricing.TaxError" }).waitFor();
    const id = query().get("occurrence");
    const found = printed().find((one) => one.id === id);
    expect(found).toMatchObject({
      kind: "error",
      group: query().get("group"),
      error: { type: "*pricing.TaxError" },
    });
    event = found as ErrorEvent;
  });

  test("its chain is the event's, value by value", async () => {
    const items = page.getByRole("tree", { name: "Chain of causes" }).getByRole("treeitem");
    const texts = await items.allInnerTexts();
    const chain = [event.error];
    while (chain.at(-1)!.causes[0]) chain.push(chain.at(-1)!.causes[0]!.error);
    expect(chain.map((error) => error.type)).toEqual([
      "*pricing.TaxError",
      "*store.RecordError",
      "*fs.PathError",
      "syscall.Errno",
    ]);
    expect(texts).toHaveLength(chain.length);
    for (const [i, error] of chain.entries()) {
      expect(texts[i]).toContain(error.type);
      expect(texts[i]).toMatch(new RegExp(`\\b${error.id}\\b`));
    }
  });

  test("its stack is the event's", async () => {
    const stack = page.getByRole("region", { name: /^Stack/ });
    expect(await stack.innerText()).toContain(`${event.stack.length} frames`);
    for (const frame of event.stack.filter((one) => one.function.startsWith("shop/"))) {
      expect(await stack.innerText()).toContain(frame.function);
    }
  });

  test("the graph shows its group between what it came from and what it led to", async () => {
    await page.getByRole("button", { name: "In the graph" }).click();
    const graph = page.getByRole("group", { name: /^Propagation graph/ });
    const node = graph.locator(`[data-node="g:${event.group}"]`);
    await node.waitFor();
    expect(await node.getAttribute("aria-pressed")).toBe("true");
    const side = page.getByRole("region", { name: "Selected" });
    expect(await side.innerText()).toMatch(/Came from\s+\*store\.RecordError/);
    expect(await side.innerText()).toMatch(/Led to\s+\*fmt\.wrapError/);
  });

  test("root causes are marked and ranked, the missing file among the first", async () => {
    const first = page
      .getByRole("listitem")
      .filter({ hasText: /^root [123]\s*openat ENOENT/ })
      .first();
    expect(await first.innerText()).toMatch(/\d+ of \d+ occurrences came from the failed call openat ENOENT/);
    expect(await page.locator("[data-root=true]").count()).toBeGreaterThan(3);
  });
});

describe("what catches people, and whose code it is", () => {
  const rows = () => page.getByRole("list", { name: /^Error groups/ }).getByRole("listitem");

  test("causes lost by %v are marked, can be looked for, and the lost cause is in the chain", async () => {
    await page.goto(`${url}?q=trap:cause-lost`);
    await rows().first().waitFor();
    for (const text of await rows().allInnerTexts()) expect(text).toContain("cause lost");
    await rows().first().getByRole("button").click();
    const head = page.locator("article header");
    expect(await head.getByText("cause lost").getAttribute("title")).toContain("Use %w");
    const chain = page.getByRole("tree", { name: "Chain of causes" });
    expect(await chain.innerText()).toContain("lost to errors.Is");
  });

  test("a panic says who recovered it", async () => {
    await page.goto(`${url}?q=kind:panic`);
    await rows().first().getByRole("button").click();
    const became = page.getByRole("region", { name: "What became of it" });
    await became.getByRole("button", { name: /^recovered/ }).click();
    await page.getByRole("heading", { level: 1, name: "recover" }).waitFor();
    await became.getByRole("button", { name: /^panic/ }).waitFor();
  });

  test("own code only leaves the standard library's errors out", async () => {
    await page.goto(url);
    const own = page.getByRole("button", { name: /of the standard library/ });
    await own.click();
    expect(query().get("own")).toBe("1");
    const places = await rows()
      .locator("span[title*=' in ']")
      .evaluateAll((all) => all.map((one) => one.getAttribute("title")!));
    expect(places.length).toBeGreaterThan(10);
    const packages = new Set(places.map((place) => place.replace(/^.* in ([^.]*).*$/s, "$1")));
    for (const name of ["net", "os", "strconv", "syscall", "net/http"]) expect(packages).not.toContain(name);
  });
});

test("the flame graph is drawn, and its table has the same stacks", async () => {
  await page.goto(`${url}?view=flame`);
  const canvas = page.locator("canvas").first();
  await canvas.waitFor();
  await page.waitForFunction(() => {
    const drawn = document.querySelector("canvas")!;
    const { data } = drawn.getContext("2d")!.getImageData(0, 0, drawn.width, drawn.height);
    const colours = new Set<number>();
    for (let i = 0; i < data.length; i += 4)
      colours.add((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!);
    return colours.size > 8;
  });
  await page.getByRole("button", { name: "Table" }).click();
  const items = page.getByRole("tree", { name: "Error stacks" }).getByRole("treeitem");
  await items.first().waitFor();
  expect(await items.first().innerText()).toMatch(/^all/);
  expect((await items.allInnerTexts()).join("\n")).toContain("net/http.(*conn).serve");
});

test.each(["light", "dark"] as const)("accessible in every view, %s", async (colorScheme) => {
  const context = await browser.newContext({ colorScheme, viewport: { width: 1440, height: 900 } });
  const view = await context.newPage();
  for (const path of ["", "?view=flame", "?view=graph"]) {
    await view.goto(url + path);
    await view.waitForTimeout(1500);
    const { violations } = await new AxeBuilder({ page: view }).analyze();
    expect(violations.map((v) => `${path} ${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
  }
  await context.close();
});
