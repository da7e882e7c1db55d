import { describe, expect, it } from "vitest";
import { errorEvent, errorValue, group } from "../testing/events.ts";
import { compileFilter, parseTerms } from "./query.ts";
import { searchableEvent, searchableGroup } from "./searchable.ts";

const thing = searchableGroup(
  group("g", {
    type: "*fs.PathError",
    chain: ["*fs.PathError", "syscall.Errno"],
    template: "open <…>: no such file or directory",
    message: "open /etc/shop.toml: no such file or directory",
    targets: ["71:900", "710:12"],
    traps: ["cause-lost"],
  }),
  [],
);
const matches = (text: string) => compileFilter(text)?.(thing);

describe("compileFilter", () => {
  it("asks for nothing when empty", () => {
    expect(compileFilter("")).toBeNull();
    expect(compileFilter("   ")).toBeNull();
  });
  it.each([
    ["patherror", true],
    ["PATHERROR main.load", true],
    ["patherror sql", false],
    ["type:errno", true],
    ["type:open", false],
    ["msg:shop.toml", true],
    ["fn:load file:main.go:12", true],
    ["op:new kind:error", true],
    ["-type:errno", false],
    ["-timeout", true],
    ['"no such file"', true],
    ['"such no file"', false],
    ['-"no such file"', false],
    ["origin:module", true],
    ["origin:standard", false],
    ["module", false],
    ["trap:cause-lost", true],
    ["trap:typed-nil", false],
    ["pid:71", true],
    ["pid:7", false],
    ["pid:710", true],
  ])("%s → %s", (text, expected) => expect(matches(text)).toBe(expected));

  it("searches words with colons as they stand", () => {
    expect(parseTerms("directory:x")).toEqual([{ key: null, text: "directory:x", exclude: false }]);
    expect(matches("shop.toml:")).toBe(true);
    expect(parseTerms('"open quote')).toEqual([{ key: null, text: "open quote", exclude: false }]);
  });
});

it("searches events by their head, and leaves out what is no occurrence", () => {
  const event = errorEvent("1", {
    error: errorValue("e", { message: "dial tcp: refused", type: "*net.OpError" }),
  });
  expect(compileFilter("refused type:operror pid:71")?.(searchableEvent(event, [])!)).toBe(true);
  const library = { ...event, site: { ...event.site, package: "example.com/shop/store" } };
  expect(compileFilter("origin:library")?.(searchableEvent(library, [])!)).toBe(true);
  expect(compileFilter("origin:library")?.(searchableEvent(library, ["example.com/shop"])!)).toBe(false);
  expect(searchableEvent({ ...event, kind: "goexit" } as never, [])).toBeNull();
});
