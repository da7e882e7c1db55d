import { describe, expect, it } from "vitest";
import type { ErrorField, GoType } from "../binary/index.ts";
import { fieldsOf } from "./fields.ts";
import { goTime } from "./go-time.ts";
import { CapturedObject } from "./object.ts";
import type { RawString } from "./raw-event.ts";
import { bytesValue, integer, stringValue, type TypeLookup } from "./value.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const goType = (over: Partial<GoType>): GoType => ({
  address: 0,
  kind: "int",
  size: 8,
  name: "int",
  pkgPath: "",
  named: true,
  direct: false,
  elem: 0,
  key: 0,
  length: 0,
  fields: [],
  methods: [],
  interfaceMethods: [],
  params: [],
  results: [],
  ...over,
});
const TYPES = new Map<number, GoType>([
  [1, goType({ kind: "int64", name: "time.Duration" })],
  [2, goType({ kind: "uint64", name: "uint64" })],
  [3, goType({ kind: "bool", size: 1, name: "bool" })],
  [4, goType({ kind: "uint8", size: 1, name: "uint8" })],
  [5, goType({ kind: "array", size: 4, elem: 4, length: 4, name: "[4]uint8" })],
  [6, goType({ kind: "array", size: 16, elem: 1, length: 2, name: "[2]time.Duration" })],
  [7, goType({ kind: "float64", name: "float64" })],
  [8, goType({ kind: "map", name: "map[string]int" })],
  [9, goType({ kind: "complex128", size: 16, name: "complex128" })],
]);
const lookup: TypeLookup = {
  byStatic: (address) => TYPES.get(address),
  nameOfType: (word) => (word === 0x500n ? "main.T" : null),
  nameOfItab: (word) => (word === 0x600n ? "*net.TCPAddr" : null),
};
const field = (name: string, offset: number, over: Partial<ErrorField>): ErrorField => ({
  name,
  offset,
  size: 8,
  type: 0,
  typeName: "",
  shape: "other",
  ...over,
});

function object(words: bigint[], strings: RawString[] = []): CapturedObject {
  const bytes = new Uint8Array(words.length * 8);
  const view = new DataView(bytes.buffer);
  words.forEach((word, i) => {
    view.setBigUint64(i * 8, BigInt.asUintN(64, word), true);
  });
  return new CapturedObject(bytes, strings, () => null);
}
const text = (offset: number, value: string, length = utf8(value).length): RawString => ({
  offset,
  pointer: 0xc000n,
  length,
  bytes: utf8(value),
  hash: null,
  unreadable: false,
});
const read = (fields: ErrorField[], from: CapturedObject, followed: number[] = []) =>
  fieldsOf(fields, from, lookup, (offset) => (followed.includes(offset) ? "followed" : null));

