import { describe, expect, it } from "vitest";
import { keyName, pressesItself, takesText } from "./keys.ts";
import { ACTIONS, SECTIONS, tooltip } from "./table.ts";

const press = (key: string, part: object = {}) =>
  keyName({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...part });

describe("keyName", () => {
  it("names keys as the table writes them", () => {
    expect(press("j")).toBe("j");
    expect(press("J")).toBe("j");
    expect(press("G", { shiftKey: true })).toBe("Shift+G");
    expect(press("?", { shiftKey: true })).toBe("?");
    expect(press("+", { shiftKey: true, code: "Equal" })).toBe("+");
    expect(press("#", { shiftKey: true, code: "Digit3" })).toBe("Shift+3");
    expect(press("§", { shiftKey: true, code: "Digit3" })).toBe("Shift+3");
    expect(press("/", { shiftKey: true, code: "Digit7" })).toBe("/");
    expect(press(" ")).toBe("Space");
    expect(press("ArrowDown")).toBe("ArrowDown");
  });
  it("leaves chords to the browser", () => {
    expect(press("c", { ctrlKey: true })).toBeNull();
    expect(press("r", { metaKey: true })).toBeNull();
  });
});

it("knows which elements want keys for themselves", () => {
  expect(takesText({ tagName: "INPUT" })).toBe(true);
  expect(takesText({ tagName: "DIV", isContentEditable: true })).toBe(true);
  expect(takesText({ tagName: "BUTTON" })).toBe(false);
  expect(pressesItself({ tagName: "BUTTON" })).toBe(true);
  expect(pressesItself(null)).toBe(false);
});

describe("the table", () => {
  it("has each id once, and each key once where two actions could both be on the screen", () => {
    expect(new Set(ACTIONS.map((a) => a.id)).size).toBe(ACTIONS.length);
    const places = SECTIONS.filter((s) => s !== "Everywhere");
    for (const place of places) {
      const keys = ACTIONS.filter((a) => a.section === place || a.section === "Everywhere").flatMap(
        (a) => a.keys,
      );
      expect(keys.length, place).toBe(new Set(keys).size);
    }
  });
  it("only has keys that a keyboard event can have", () => {
    for (const key of ACTIONS.flatMap((a) => a.keys)) {
      const [, shift, bare] = /^(Shift\+)?(.+)$/.exec(key)!;
      const digit = /^\d$/.test(bare!);
      expect(
        press(bare === "Space" ? " " : bare!, { shiftKey: !!shift, code: digit ? `Digit${bare}` : "" }),
      ).toBe(key);
    }
  });
  it("labels buttons with the key", () => {
    expect(tooltip("filter")).toBe("Filter (/)");
  });
});
