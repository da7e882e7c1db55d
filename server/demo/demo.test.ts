/** The shop by itself, untraced: it must make every kind of error, leave nothing behind, and end when told to. */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildGo, Program, run, tempDir } from "../../tests/support/index.ts";

function scratch(name: string): string {
  const dir = join(tempDir("shop"), name);
  mkdirSync(dir);
  return dir;
}

test("goes wrong in every way that the demo shows", async () => {
  const tmp = scratch("kinds");
  const shop = buildGo({ dir: "server/demo" });
  const result = await run([shop, "-v", "-rate=150", "-duration=8s"], { env: { TMPDIR: tmp } });
  expect(result.status, result.stderr).toBe(0);
  const kinds = {
    "the root cause, in a quote":
      /quote sku-5: no tax table for EU: store: read taxes\/EU: open \S+: no such file/,
    "the root cause, in a checkout": /place order: quote sku-4: no tax table for EU: store: read taxes/,
    "the root cause, from a worker": /report for EU: quote sku-1: no tax table for EU/,
    "connection refused": /connect: connection refused/,
    "deadline of an HTTP call": /bank unreachable: Post "\S+": context deadline exceeded/,
    "deadline in a worker": /warehouse in CH: context deadline exceeded/,
    "a panic with an error of its own": /worker: totals of JP are off by 3/,
    "a panic of the runtime": /panic serving POST \/orders: assignment to entry in nil map/,
    "a sentinel": /product "teapot": record not found/,
    "JSON cut short": /decode products\/sku-13: unexpected end of JSON input/,
    "JSON of the wrong type": /cannot unmarshal number into Go struct field/,
    "a number that is none": /stock of sku-7: strconv.Atoi: parsing "12 boxes": invalid syntax/,
    "an error by value": /sku-0 is out of stock: 99 asked, 10 left/,
    "joined errors": /invalid order: sku is missing\nquantity must be positive\nemail has no @/,
    "an error of kind string": /house rule: no more than 1000/,
    "an error of kind int": /bank answered with status 503; its body: unexpected end/,
    "a folder read as a file": /export march: read \S+: is a directory/,
    "a lost chain": /payment failed: card declined: insufficient funds/,
  };
  const absent = Object.entries(kinds).filter(([, pattern]) => !pattern.test(result.stderr));
  expect(absent.map(([kind]) => kind)).toEqual([]);
  expect(readdirSync(tmp)).toEqual([]);
});

test("prints nothing and ends with 0 at SIGTERM", async () => {
  const tmp = scratch("term");
  const shop = new Program([buildGo({ dir: "server/demo" })], { env: { TMPDIR: tmp } });
  try {
    await expect.poll(() => readdirSync(tmp).length, { timeout: 10_000 }).toBe(1);
  } finally {
    await shop.stop("SIGTERM");
  }
  expect(await shop.ended).toEqual({ status: 0, signal: null, stdout: "", stderr: "" });
  expect(readdirSync(tmp)).toEqual([]);
});

test("refuses an address that other machines could reach", async () => {
  const result = await run([buildGo({ dir: "server/demo" }), "-addr=0.0.0.0:0", "-rate=0"]);
  expect(result).toMatchObject({ status: 1, stderr: "shop: 0.0.0.0:0 is not a loopback address\n" });
});
