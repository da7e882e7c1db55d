import { expect, test } from "vitest";
import { findAhead, forgetOperands, ripOperands } from "./rip-operands.ts";

/** Bytes that are such a ModRM, and others that differ from one in a bit or carry into their neighbours. */
const BYTES = [0x05, 0x0d, 0x3d, 0x04, 0x06, 0x45, 0x85, 0xc5, 0x00, 0xff, 0x01, 0x15];

test.each([0, 1, 2, 3])(
  "all are found, and no others, in code at an address that is %i beyond a word",
  (skew) => {
    let random = 1;
    for (let length = 0; length < 40; length++) {
      const code = new Uint8Array(new ArrayBuffer(skew + length), skew);
      for (let i = 0; i < length; i++) {
        random = (random * 1103515245 + 12345) % 2 ** 31;
        code[i] = BYTES[(random >> 16) % BYTES.length]!;
      }
      const wanted = [...code.keys()].filter((i) => [0x05, 0x0d, 0x15, 0x3d].includes(code[i]!));
      expect([...ripOperands(code)]).toEqual(wanted);
    }
  },
);

test("more than there is room for at first", () => {
  const code = new Uint8Array(200_000).fill(0x05);
  expect(ripOperands(code)).toEqual(Int32Array.from(code.keys()));
});

test("what was found ahead in more code is the same, and is used until it is forgotten", () => {
  const code = Uint8Array.from({ length: 4096 }, (_, i) => BYTES[(i * 7919) % BYTES.length]!);
  for (const [from, to] of [
    [0, 4096],
    [5, 4001],
    [4096, 4096],
  ] as const) {
    const part = code.subarray(from, to);
    const wanted = ripOperands(part);
    findAhead(code);
    expect(ripOperands(part)).toEqual(wanted);
    code.fill(0, 8, 16);
    expect(ripOperands(part)).toEqual(wanted);
    forgetOperands(part);
    expect(ripOperands(part)).toEqual(ripOperands(part.slice()));
    code.set([5, 5, 5], 8);
  }
  findAhead(code.subarray(100, 200));
  expect(ripOperands(code)).toEqual(ripOperands(code.slice()));
});
