import { expect, it } from "vitest";
import { hashOf, templateOf } from "./template.ts";

it.each([
  ["user 42 not found", "user <n> not found"],
  ['parse "a\\"b 7": bad', "parse <quoted>: bad"],
  ["dial tcp 127.0.0.1:5432: connect: connection refused", "dial tcp <address>: connect: connection refused"],
  ["dial tcp [::1]:80: refused", "dial tcp <address>: refused"],
  ["id 0190d3e2-7b1c-7abc-8def-0123456789ab gone", "id <uuid> gone"],
  ["order 01K0ABCDEFGHJKMNPQRSTVWXYZ late", "order <ulid> late"],
  ["timed out after 1.5s", "timed out after <duration>"],
  ["timed out after 1m30.5s", "timed out after <duration>"],
  ["open /tmp/shop.Xk2b/orders.db: denied", "open <temporary path>: denied"],
  ["open /srv/tmp/orders.db: denied", "open /srv/tmp/orders.db: denied"],
  ["parse `a 7`: bad", "parse <quoted>: bad"],
  [`parse "${"x".repeat(400)}": bad`, "parse <quoted>"],
  ["bad face at 0xDEADbeef", "bad face at <hex>"],
  ["at 2026-11-25T02:15:35.1Z", "at <time>"],
])("%s", (message, template) => {
  expect(templateOf(message)).toBe(template);
});

it("hashes like FNV-1a", () => {
  expect(hashOf("")).toBe("cbf29ce484222325");
  expect(hashOf("a")).toBe("af63dc4c8601ec8c");
});