describe("fieldsOf", () => {
  it("nests dotted names and reads each kind by its type", () => {
    const fields = [
      field("Op", 0, { shape: "string", size: 16 }),
      field("Base.Wait", 16, { shape: "int", type: 1 }),
      field("Base.Inner.Big", 24, { shape: "uint", type: 2 }),
      field("OK", 32, { shape: "bool", type: 3, size: 1 }),
      field("Ratio", 40, { shape: "float", type: 7 }),
      field("Index", 48, { shape: "other", type: 8 }),
      field("_", 56, { shape: "int", type: 1 }),
    ];
    const floatBits = new BigUint64Array(Float64Array.of(0.25).buffer)[0]!;
    const from = object([0xc000n, 4n, -5n, 2n ** 63n, 1n, floatBits, 0xc000123000n, 9n], [text(0, "open")]);
    expect(read(fields, from)).toEqual({
      Op: "open",
      Base: { Wait: -5, Inner: { Big: "9223372036854775808" } },
      OK: true,
      Ratio: 0.25,
      Index: "0xc000123000",
    });
  });

  it("leaves out a cause that was followed, and says null for a nil one", () => {
    const fields = [
      field("Err", 0, { shape: "error", size: 16 }),
      field("Next", 16, { shape: "error", size: 16 }),
    ];
    expect(read(fields, object([0x700n, 1n, 0n, 0n]), [0])).toEqual({ Next: null });
  });

  it("names what an interface holds where the binary knows it", () => {
    const fields = [
      field("Addr", 0, { shape: "iface", size: 16 }),
      field("Value", 16, { shape: "any", size: 16 }),
      field("Other", 32, { shape: "iface", size: 16 }),
    ];
    expect(read(fields, object([0x600n, 0xc1n, 0x500n, 0xc2n, 0x999n, 0n]))).toEqual({
      Addr: { type: "*net.TCPAddr", data: "0xc1" },
      Value: { type: "main.T", data: "0xc2" },
      Other: { type: "not determined", data: null },
    });
  });

  it("reads arrays: bytes in hexadecimal, numbers one by one", () => {
    const fields = [
      field("MAC", 0, { type: 5, size: 4 }),
      field("Waits", 8, { type: 6, size: 16 }),
      field("Z", 24, { type: 9, size: 16 }),
    ];
    const two = new BigUint64Array(Float64Array.of(2).buffer)[0]!;
    expect(read(fields, object([0xddccbbaan, 1n, -2n, two, 0n]))).toEqual({
      MAC: { hex: "aabbccdd" },
      Waits: [1, -2],
      Z: [2, 0],
    });
  });

  it("says why a field could not be read", () => {
    const fields = [
      field("Path", 0, { shape: "string", size: 16 }),
      field("Lost", 16, { shape: "string", size: 16 }),
      field("Torn", 32, { shape: "string", size: 16 }),
      field("Far", 600, { shape: "int", type: 1 }),
    ];
    const from = object(
      [0xbad0n, 5n, 0xc000n, 5n, 0xc000n, 2n ** 60n],
      [{ offset: 0, pointer: 0xbad0n, length: 5, bytes: new Uint8Array(), hash: null, unreadable: true }],
    );
    expect(read(fields, from)).toEqual({
      Path: { unreadable: "memory at 0xbad0 unreadable" },
      Lost: { unreadable: "not captured: over the limit of fields" },
      Torn: { unreadable: "no valid string header" },
      Far: { unreadable: "beyond the 48 bytes captured" },
    });
  });

  it("says of a text that is cut how long it is, and its hash where that is known", () => {
    const cut = (offset: number, bytes: string | Uint8Array, hash: bigint | null): RawString => ({
      ...text(offset, ""),
      length: 5_000,
      bytes: typeof bytes === "string" ? utf8(bytes) : bytes,
      hash,
    });
    const fields = [
      field("Long", 0, { shape: "string", size: 16 }),
      field("Raw", 16, { shape: "string", size: 16 }),
      field("Body", 32, { shape: "bytes", size: 24 }),
    ];
    const from = object(
      [1n, 5_000n, 1n, 5_000n, 1n, 5_000n, 5_000n],
      [
        cut(0, "begin", 0x1fn),
        cut(16, Uint8Array.of(0x61, 0xff, 0x62), null),
        cut(32, Uint8Array.of(0, 1), 2n),
      ],
    );
    expect(read(fields, from)).toEqual({
      Long: { text: "begin", length: 5_000, hash: "xxh64:000000000000001f" },
      Raw: { text: "a\ufffdb", hex: "61ff62", length: 5_000 },
      Body: { hex: "0001", length: 5_000, hash: "xxh64:0000000000000002" },
    });
  });

  it("has a string of which the header lies behind the bytes that were copied", () => {
    expect(
      read([field("Name", 600, { shape: "string", size: 16 })], object([1n], [text(600, "far")])),
    ).toEqual({
      Name: "far",
    });
  });

  it("reads a string of read-only memory from the file when the process has not paged it in", () => {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, 0x4000n, true);
    view.setBigUint64(8, 2n, true);
    const from = new CapturedObject(bytes, [], (address, length) =>
      address === 0x4000n ? utf8("hi there").subarray(0, length) : null,
    );
    expect(read([field("Op", 0, { shape: "string", size: 16 })], from)).toEqual({ Op: "hi" });
  });

  it("shows a time.Time as a time", () => {
    const fields = [
      field("When.wall", 0, { shape: "uint", type: 2, typeName: "uint64" }),
      field("When.ext", 8, { shape: "int", type: 1, typeName: "int64" }),
      field("When.loc", 16, { shape: "pointer", typeName: "*time.Location" }),
      field("N", 24, { shape: "int", type: 1, typeName: "int" }),
    ];
    expect(read(fields, object([14031449931382001746n, 32041n, 0n, 3n]))).toEqual({
      When: "2026-11-25T05:11:23.733220946Z",
      N: 3,
    });
  });

  it("calls the one field of a value that is no struct `value`, and takes any name as data", () => {
    expect(read([field("", 0, { shape: "uint", type: 2 })], object([2n]))).toEqual({ value: 2 });
    const odd = read([field("__proto__.x", 0, { shape: "uint", type: 2 })], object([2n]));
    expect(JSON.stringify(odd)).toBe('{"__proto__":{"x":2}}');
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

describe("values", () => {
  it("keeps integers exact", () => {
    expect(integer(2n ** 53n - 1n)).toBe(9007199254740991);
    expect(integer(2n ** 53n)).toBe("9007199254740992");
    expect(integer(-(2n ** 63n))).toBe("-9223372036854775808");
  });

  it("shows text as text and other bytes in hexadecimal", () => {
    const bytes = (...values: number[]) => ({ bytes: Uint8Array.from(values), length: values.length });
    expect(bytesValue(bytes(0x61, 0x0a))).toBe("a\n");
    expect(bytesValue(bytes(0x61, 0x00))).toEqual({ hex: "6100" });
    expect(stringValue(bytes(0x61, 0xff))).toEqual({ text: "a\ufffd", hex: "61ff" });
  });
});

describe("goTime", () => {
  // Words printed by a Go 1.26 program beside time.Format.
  it.each([
    [123n, 63835596800n, "2023-11-14T22:13:20.000000123Z"],
    [6n, 66238139045n, "2100-01-02T03:04:05.000000006Z"],
    [0n, 62135596800n, "1970-01-01T00:00:00.000000000Z"],
    [0n, 0n, "0001-01-01T00:00:00Z"],
  ])("%s %s", (wall, ext, expected) => {
    expect(goTime(wall, ext)).toBe(expected);
  });

  it("refuses words that are no time", () => {
    expect(goTime((1n << 30n) - 1n, 63835596800n)).toBeNull();
    expect(goTime(0n, 5n)).toBeNull();
  });
});
