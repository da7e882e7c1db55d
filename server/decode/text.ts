/** Bytes of a Go string to text. Go strings are any bytes, usually UTF-8; JSON holds only Unicode. */

/** A string as captured: the first bytes, and how long it really was. */
export interface CapturedText {
  bytes: Uint8Array;
  /** Bytes of the whole string. */
  length: number;
  /** XXH64 of the whole string, where `bytes` is not all of it and it is known. */
  hash?: bigint | null;
}

export interface DecodedText {
  text: string;
  /** The bytes in hexadecimal when they are not valid UTF-8; `text` then has U+FFFD in the bad places. */
  hex: string | null;
  /** Fewer bytes were captured than the string has. */
  truncated: boolean;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** A cut in the middle of a character is no fault of the string: the torn character is left off. */
export function decodeText(captured: CapturedText): DecodedText {
  const truncated = captured.bytes.length < captured.length;
  const bytes = truncated ? withoutTornEnd(captured.bytes) : captured.bytes;
  try {
    return { text: strict.decode(bytes), hex: null, truncated };
  } catch {
    return { text: lenient.decode(bytes), hex: toHex(bytes), truncated };
  }
}

/** As `xxhsum -H1` prints it. */
export function hashText(hash: bigint): string {
  return `xxh64:${hash.toString(16).padStart(16, "0")}`;
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/** Drops a last, incomplete UTF-8 sequence (RFC 3629: a lead byte tells how many continuation bytes follow). */
function withoutTornEnd(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte >= 0x80 && byte < 0xc0) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needs > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}
