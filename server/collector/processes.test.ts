import { expect, it } from "vitest";
import type { ProcessInfo } from "../tracer/index.ts";
import { exePath, isCandidate, looksLikeGo, selects } from "./processes.ts";

const shop: ProcessInfo = {
  pid: 7,
  ppid: 1,
  uid: 0,
  exe: "/srv/shop-api (deleted)",
  name: "shop",
  args: ["shop"],
  start: 1,
  file: new Uint8Array(32),
};

it("selects by pid, name, path", () => {
  expect(exePath(shop)).toBe("/srv/shop-api");
  expect(selects({ kind: "pid", pid: 7 }, shop)).toBe(true);
  expect(selects({ kind: "pid", pid: 8 }, shop)).toBe(false);
  expect(selects({ kind: "name", pattern: /^shop-.*$/, text: "shop-*" }, shop)).toBe(true);
  expect(selects({ kind: "name", pattern: /^shop$/, text: "shop" }, shop)).toBe(true);
  expect(selects({ kind: "name", pattern: /^hop$/, text: "hop" }, shop)).toBe(false);
  expect(selects({ kind: "exe", path: "/srv/shop-api" }, shop)).toBe(true);
});

it("leaves out kernel threads and ourselves", () => {
  expect(isCandidate(shop, new Set())).toBe(true);
  expect(isCandidate(shop, new Set([7]))).toBe(false);
  expect(isCandidate({ ...shop, exe: "" }, new Set())).toBe(false);
});

it("knows Go's marks", () => {
  expect(looksLikeGo(Buffer.from("xx\xff Go buildinf:\x08", "latin1"))).toBe(true);
  expect(looksLikeGo(Buffer.from([1, 2, 0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8]))).toBe(true);
  expect(looksLikeGo(Buffer.from("ELF without"))).toBe(false);
});
