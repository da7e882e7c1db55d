/** What one sees when things go wrong: programs that ended, a collector that is gone, nothing to show, far too much. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ErrorEvent, ExitEvent, GoroutineEvent, State } from "../../server/events/index.ts";
import { launchChromium } from "./browser.ts";
import { type FakeHub, startFakeHub } from "./fake-hub.ts";
import { Shop } from "./shop.ts";

const NOW = 1_795_572_935_000;
type Hello = { type: "hello"; state: State };

let browser: Browser;
let hub: FakeHub | null = null;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
});
afterEach(async () => {
  await hub?.close();
  hub = null;
});

/** What a collector says of the imagined shop after some time, changed as a test wants it. */
function helloOf(change: (state: State) => void, extra = 0): Hello {
  const shop = new Shop(NOW, extra);
  shop.pass(5000, 20);
  const hello = shop.hello() as Hello;
  change(hello.state);
  return hello;
}

async function open(
  hello: object,
  path = "",
  viewport = { width: 1440, height: 900 },
  colorScheme: "light" | "dark" = "light",
): Promise<Page> {
  hub ??= await startFakeHub(() => hello);
  const context = await browser.newContext({ viewport, colorScheme });
  const page = await context.newPage();
  await page.goto(hub.url + path);
  return page;
}

