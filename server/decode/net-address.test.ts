import { expect, it } from "vitest";
import { ipText } from "./net-address.ts";

const v6 = (...groups: number[]) => new Uint8Array(groups.flatMap((g) => [g >> 8, g & 255]));

it.each([
  [new Uint8Array(), ""],
  [new Uint8Array([127, 0, 0, 1]), "127.0.0.1"],
  [v6(0, 0, 0, 0, 0, 0xffff, 0x7f00, 1), "127.0.0.1"],
  [v6(0, 0, 0, 0, 0, 0, 0, 1), "::1"],
  [v6(0, 0, 0, 0, 0, 0, 0, 0), "::"],
  [v6(0x2001, 0xdb8, 0, 0, 1, 0, 0, 1), "2001:db8::1:0:0:1"],
  [v6(0x2001, 0xdb8, 0, 1, 1, 1, 1, 1), "2001:db8:0:1:1:1:1:1"],
  [v6(0xfe80, 0, 0, 0, 0, 0, 0, 0), "fe80::"],
  [new Uint8Array(5), null],
])("%o is %s", (bytes, text) => {
  expect(ipText(bytes)).toBe(text);
});
