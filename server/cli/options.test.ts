import { describe, expect, it } from "vitest";
import { CommandFailure } from "./failure.ts";
import {
  columns,
  flagLines,
  globToRegExp,
  parseAddress,
  parseCommand,
  parseDuration,
  parsePid,
  within,
} from "./options.ts";

const table = {
  json: { help: "events as JSON lines" },
  pid: { value: "N", multiple: true, help: "a process" },
  serve: { value: "HOST:PORT", optionalValue: true, help: "dashboard" },
};

describe("parseCommand", () => {
  it("splits flags, positionals and what follows --", () => {
    const got = parseCommand("attach", table, [
      "--json",
      "--pid",
      "7",
      "--pid=8",
      "x",
      "--",
      "prog",
      "--json",
    ]);
    expect(got.flags).toMatchObject({ json: true, pid: ["7", "8"] });
    expect(got.positionals).toEqual(["x"]);
    expect(got.rest).toEqual(["prog", "--json"]);
  });
  it("lets --serve stand alone or take an address", () => {
    expect(parseCommand("run", table, ["--serve", "--json"]).flags.serve).toBe("");
    expect(parseCommand("run", table, ["--serve", "0.0.0.0:80"]).flags.serve).toBe("0.0.0.0:80");
    expect(parseCommand("run", table, ["--serve", "--", "p"]).flags.serve).toBe("");
  });
  it("refuses unknown flags and missing values with exit code 2", () => {
    for (const argv of [["--nope"], ["--pid"], ["--json=1"]]) {
      try {
        parseCommand("run", table, argv);
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(CommandFailure);
        expect((error as CommandFailure).exitCode).toBe(2);
        expect((error as CommandFailure).message).toContain("errscope run --help");
      }
    }
  });
});

describe("values", () => {
  it("reads durations", () => {
    expect(["90", "90s", "5m", "1.5h", "250ms"].map(parseDuration)).toEqual([
      90_000, 90_000, 300_000, 5_400_000, 250,
    ]);
    expect(() => parseDuration("soon")).toThrow(/no duration/);
  });
  it("reads numbers within their bounds", () => {
    expect([
      within("n", "32", 32, 64, 40),
      within("n", "64", 32, 64, 40),
      within("n", undefined, 32, 64, 40),
    ]).toEqual([32, 64, 40]);
    for (const text of ["31", "65", "4e1", "", "-40", "40.5"]) {
      expect(() => within("n", text, 32, 64, 40)).toThrow(/--n takes a number from 32 to 64/);
    }
  });
  it("reads addresses", () => {
    const fallback = { host: "127.0.0.1", port: 7788 };
    expect(parseAddress("", fallback)).toEqual(fallback);
    expect(parseAddress(":80", fallback)).toEqual({ host: "127.0.0.1", port: 80 });
    expect(parseAddress("8080", fallback)).toEqual({ host: "127.0.0.1", port: 8080 });
    expect(parseAddress("[::1]:9", fallback)).toEqual({ host: "::1", port: 9 });
    expect(() => parseAddress("host:99999", fallback)).toThrow(/no address/);
    expect(() => parseAddress("host", fallback)).toThrow(/no address/);
  });
  it("reads process ids", () => {
    expect(parsePid("12")).toBe(12);
    expect(() => parsePid("0")).toThrow(/no process id/);
    expect(() => parsePid("1x")).toThrow(/no process id/);
  });
  it("matches globs whole", () => {
    expect(globToRegExp("shop*").test("shop-api")).toBe(true);
    expect(globToRegExp("shop").test("shop-api")).toBe(false);
    expect(globToRegExp("a.b?").test("axbc")).toBe(false);
  });
  it("prints a line a flag", () => {
    expect(flagLines(table).split("\n")).toHaveLength(4);
    expect(flagLines(table)).toContain("--serve [HOST:PORT]");
  });
  it("puts texts in one column, below a name that is too long for it", () => {
    const rows = [["ps", "short"] as const, ["x".repeat(33), "word ".repeat(30).trim()] as const];
    expect(columns(rows).split("\n")).toEqual([
      "  ps  short",
      `  ${"x".repeat(33)}`,
      `      ${"word ".repeat(21).trim()}`,
      `      ${"word ".repeat(9).trim()}`,
    ]);
  });
});
