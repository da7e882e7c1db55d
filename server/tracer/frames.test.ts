import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeCommand, type Frame, FrameSplitter, ProtocolError } from "./frames.ts";
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

  it("refuses a length that no tracer sends, at once and without waiting for the bytes", () => {
    const head = new Uint8Array(esFrame.size);
    esFrame.write(new DataView(head.buffer), 0, { len: 0xffff_ffff, type: 128, seq: 0 });
    expect(() => new FrameSplitter().push(head)).toThrow(ProtocolError);
  });

  it("takes any bytes: frames, more to come, or a typed error", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 30 }), (chunks) => {
        const splitter = new FrameSplitter();
        try {
          for (const chunk of chunks) splitter.push(chunk);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

describe("encodeCommand", () => {
  it("refuses what the tracer would", () => {
    const half = new Uint8Array(esConstant.COMMAND_MAX / 2 + 1);
    expect(() => encodeCommand(1, 1, half, half)).toThrow(RangeError);
  });
});
