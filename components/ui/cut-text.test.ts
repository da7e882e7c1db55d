import { expect, it } from "vitest";
import { cutText } from "./cut-text.ts";

it("cuts what is much too long, and leaves the rest whole", () => {
  expect(cutText("short", 10, 3)).toBeNull();
  expect(cutText("x".repeat(13), 10, 3)).toBeNull();
  expect(cutText("x".repeat(14), 10, 3)).toBe("x".repeat(10));
});
it("cuts at a line", () => {
  expect(cutText("a\nb\nc\nd", 100, 3)).toBeNull();
  expect(cutText("a\nb\nc\nd\ne\nf\n", 100, 3)).toBe("a\nb\nc");
});
it("keeps characters whole", () => {
  expect(cutText(`${"x".repeat(9)}😀${"x".repeat(9)}`, 10, 3)).toBe("x".repeat(9));
});
