import { expect, it } from "vitest";
import { serverMessageSchema } from "../../server/events/index.ts";
import { Shop } from "./shop.ts";

it("the fake stream is what a real collector could send", () => {
  const shop = new Shop(1_795_572_935_000);
  shop.pass(5000, 10);
  expect(serverMessageSchema.safeParse(shop.hello()).error).toBeUndefined();
  shop.batch();
  shop.pass(200, 50);
  const batch = shop.batch();
  expect(serverMessageSchema.safeParse(batch).error).toBeUndefined();
  expect(batch.type === "batch" && batch.events.length).toBeGreaterThan(5);
});

it("is the same every time", () => {
  const run = () => {
    const shop = new Shop(1_795_572_935_000);
    shop.pass(2000, 20);
    return JSON.stringify(shop.hello());
  };
  expect(run()).toBe(run());
});
