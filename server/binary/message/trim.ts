/** strings.TrimSpace of Go 1.20 to 1.27 on the bytes of a Go string (src/strings/strings.go, unicode.IsSpace). Pure. */

/** The runes of unicode.White_Space beyond ASCII, in UTF-8. */
const WIDE = [
  0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a,
  0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
].map((rune) => new TextEncoder().encode(String.fromCodePoint(rune)));

const isNarrow = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

const hasAt = (bytes: Uint8Array, at: number, wanted: Uint8Array): boolean =>
  at >= 0 && at + wanted.length <= bytes.length && wanted.every((byte, i) => bytes[at + i] === byte);

/** Bytes of the white space at an offset; 0: there is none. */
function spaceAt(bytes: Uint8Array, at: number): number {
  if (at < bytes.length && isNarrow(bytes[at]!)) return 1;
  return WIDE.find((rune) => hasAt(bytes, at, rune))?.length ?? 0;
}

/** The same of what ends at an offset. */
function spaceBefore(bytes: Uint8Array, end: number): number {
  if (end > 0 && isNarrow(bytes[end - 1]!)) return 1;
  return WIDE.find((rune) => hasAt(bytes, end - rune.length, rune))?.length ?? 0;
}

/** The bytes without white space at either end: a part of the same memory. */
export function trimSpace(bytes: Uint8Array): Uint8Array {
  let start = 0;
  for (let size = spaceAt(bytes, 0); size > 0; size = spaceAt(bytes, start)) start += size;
  const rest = bytes.subarray(start);
  let end = rest.length;
  for (let size = spaceBefore(rest, end); size > 0; size = spaceBefore(rest, end)) end -= size;
  return rest.subarray(0, end);
}

// a byte order mark is no white space for Go
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** The same of a text. */
export const trimText = (text: string): string => utf8.decode(trimSpace(new TextEncoder().encode(text)));
