/** strconv.Quote of Go 1.20 to 1.27 on the bytes of a Go string (src/strconv/quote.go). Pure. */

/**
 * Code points that were assigned between Unicode 13 (Go 1.20) and Unicode 17 (Go 1.27): whether strconv.IsPrint holds
 * depends on the version. Made by comparing IsPrint of Go 1.20.14, 1.26.8 and 1.27.1 over all code points.
 */
const UNSETTLED = ranges(`
61d 870-88f 897-89f 8b5 8c8-8d2 c3c c5c-c5d cdc-cdd cf3 ece 170d 1715 171f 180f 1ac1-1add 1ae0-1aeb 1b4c 1b4e-1b4f
1b7d-1b7f 1c89-1c8a 1dfa 20c0-20c1 2427-2429 2b96 2c2f 2c5f 2e53-2e5d 2ffc-2fff 31e4-31e5 31ef 9ffd-9fff a7c0-a7c1
a7cb-a7dc a7f1-a7f4 fbc2-fbd2 fd40-fd4f fd90-fd91 fdc8-fdcf fdfe-fdff 10570-105f3 10780-107ba 10940-10959 10d40-10d8f
10ec2-10ec7 10ed0-10ed8 10efa-10eff 10f70-10f89 11070-11075 110c2 1123f-11241 11380-113e2 116b9 116d0-116e3
11740-11746 11ab0-11abf 11b00-11b09 11b60-11b67 11bc0-11bf9 11db0-11de9 11f00-11f5a 12f90-12ff2 1342f 13440-143fa
16100-16139 16a70-16abe 16ac0-16ac9 16d40-16d79 16ea0-16ed3 16ff2-16ff6 187f8-187ff 18cff 18d09-18d1e 18d80-18df2
1aff0-1affe 1b11f-1b122 1b132 1b155 1cc00-1ced0 1cee0-1cf46 1cf50-1cfc3 1d1e9-1d1ea 1d2c0-1d2d3 1df00-1df2a
1e030-1e06d 1e08f 1e290-1e2ae 1e4d0-1e4f9 1e5d0-1e5ff 1e6c0-1e6ff 1e7e0-1e7fe 1f6d8 1f6dc-1f6df 1f774-1f77f 1f7d9
1f7f0 1f8b2-1f8bb 1f8c0-1f8d8 1f979 1f9cc 1fa54-1fa57 1fa75-1fa77 1fa7b-1fa7c 1fa87-1fa8f 1faa9-1faaf 1fab7-1fac8
1facd-1facf 1fad7-1faf8 1fbcb-1fbef 1fbfa 2a6de-2a6df 2b735-2b73f 2cea2-2cead 2ebf0-2ee5d 31350-33479`);

function ranges(list: string): readonly (readonly [number, number])[] {
  return list
    .trim()
    .split(/\s+/)
    .map((range) => {
      const [low, high = low] = range.split("-");
      return [Number.parseInt(low!, 16), Number.parseInt(high!, 16)] as const;
    });
}

/** As strconv.IsPrint: letters, marks, numbers, punctuation, symbols and the space. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const DOUBLE_QUOTE = 0x22;
const SHORT: ReadonlyMap<number, string> = new Map([
  [0x07, "\\a"],
  [0x08, "\\b"],
  [0x0c, "\\f"],
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  [0x09, "\\t"],
  [0x0b, "\\v"],
  [0x5c, "\\\\"],
]);

export interface Quoted {
  text: string;
  /** False where Go versions differ on whether a character is printable. */
  settled: boolean;
}

/** The string in double quotes, with escapes as Go writes them; bytes that are no UTF-8 become \xNN. */
export function quoteBytes(bytes: Uint8Array): Quoted {
  let text = '"';
  let settled = true;
  for (let at = 0; at < bytes.length; ) {
    const { rune, length } = decodeRune(bytes, at);
    if (rune < 0) text += `\\x${hex(bytes[at]!, 2)}`;
    else {
      text += quoteRune(rune, DOUBLE_QUOTE);
      settled &&= isSettled(rune);
    }
    at += length;
  }
  return { text: `${text}"`, settled };
}

/**
 * quote of package time (src/time/format.go, Go 1.20 to 1.27): every byte that isn't ASCII or is a control character
 * below the space becomes \xNN.
 */
export function quoteTimeBytes(bytes: Uint8Array): string {
  let text = '"';
  for (const byte of bytes) {
    if (byte < 0x20 || byte >= 0x80) text += `\\x${hex(byte, 2)}`;
    else if (byte === DOUBLE_QUOTE || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`;
    else text += String.fromCharCode(byte);
  }
  return `${text}"`;
}

/** True if strconv.IsPrint says the same of it in all those Go versions. */
export const isSettled = (rune: number): boolean =>
  !UNSETTLED.some(([low, high]) => rune >= low && rune <= high);

/** strconv.IsPrint of Unicode 17. */
export const isPrintable = (rune: number): boolean => PRINTABLE.test(String.fromCodePoint(rune));

/** One character between quotes of the code `quote`. */
export function quoteRune(rune: number, quote: number): string {
  if (rune === quote) return `\\${String.fromCodePoint(rune)}`;
  const short = SHORT.get(rune);
  if (short !== undefined) return short;
  if (isPrintable(rune)) return String.fromCodePoint(rune);
  if (rune < 0x20 || rune === 0x7f) return `\\x${hex(rune, 2)}`;
  return rune < 0x10000 ? `\\u${hex(rune, 4)}` : `\\U${hex(rune, 8)}`;
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");

/** The character at `at`, rune -1 with length 1 where there is none (as unicode/utf8.DecodeRune). */
function decodeRune(bytes: Uint8Array, at: number): { rune: number; length: number } {
  const first = bytes[at]!;
  if (first < 0x80) return { rune: first, length: 1 };
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  try {
    const text = STRICT.decode(bytes.subarray(at, at + length));
    const rune = text.codePointAt(0)!;
    // a short sequence could decode as several characters
    if (String.fromCodePoint(rune) === text) return { rune, length };
  } catch {
    // no UTF-8
  }
  return { rune: -1, length: 1 };
}

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
