import { describe, expect, it } from "vitest";
import {
  baseName,
  formatAge,
  formatClock,
  formatCompact,
  formatCount,
  formatNanoseconds,
  formatShare,
  originOf,
  packageOf,
  shortFunction,
  shortPath,
  splitFunction,
} from "./index.ts";

describe("names", () => {
  it.each([
    ["main.load", "main", "main.load"],
    ["main.(*Server).Serve.func1", "main", "main.(*Server).Serve.func1"],
    ["example.com/shop/store.(*DB).Get", "example.com/shop/store", "store.(*DB).Get"],
    ["example.com/a/b.F[github.com/x/y.T]", "example.com/a/b", "b.F[github.com/x/y.T]"],
    ["gopkg.in/yaml%2ev3.Unmarshal", "gopkg.in/yaml%2ev3", "yaml%2ev3.Unmarshal"],
    ["runtime.goexit", "runtime", "runtime.goexit"],
  ])("%s", (name, pkg, short) => {
    expect(packageOf(name)).toBe(pkg);
    expect(shortFunction(name)).toBe(short);
    expect(splitFunction(name).join("")).toBe(name);
  });

  it("shortens paths", () => {
    expect(baseName("/src/shop/store/db.go")).toBe("db.go");
    expect(shortPath("/src/shop/store/db.go")).toBe("store/db.go");
    expect(shortPath("/main.go")).toBe("/main.go");
    expect(shortPath("main.go")).toBe("main.go");
  });

  it("tells whose code a package is", () => {
    expect(originOf("main", [])).toBe("module");
    expect(originOf("shop/store", ["shop"])).toBe("module");
    expect(originOf("shopping", ["shop"])).toBe("library");
    expect(originOf("github.com/lib/pq", [])).toBe("library");
    expect(originOf("net/http", ["shop"])).toBe("standard");
    expect(originOf("runtime/debug", [])).toBe("runtime");
    expect(originOf("shop/store", [])).toBe("module");
  });
});

describe("numbers", () => {
  it("groups and shortens", () => {
    expect(formatCount(1234567)).toBe("1,234,567");
    expect(formatCompact(999)).toBe("999");
    expect(formatCompact(1000)).toBe("1k");
    expect(formatCompact(1299)).toBe("1.2k");
    expect(formatCompact(999_999)).toBe("999k");
    expect(formatCompact(3_450_000)).toBe("3.4M");
  });
  it("never rounds a share to nothing or to everything", () => {
    expect(formatShare(0)).toBe("0 %");
    expect(formatShare(0.001)).toBe("<1 %");
    expect(formatShare(0.999)).toBe(">99 %");
    expect(formatShare(1)).toBe("100 %");
    expect(formatShare(0.426)).toBe("43 %");
  });
});

describe("times", () => {
  it("ages", () => {
    expect(formatAge(-5)).toBe("now");
    expect(formatAge(12_900)).toBe("12 s");
    expect(formatAge(3 * 60_000)).toBe("3 min");
    expect(formatAge(47 * 3_600_000)).toBe("47 h");
    expect(formatAge(49 * 3_600_000)).toBe("2 d");
    expect(formatAge(Number.NaN)).toBe("–");
  });
  it("durations", () => {
    expect(formatNanoseconds(740)).toBe("740 ns");
    expect(formatNanoseconds(5210)).toBe("5.2 µs");
    expect(formatNanoseconds(214_000_000)).toBe("214 ms");
    expect(formatNanoseconds(1_300_000_000)).toBe("1.3 s");
  });
  it("keeps a text that is no time", () => {
    expect(formatClock("soon")).toBe("soon");
    expect(formatClock("2026-11-25T02:15:35.123456789Z")).toMatch(/^\d\d:\d\d:35\.123$/);
  });
});
