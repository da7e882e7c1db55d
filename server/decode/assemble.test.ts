import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Assembler } from "./index.ts";
import { BIAS, end, frames, head, node, object, part, string } from "./testing.ts";

const whole = () =>
  part(
    1,
    0,
    true,
    head(),
    string(0, 0, "bo", 400),
    node({ index: 0, type: 0x2000, object: object(1, 400) }),
    frames(9, 8),
    end(1, 2),
  );

describe("assembler", () => {
  it("reads an event of one part", () => {
    const record = new Assembler().push(whole());
    expect(record).toMatchObject({
      event: {
        mono: 1_000_000_000n,
        pid: 7,
        thread: 8,
        goroutine: 34n,
        goroutineKnown: true,
        bias: BigInt(BIAS),
        frames: [9n, 8n],
        stackEnd: "whole",
        nodes: [
          {
            index: 0,
            parent: -1,
            type: BigInt(BIAS + 0x2000),
            same: -1,
            strings: [{ offset: 0, length: 400 }],
          },
        ],
      },
    });
  });

  it("puts parts together, also when events interleave", () => {
    const assembler = new Assembler();
    const first = (ev: number) => part(ev, 0, false, head({ site: ev }), frames(1));
    const second = (ev: number) => part(ev, 1, true, frames(2), end(0, 2));
    expect(assembler.push(first(1))).toBeNull();
    expect(assembler.push(first(2))).toBeNull();
    expect(assembler.push(second(2))).toMatchObject({ event: { site: 2, frames: [1n, 2n] } });
    expect(assembler.push(second(1))).toMatchObject({ event: { site: 1 } });
  });

  it("drops an event with a part missing", () => {
    const assembler = new Assembler();
    expect(assembler.push(part(1, 0, false, head()))).toBeNull();
    expect(assembler.push(part(1, 2, true, end(0, 0)))).toBeNull();
    expect(assembler.push(part(3, 1, true, end(0, 0)))).toBeNull();
    expect(assembler.incomplete).toBe(1);
  });

  it.each([
    ["no end", part(1, 0, true, head())],
    ["fewer nodes than told", part(1, 0, true, head(), end(1, 0))],
    ["a string of a node that isn't there", part(1, 0, true, head(), string(3, 0, "x"), end(0, 0))],
    ["no head", part(1, 0, true, frames(1), end(0, 1))],
    ["an unknown kind", new Uint8Array([99, 0, 1, 0])],
    ["nothing", new Uint8Array()],
  ])("counts %s as malformed", (_, record) => {
    const assembler = new Assembler();
    expect(assembler.push(record)).toBeNull();
    expect(assembler.malformed).toBe(1);
  });

  it("survives any damage to a record", () => {
    const good = whole();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.nat(good.length),
        (edits, cut) => {
          const bad = good.slice(0, cut);
          for (const [at, value] of edits) if (at < bad.length) bad[at] = value;
          const assembler = new Assembler();
          const record = assembler.push(bad);
          const kinds = record === null ? [null] : Object.keys(record);
          expect([null, "event", "process", "call", "signal"]).toContain(kinds[0]);
          expect(kinds).toHaveLength(1);
        },
      ),
    );
  });
});
