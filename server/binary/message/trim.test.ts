import { expect, test } from "vitest";
import { text } from "../bytes.ts";
import { trimText } from "./trim.ts";

test.each([
  [" \t a b \n", "a b"],
  ["\u3000a\u0085", "a"],
  ["", ""],
  [" ", ""],
  // what strings.TrimSpace gives, and not what JavaScript's trim or a decoder that drops the mark would
  ["\ufeffa ", "\ufeffa"],
  [" \ufeffa", "\ufeffa"],
])("%j is trimmed as Go does", (before, after) => {
  expect(trimText(before)).toBe(after);
});

test("a name keeps the byte order mark that it begins with", () => {
  const bytes = new TextEncoder().encode("\ufeffname");
  expect(text(bytes, 0, bytes.length)).toBe("\ufeffname");
});
