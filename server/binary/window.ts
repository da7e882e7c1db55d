import type { ElfImage } from "./image.ts";

/**
 * Reads numbers of a range of an image that is asked for most of the time without a search for its segment; elsewhere as the
 * image does: null where there is nothing.
 */
export class Window {
  readonly #image: ElfImage;
  readonly #start: number;
  readonly #bytes: Uint8Array;
  /** The same bytes: read through these where an address is a multiple of 4, since V8's DataView is slower. */
  readonly #words: Uint32Array;

  constructor(image: ElfImage, start: number, end: number) {
    const bytes = image.bytes(start, end - start) ?? new Uint8Array();
    const isAligned = start % 4 === 0 && bytes.byteOffset % 4 === 0;
    this.#image = image;
    this.#start = start;
    this.#bytes = bytes;
    this.#words = isAligned
      ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
      : new Uint32Array();
  }

  u8(address: number): number | null {
    const at = address - this.#start;
    return at >= 0 && at < this.#bytes.length ? this.#bytes[at]! : this.#image.u8(address);
  }

  u16(address: number): number | null {
    const at = address - this.#start;
    return at >= 0 && at + 1 < this.#bytes.length
      ? this.#bytes[at]! | (this.#bytes[at + 1]! << 8)
      : this.#image.u16(address);
  }

  u32(address: number): number | null {
    return this.#word(address) ?? this.#image.u32(address);
  }

  i32(address: number): number | null {
    const word = this.#word(address);
    return word === undefined ? this.#image.i32(address) : word | 0;
  }

  u64(address: number): number | null {
    const low = this.#word(address);
    const high = this.#word(address + 4);
    if (low === undefined || high === undefined) return this.#image.u64(address);
    return high >= 0x200000 ? null : low + high * 0x100000000;
  }

  #word(address: number): number | undefined {
    const at = address - this.#start;
    return at >= 0 && at % 4 === 0 ? this.#words[at / 4] : undefined;
  }
}
