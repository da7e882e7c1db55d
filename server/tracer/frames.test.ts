import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeCommand, type Frame, FrameSplitter, MAX_PAYLOAD, ProtocolError } from "./frames.ts";
import { esConstant, esFrame } from "./wire.gen.ts";

const frames = fc.array(
  fc.record({
    type: fc.integer({ min: 0, max: 0xffff }),
    seq: fc.integer({ min: 0, max: 0xffff_ffff }),
    payload: fc.uint8Array({ maxLength: 300 }),
  }),
  { maxLength: 12 },
);
const encode = (list: readonly Frame[]) =>
  Buffer.concat(list.map(({ type, seq, payload }) => encodeCommand(type, seq, payload)));

/** The bytes in pieces that end at the given places. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, i) => bytes.slice(i === 0 ? 0 : ends[i - 1], end));
}
const plain = (list: readonly Frame[]) => list.map((frame) => ({ ...frame, payload: [...frame.payload] }));

describe("FrameSplitter", () => {
  it("gives the same frames however the stream is cut", () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat(), { maxLength: 20 }), (list, cuts) => {
        const splitter = new FrameSplitter();
        const got = pieces(encode(list), cuts).flatMap((piece) => splitter.push(piece));
        expect(plain(got)).toEqual(plain(list));
      }),
    );
  });

  it("keeps what is no whole frame yet", () => {
    const bytes = encode([{ type: 128, seq: 0, payload: Uint8Array.of(1, 2, 3) }]);
    const splitter = new FrameSplitter();
    expect(splitter.push(bytes.subarray(0, bytes.length - 1))).toEqual([]);
    expect(plain(splitter.push(bytes.subarray(bytes.length - 1)))).toEqual([
      { type: 128, seq: 0, payload: [1, 2, 3] },
    ]);
  });

  it("gives payloads that later input doesn't change", () => {
    const bytes = encode([{ type: 1, seq: 1, payload: Uint8Array.of(7) }]);
    const [frame] = new FrameSplitter().push(bytes);
    bytes.fill(0xff);
    expect([...frame!.payload]).toEqual([7]);
  });

  const head = (len: number) => {
    const bytes = new Uint8Array(esFrame.size);
    esFrame.write(new DataView(bytes.buffer), 0, { len, type: 128, seq: 0 });
    return bytes;
  };

  it("gives a frame of the longest length that comes in many chunks, and holds no more than it", () => {
    const payload = new Uint8Array(MAX_PAYLOAD).map((_, i) => i % 251);
    const splitter = new FrameSplitter();
    expect(splitter.push(head(MAX_PAYLOAD))).toEqual([]);
    const got: Frame[] = [];
    for (let at = 0; at < MAX_PAYLOAD; at += 4096)
      got.push(...splitter.push(payload.subarray(at, at + 4096)));
    expect(got.length).toBe(1);
    expect(Buffer.compare(got[0]!.payload, payload)).toBe(0);
    expect(splitter.held).toBe(0);
  });

  it("refuses a length that no tracer sends, at once and without waiting for the bytes", () => {
    expect(() => new FrameSplitter().push(head(0xffff_ffff))).toThrow(ProtocolError);
    expect(() => new FrameSplitter().push(head(MAX_PAYLOAD + 1))).toThrow(ProtocolError);
  });

  it("takes nothing more once the stream is damaged", () => {
    const splitter = new FrameSplitter();
    expect(() => splitter.push(head(0xffff_ffff))).toThrow(ProtocolError);
    expect(() => splitter.push(head(0))).toThrow(ProtocolError);
    expect(splitter.held).toBe(0);
  });

  it("takes any bytes: frames, more to come, or a typed error, and holds what it was given at most", () => {
    // Half of the chunks begin like a frame, so that more than the first head is looked at.
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.record({ len: fc.nat({ max: 80 }), tail: fc.uint8Array({ maxLength: 64 }) }).map(({ len, tail }) => {
        return new Uint8Array(Buffer.concat([head(len), tail]));
      }),
    );
    fc.assert(
      fc.property(fc.array(garbage, { maxLength: 30 }), (chunks) => {
        const splitter = new FrameSplitter();
        let given = 0;
        let taken = 0;
        try {
          for (const chunk of chunks) {
            given += chunk.length;
            for (const frame of splitter.push(chunk)) taken += esFrame.size + frame.payload.length;
            expect(splitter.held).toBe(given - taken);
          }
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
          expect(splitter.held).toBe(0);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("encodeCommand", () => {
  it("refuses what the tracer would", () => {
    const half = new Uint8Array(esConstant.COMMAND_MAX / 2 + 1);
    expect(() => encodeCommand(1, 1, half, half)).toThrow(RangeError);
  });
});