async function accessible(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`);
}
/** CSS pixels that the page is wider than its window. */
const tooWide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

/** The shop called os.Exit(1) after it had written its last error. */
function exited(state: State): { error: ErrorEvent; exit: ExitEvent } {
  const error = state.events.findLast((e): e is ErrorEvent => e.kind === "error")!;
  const { v, time, process, goroutine, site, stack } = error;
  const exit: ExitEvent = {
    ...{ v, time, process, goroutine, stack },
    id: `${error.id.slice(0, -1)}Z`,
    mono: error.mono + 1,
    kind: "exit",
    thread: error.thread,
    code: 1,
    signal: null,
    inFlight: [error.error.id],
    site: { ...site, op: "exit", function: "main.run" },
  };
  state.events.push(exit);
  state.targets[0] = { ...state.targets[0]!, state: "exited", reason: "status 1" };
  return { error, exit };
}

describe("a program that ended", () => {
  test("says with which status, where and on which error, and leads there", async () => {
    const hello = helloOf(() => {});
    const { error, exit } = exited(hello.state);
    const page = await open(hello);
    await page.getByRole("button", { name: "shop 4021 exited, status 1" }).click();
    const panel = page.getByRole("region", { name: "How it ended" });
    const text = await panel.innerText();
    expect(text).toContain("exit status 1");
    expect(text).toMatch(/os\.Exit called in main\.run/);
    expect(await accessible(page)).toEqual([]);
    await panel.getByRole("button", { name: "in flight" }).click();
    await page.getByRole("heading", { level: 1, name: error.error.type }).waitFor();
    expect(await panel.isVisible()).toBe(false);
    const became = page.getByRole("region", { name: "What became of it" });
    expect(await became.innerText()).toContain(`exit status ${exit.code}`);
    await page.context().close();
  });

  test("on a panic leads to the panic, which says that it ended the program", async () => {
    const page = await open(
      helloOf((state) => {
        const panic = state.events.findLast((e) => e.kind === "panic")!;
        const { value: _, ...same } = panic;
        const fatal = {
          ...same,
          kind: "fatal" as const,
          id: `${panic.id}Z`,
          text: "panic: it broke",
          panic: panic.id,
        };
        state.events = [...state.events.filter((e) => e.kind !== "recover"), fatal];
        state.targets[0] = { ...state.targets[0]!, state: "exited", reason: "status 2" };
      }),
    );
    await page.getByRole("button", { name: "shop 4021 exited, status 2" }).click();
    await page.getByRole("button", { name: "panic panic: it broke" }).click();
    const became = page.getByRole("region", { name: "What became of it" });
    expect(await became.innerText()).toContain("ended the program");
    await page.context().close();
  });
});

describe("what a goroutine does with errors in flight", () => {
  test("leads to the errors, and warns of nothing", async () => {
    const hello = helloOf(() => {});
    const { state } = hello;
    const error = state.events.findLast((e): e is ErrorEvent => e.kind === "error" && e.made)!;
    const { v, time, process, goroutine, site, thread } = error;
    const resumed: GoroutineEvent = {
      ...{ v, time, process, goroutine, site, thread },
      id: `${error.id.slice(0, -1)}Z`,
      mono: error.mono + 1,
      kind: "goroutine",
      state: "resumed",
      reason: "chan receive",
      waitNs: 5_000_000,
      inFlight: [error.error.id, "e987654321"],
      stack: [],
      sampled: 1,
    };
    state.events.push(resumed);
    const page = await open(hello, `?view=occurrence&occurrence=${resumed.id}`, { width: 390, height: 844 });
    await page.getByRole("heading", { level: 1, name: "goroutine" }).waitFor();
    const flight = page.getByRole("region", { name: "Errors in flight" });
    expect(await flight.innerText()).toContain("Error e987654321 is not in the page’s memory.");
    expect(await page.getByRole("region", { name: "Stack" }).innerText()).toContain(
      "None is taken when a goroutine goes on or ends.",
    );
    expect(await page.getByText("What became of it").count()).toBe(0);
    expect(await accessible(page)).toEqual([]);
    await flight.getByRole("button", { name: error.error.message }).click();
    await page.getByRole("heading", { level: 1, name: error.error.type }).waitFor();
    // in a narrow window no name and no place is cut
    const cut = await page
      .getByRole("region", { name: "Stack" })
      .locator("li span")
      .evaluateAll((spans) => spans.filter((span) => span.scrollWidth > span.clientWidth + 1).length);
    expect(cut).toBe(0);
    await page.context().close();
  });
});

test("an occurrence that the page doesn't have leads to what the collector has of it", async () => {
  const page = await open(
    helloOf(() => {}),
    "?view=occurrence&occurrence=01GONE",
  );
  await page.getByRole("heading", { name: "This occurrence is not in the page’s memory" }).waitFor();
  expect(await page.getByRole("link", { name: "as JSON" }).getAttribute("href")).toBe("/api/events/01GONE");
  expect(await accessible(page)).toEqual([]);
  await page.context().close();
});

describe("nothing to show", () => {
  test("no program is traced", async () => {
    const empty: State = {
      targets: [],
      groups: [],
      graph: { nodes: [], edges: [], rootCauses: [] },
      events: [],
      counters: { hits: 0, shown: 0, sampled: 0, lost: 0, passed: 0, mismatched: 0 },
    };
    const page = await open(helloOf((state) => Object.assign(state, empty)));
    await page.getByRole("heading", { name: "Nothing is traced yet" }).waitFor();
    expect(await accessible(page)).toEqual([]);
    await page.context().close();
  });

  test("own code only hides all there is, and says so; the address keeps it", async () => {
    const page = await open(
      helloOf((state) => {
        state.groups = state.groups.filter((g) => g.kind === "error" && g.site.package === "os");
      }),
    );
    const rows = page.getByRole("list", { name: /^Error groups/ }).getByRole("listitem");
    await rows.first().waitFor();
    await page.keyboard.press("w");
    await page.getByRole("heading", { name: "No errors of the program’s own code so far" }).waitFor();
    expect(new URL(page.url()).searchParams.get("own")).toBe("1");
    await page.getByRole("button", { name: "Show them" }).click();
    await rows.first().waitFor();
    await page.context().close();
  });

  test("the collector is gone: what was there stays, and it says so", async () => {
    const page = await open(helloOf(() => {}));
    const rows = page.getByRole("list", { name: /^Error groups/ }).getByRole("listitem");
    await rows.first().waitFor();
    await hub!.close();
    await page.getByRole("alert").getByText("The connection to the collector is lost").waitFor();
    expect(await rows.count()).toBeGreaterThan(0);
    expect(await accessible(page)).toEqual([]);
    await page.context().close();
  });
});

describe("far too much", () => {
  test("5,000 groups: few are in the document, and the keyboard reaches the last one", async () => {
    const page = await open(helloOf(() => {}, 5000));
    const list = page.getByRole("list", { name: /^Error groups, [5-9]\d{3}$/ });
    await list.waitFor();
    expect(await list.getByRole("listitem").count()).toBeLessThan(100);
    await page.keyboard.press("End");
    const size = Number((await list.getAttribute("aria-label"))!.split(", ")[1]);
    await list.locator(`[aria-posinset="${size}"]`).waitFor();
    await page.context().close();
  });

  test.each([
    ["light", 1440],
    ["dark", 1440],
    ["light", 390],
    ["dark", 390],
  ] as const)("no view is wider than the window or unreadable, %s at %i px", async (colorScheme, width) => {
    const hello = helloOf((state) => {
      exited(state);
      // More programs than have room in the header.
      for (let pid = 1; pid <= 5; pid++)
        state.targets.push({ ...state.targets[0]!, id: `${pid}:1`, pid, reason: "killed by SIGKILL" });
      for (const group of state.groups) group.traps = ["cause-lost", "error-method-panicked"];
    });
    const page = await open(hello, "", { width, height: 844 }, colorScheme);
    for (const path of ["", "?view=flame", "?view=graph", "?own=1&q=trap:cause-lost"]) {
      await page.goto(hub!.url + path);
      await page.getByTitle(/^collector /).waitFor();
      await page.waitForTimeout(500);
      expect([path, await tooWide(page)]).toEqual([path, 0]);
      expect(await accessible(page)).toEqual([]);
    }
    await page.goto(hub!.url);
    await page.locator("[data-group]").first().click();
    await page.getByRole("heading", { name: "What became of it" }).waitFor();
    expect(await tooWide(page)).toBe(0);
    expect(await accessible(page)).toEqual([]);
    await page.getByRole("button", { name: /6 programs/ }).click();
    await page.getByRole("region", { name: "How it ended" }).first().waitFor();
    expect(await accessible(page)).toEqual([]);
    await page.context().close();
  });
});
