/** The tracer's stream cut into frames: pure, and safe on any bytes. */
import { esConstant, esFrame } from "./wire.gen.ts";

export interface Frame {
  type: number;
  seq: number;
  payload: Uint8Array;
}

/** Longest payload a healthy tracer sends: an event's part or a chunk of a file, with much room. */
export const MAX_PAYLOAD = 16 * 1024 * 1024;

/** The stream isn't the tracer's protocol; nothing after this can be trusted. */
export class ProtocolError extends Error {
  readonly code = "protocol";
}

export class FrameSplitter {
  #pending: Uint8Array[] = [];
  #size = 0;
  /** Bytes that must be there before anything can be made of them: until then chunks are only kept, never copied. */
  #needed: number = esFrame.size;
  #failure: ProtocolError | null = null;

  /**
   * @returns the frames that became whole. Payloads are copies of their own.
   * @throws ProtocolError on a length that no tracer sends, and ever after: nothing is kept then.
   */
  push(chunk: Uint8Array): Frame[] {
    if (this.#failure) throw this.#failure;
    this.#pending.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#needed) return [];
    const bytes = this.#joined();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const frames: Frame[] = [];
    let at = 0;
    this.#needed = esFrame.size;
    while (bytes.length - at >= esFrame.size) {
      const head = esFrame.read(view, at);
      if (head.len > MAX_PAYLOAD) this.#fail(head.len);
      const end = at + esFrame.size + head.len;
      if (end > bytes.length) {
        this.#needed = end - at;
        break;
      }
      // Not bytes.slice(): that of a Buffer shares its memory.
      const payload = new Uint8Array(bytes.subarray(at + esFrame.size, end));
      frames.push({ type: head.type, seq: head.seq, payload });
      at = end;
    }
    const rest = bytes.subarray(at);
    this.#pending = rest.length > 0 ? [rest] : [];
    this.#size = rest.length;
    return frames;
  }

  /** Bytes held for a frame that isn't whole yet: less than the longest frame and one chunk. */
  get held(): number {
    return this.#size;
  }

  #fail(length: number): never {
    this.#pending = [];
    this.#size = 0;
    this.#failure = new ProtocolError(`the tracer sent a frame of ${length} bytes: its output is damaged`);
    throw this.#failure;
  }

  #joined(): Uint8Array {
    const only = this.#pending[0];
    if (this.#pending.length === 1 && only) return only;
    const all = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#pending) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

/** A command as bytes: head, fixed part, then what follows it. */
export function encodeCommand(type: number, seq: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > esConstant.COMMAND_MAX) {
    throw new RangeError(`a command of ${length} bytes is over the limit of ${esConstant.COMMAND_MAX}`);
  }
  const bytes = new Uint8Array(esFrame.size + length);
  esFrame.write(new DataView(bytes.buffer), 0, { len: length, type, seq });
  let at: number = esFrame.size;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
