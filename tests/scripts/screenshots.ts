/**
 * `npm run screenshots`: the pictures in docs/screenshots, of the demo as it is now, after half a minute of load.
 * Needs what the demo and the browser tests need: root, a Go toolchain, the built page, Chromium.
 */
import { join } from "node:path";
import type { Page } from "playwright-core";
import { launchChromium } from "../browser/browser.ts";
import { errscope, freePort, Program, repoRoot } from "../support/index.ts";

const LOAD_MS = 30_000;
/** The picture takes a moment to be laid out and drawn. */
const DRAWN_MS = 2_500;

const port = await freePort();
const demo = new Program(errscope("demo", "--serve", `127.0.0.1:${port}`));
const browser = await launchChromium();
try {
  await demo.waitFor(/dashboard at /, 120_000);
  const page = await browser.newPage({ viewport: { width: 1280, height: 760 }, colorScheme: "light" });
  await page.goto(`http://127.0.0.1:${port}/?own=1`);
  await page.waitForTimeout(LOAD_MS);
  await picture(page, "groups");
  for (const [name, query] of [
    ["propagation", `?view=graph&q=${encodeURIComponent("orders.(*Service).Place")}`],
    ["flame", "?view=flame&own=1"],
    ["occurrence", "?q=trap:cause-lost"],
  ] as const) {
    await page.goto(`http://127.0.0.1:${port}/${query}`);
    if (name === "occurrence") await page.locator("[data-group]").first().click();
    await picture(page, name);
  }
} finally {
  await browser.close();
  await demo.stop("SIGINT");
}

async function picture(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(DRAWN_MS);
  await page.screenshot({ path: join(repoRoot, "docs/screenshots", `${name}.png`) });
}
