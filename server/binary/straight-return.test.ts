import { afterAll, expect, test } from "vitest";
import { bodyOf } from "../../tests/support/body.ts";
import { Disassembler, Reg } from "./code/index.ts";
import { Follower } from "./follow.ts";
import { exclusivePlacement, probesOf } from "./placement.ts";
import { straightReturn } from "./straight-return.ts";

const disassembler = new Disassembler();
afterAll(() => disassembler.free());

const SENTINEL = 0x5000;
const reference = { i: 0, itab: null, itabs: [1], objectSize: 0, typeOffset: 8, sentinel: SENTINEL };
/** At 0x1000: mov rbx, [SENTINEL]; mov rcx, [SENTINEL + 8]. */
const LOADS = "488b1df93f0000 488b0dfa3f0000";

test("a plain return is told as the follower tells it, and probed where the proof finds it", () => {
  const { body, bytes } = bodyOf(disassembler, `${LOADS} 31c0 4883c418 5d c3`); // xor eax, eax; add rsp, 24; pop rbp; ret
  const { consumers, ...rest } = straightReturn(body, reference)!;
  const { consumers: followed, ...others } = new Follower(body, 0, reference.typeOffset).run();
  expect(consumers).toEqual(followed.map((one) => ({ ...one, straight: true })));
  expect(rest).toEqual(others);
  const place = (found: typeof consumers) =>
    exclusivePlacement(body, reference, found, probesOf(body, bytes), () => false);
  expect(place(consumers)).toEqual(place(followed));
  expect(place(consumers)).toMatchObject({ i: 5, word0: { reg: Reg.RBX }, word1: { reg: Reg.RCX } });
});

test("what is less plain is left to the follower", () => {
  const plain = (hex: string) => straightReturn(bodyOf(disassembler, hex).body, reference) !== null;
  expect(plain(`${LOADS} c3`)).toBe(true);
  expect(plain(`${LOADS} 48895c2408 c3`)).toBe(false); // mov [rsp+8], rbx
  expect(plain(`${LOADS} 4889ca c3`)).toBe(false); // mov rdx, rcx: it is in two registers
  expect(plain(`${LOADS} e800000000 c3`)).toBe(false); // a call
  expect(plain("488b1df93f0000 488b0dff3f0000 c3")).toBe(false); // the data of another variable
  expect(plain("488b1df93f0000 c3")).toBe(false); // no data
});
