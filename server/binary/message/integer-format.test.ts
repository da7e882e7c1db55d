import { describe, expect, test } from "vitest";
import { formatInteger, isIntegerDirective, isSettledInteger } from "./integer-format.ts";

describe("directives of fmt for integers", () => {
  test.each(["%d", "%v", "%+v", "%x", "%#X", "%08d", "%-5d", "%c", "%-5q", "%#U"])(
    "%s is known",
    (directive) => {
      expect(isIntegerDirective(directive)).toBe(true);
    },
  );

  test.each(["%s", "%t", "%#v", "%05c", "%05q", "%+q", "%.3d", "%1000d", "d"])("%s isn't", (directive) => {
    expect(isIntegerDirective(directive)).toBe(false);
  });

  // what Go 1.20.14, 1.26.8 and 1.27.1 print
  test.each([
    ["%-05d", 7n, "7    "],
    ["%+05d", 7n, "+0007"],
    ["% 05d", -7n, "-0007"],
    ["%#08X", 28450n, "0X00006F22"],
    ["%#o", 7n, "07"],
    ["%#b", -7n, "-0b111"],
    ["%+#x", 7n, "+0x7"],
    ["%05U", 7n, "U+0007"],
    ["%#U", 0x6f22n, "U+6F22 '漢'"],
    ["%#U", 7n, "U+0007"],
    ["%-5q", 0x61n, "'a'  "],
    ["%05v", -7n, "-0007"],
  ])("%s of %s is %j", (directive, value, text) => {
    expect(formatInteger(value, directive)).toBe(text);
  });

  test("a directive that isn't known is refused", () => {
    expect(() => formatInteger(1n, "%s")).toThrow(RangeError);
  });

  test("a character that only newer versions of Unicode print isn't settled", () => {
    expect(isSettledInteger(0xc5cn, "%q")).toBe(false);
    expect(isSettledInteger(0xc5cn, "%d")).toBe(true);
    expect(isSettledInteger(0x61n, "%q")).toBe(true);
    expect(isSettledInteger(-1n, "%q")).toBe(true);
  });
});
