import { expect, test } from "vitest";
import type { Site } from "./model.ts";
import { packSites, unpackSites } from "./packed-sites.ts";

const site: Site = {
  pc: 0x7fff_0000_1234,
  fileOffset: 0x1234,
  op: "convert",
  origins: [
    { pc: 0x401000, itab: 0x500000 },
    { pc: 0x401020, itab: 0 },
  ],
  word0: { kind: "const", address: 0x500000 },
  word1: { kind: "mem", reg: 4, disp: -24 },
  spDelta: 72,
  shared: false,
  emulated: true,
  consumer: "tailcall",
  eface: false,
};

/** By value: the properties of what was unpacked are the prototype's. */
const plain = (sites: readonly Site[]): unknown => JSON.parse(JSON.stringify(sites));

test("every kind of site comes out as it went in", () => {
  const sites: Site[] = [
    site,
    { ...site, op: "fatal", origins: [], words: "text", consumer: "entry" },
    { ...site, op: "new", elsewhere: true },
    { ...site, spDelta: null },
    { ...site, op: "exit", words: "plain", word0: { kind: "none" }, word1: { kind: "reg", reg: 15 } },
    { ...site, shared: true, emulated: false, eface: true, word1: { kind: "global", address: 0x601000 } },
    { ...site, op: "new", consumer: "ret", returns: 0 },
    { ...site, op: "sentinel", consumer: "store", word1: { kind: "addr", reg: 4, disp: 1 << 20 } },
  ];
  expect(plain(unpackSites(packSites(sites)))).toEqual(sites);
  expect(unpackSites(packSites([]))).toEqual([]);
});
