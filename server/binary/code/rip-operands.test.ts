import { expect, test } from "vitest";
import { RipOperands } from "./rip-operands.ts";

/** Bytes that are such a ModRM, and others that differ from one in a bit or carry into their neighbours. */
const BYTES = [0x05, 0x0d, 0x3d, 0x04, 0x06, 0x45, 0x85, 0xc5, 0x00, 0xff, 0x01, 0x15];

function all(code: Uint8Array): number[] {
  const operands = new RipOperands(code);
  const found: number[] = [];
  for (let at = operands.next(0); at >= 0; at = operands.next(at + 1)) found.push(at);
  return found;
}

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
      expect(all(code)).toEqual(wanted);
    }
  },
);

test("from any place on", () => {
  const operands = new RipOperands(Uint8Array.of(0, 5, 0, 0, 0, 0, 0, 0, 0, 0x3d, 0));
  expect([0, 1, 2, 8, 9, 10, 11].map((from) => operands.next(from))).toEqual([1, 1, 9, 9, 9, -1, -1]);
});
