import { expect, test } from "vitest";
import { add, constant, nothingKnown, pointer } from "./value.ts";

test("an address that leads far from its object isn't followed: its bytes couldn't be counted", () => {
  const moved = (by: bigint) => add(pointer("stack", -8), constant(by), 64, nothingKnown);
  expect(moved(24n)).toEqual(pointer("stack", 16));
  expect(moved(-24n)).toEqual(pointer("stack", -32));
  // 2^62 + 1 is no number that counting by one gets past
  for (const by of [1n << 62n, -(1n << 62n), 1n << 41n]) expect(moved(by)).toMatchObject({ kind: "unknown" });
});
