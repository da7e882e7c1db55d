/** Reads the captured bytes of one Go object. Every read is bounded; what isn't there is null, never a guess. */
import type { RawString } from "./raw-event.ts";
import type { CapturedText } from "./text.ts";

/** Reads memory of the process that can't have changed since the file was mapped; null for everything else. */
export type ReadOnlyMemory = (address: bigint, length: number) => Uint8Array | null;

/** A Go string is at most this long on any machine we run on; a longer length is a torn or foreign header. */
const PLAUSIBLE_LENGTH = 2 ** 46;

export const unreadableAt = (address: bigint) => `memory at 0x${address.toString(16)} unreadable`;

export type TextOrReason = { text: CapturedText } | { unreadable: string };

export class CapturedObject {
  readonly bytes: Uint8Array;
  /** Why what lies behind `bytes` is not there. */
  readonly missing: string;
  readonly #view: DataView;
  readonly #strings: Map<number, RawString>;
  readonly #readOnly: ReadOnlyMemory;

  /** @param unreadable address of the object's first byte that could not be read; null: it is only cut. */
  constructor(
    bytes: Uint8Array,
    strings: readonly RawString[],
    readOnly: ReadOnlyMemory,
    unreadable: bigint | null = null,
  ) {
    this.bytes = bytes;
    this.missing =
      unreadable === null ? `beyond the ${bytes.length} bytes captured` : unreadableAt(unreadable);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#strings = new Map(strings.map((s) => [s.offset, s]));
    this.#readOnly = readOnly;
  }

  has(offset: number, size: number): boolean {
    return offset >= 0 && size >= 0 && offset + size <= this.bytes.length;
  }

  /** `size` bytes, 1, 2, 4 or 8, little-endian. */
  uint(offset: number, size: number): bigint | null {
    if (!this.has(offset, size)) return null;
    if (size === 8) return this.#view.getBigUint64(offset, true);
    if (size === 4) return BigInt(this.#view.getUint32(offset, true));
    if (size === 2) return BigInt(this.#view.getUint16(offset, true));
    return size === 1 ? BigInt(this.#view.getUint8(offset)) : null;
  }

  int(offset: number, size: number): bigint | null {
    const value = this.uint(offset, size);
    return value === null ? null : BigInt.asIntN(size * 8, value);
  }

  float(offset: number, size: number): number | null {
    if (!this.has(offset, size)) return null;
    if (size === 8) return this.#view.getFloat64(offset, true);
    return size === 4 ? this.#view.getFloat32(offset, true) : null;
  }

  /** The text of the string or []byte whose header is at `offset`. */
  text(offset: number): TextOrReason {
    const captured = this.#strings.get(offset);
    // The header of a string may lie behind what was copied of the object, and the string be there all the same.
    const pointer = this.uint(offset, 8) ?? captured?.pointer ?? null;
    const length = this.uint(offset + 8, 8) ?? (captured ? BigInt(captured.length) : null);
    if (pointer === null || length === null) return { unreadable: this.missing };
    if (length === 0n) return { text: { bytes: new Uint8Array(), length: 0 } };
    if (pointer === 0n || length > PLAUSIBLE_LENGTH) return { unreadable: "no valid string header" };
    if (captured && !captured.unreadable) {
      const { bytes, length, hash } = captured;
      return { text: { bytes, length, hash } };
    }
    const fromFile = this.#readOnly(pointer, Math.min(Number(length), 4096));
    if (fromFile) return { text: { bytes: fromFile, length: Number(length) } };
    if (captured) return { unreadable: unreadableAt(pointer) };
    return { unreadable: "not captured: over the limit of fields" };
  }
}
