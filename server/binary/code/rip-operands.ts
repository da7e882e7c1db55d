/**
 * Finds the bytes of x86-64 code that may be the ModRM of an operand relative to RIP (mod 00, r/m 101: Intel SDM volume 2,
 * 2.2.1.6), four bytes at a time where it can, since most of a text is other bytes.
 */
export class RipOperands {
  readonly #code: Uint8Array;
  /** Bytes before the first aligned word. */
  readonly #before: number;
  readonly #words: Int32Array;

  constructor(code: Uint8Array) {
    this.#code = code;
    this.#before = -code.byteOffset & 3;
    const words = (code.length - this.#before) >> 2;
    this.#words =
      words > 0 ? new Int32Array(code.buffer, code.byteOffset + this.#before, words) : new Int32Array();
  }

  /** The offset of the first one from `from` on, -1 where there is none. */
  next(from: number): number {
    const code = this.#code;
    const words = this.#words;
    let at = from;
    for (; at < code.length && (at - this.#before) & 3; at++) if (isRipModRM(code[at]!)) return at;
    let k = (at - this.#before) >> 2;
    for (; k >= 0 && k < words.length && !hasRipModRM(words[k]!); k++) at += 4;
    for (; at < code.length; at++) if (isRipModRM(code[at]!)) return at;
    return -1;
  }
}

const isRipModRM = (byte: number): boolean => (byte & 0xc7) === 0x05;

/** True if one of the word's bytes is such a ModRM: it is 0 in `x`, so that the subtraction borrows in it. */
function hasRipModRM(word: number): boolean {
  const x = (word & 0xc7c7c7c7) ^ 0x05050505;
  return ((x - 0x01010101) & ~x & 0x80808080) !== 0;
}
