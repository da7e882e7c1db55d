import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText } from "./text.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const whole = (bytes: Uint8Array) => decodeText({ bytes, length: bytes.length });

describe("decodeText", () => {
  it("gives valid UTF-8 back unchanged, byte-order mark and NUL included", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(whole(utf8(text))).toEqual({ text, hex: null, truncated: false });
      }),
    );
    expect(whole(utf8("\ufeffa\0b")).text).toBe("\ufeffa\0b");
  });

  it("shows the bytes of what is not UTF-8", () => {
    expect(whole(Uint8Array.of(0x61, 0xff, 0x62))).toEqual({
      text: "a\ufffdb",
      hex: "61ff62",
      truncated: false,
    });
    expect(whole(Uint8Array.of(0xed, 0xa0, 0x80)).hex).toBe("eda080");
  });

  it("does not blame a string for where it was cut", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.nat(), (text, at) => {
        const bytes = utf8(text);
        const cut = at % bytes.length;
        const decoded = decodeText({ bytes: bytes.subarray(0, cut), length: bytes.length });
        expect(decoded.hex).toBeNull();
        expect(decoded.truncated).toBe(true);
        expect(text.startsWith(decoded.text)).toBe(true);
        expect(cut - utf8(decoded.text).length).toBeLessThan(4);
      }),
    );
  });

  it("still sees bad bytes before a cut", () => {
    expect(decodeText({ bytes: Uint8Array.of(0xff, 0x61, 0xc3), length: 9 })).toEqual({
      text: "\ufffda",
      hex: "ff61",
      truncated: true,
    });
  });
});
