import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** Token → [light, dark] as 6-digit hexadecimal colours. */
const tokens = new Map<string, [string, string]>();
const css = readFileSync(new URL("../../app/tokens.css", import.meta.url), "utf8");
for (const [, name, light, dark] of css.matchAll(
  /--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g,
)) {
  tokens.set(name!, [light!, dark!]);
}

/** Relative luminance and contrast ratio of WCAG 2.2. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}
function ratios(text: string, surface: string): number[] {
  const [a, b] = [tokens.get(text), tokens.get(surface)];
  if (!a || !b) throw new Error(`no token --${a ? surface : text}`);
  return [contrast(a[0], b[0]), contrast(a[1], b[1])];
}

const SURFACES = ["bg", "surface", "raised", "hover", "selected"];
const FLAMES = [...tokens.keys()].filter((t) => t.startsWith("flame-") && t !== "flame-gap");

describe("contrast in light and dark", () => {
  it("measures as WCAG does", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  });
  it.each(SURFACES)("main text on %s is 7:1 or better", (surface) => {
    for (const text of ["ink", "ink-2"])
      expect(Math.min(...ratios(text, surface)), text).toBeGreaterThanOrEqual(7);
  });
  it.each(SURFACES)("every other text on %s is 4.5:1 or better", (surface) => {
    for (const text of ["ink-3", "accent", "root", "panic", "kernel", "warn", "bad", "good"]) {
      expect(Math.min(...ratios(text, surface)), text).toBeGreaterThanOrEqual(4.5);
    }
  });
  it.each(["root", "panic", "kernel", "warn", "bad"])(
    "%s on its own soft ground is 4.5:1 or better",
    (name) => {
      expect(Math.min(...ratios(name, `${name}-soft`))).toBeGreaterThanOrEqual(4.5);
      expect(Math.min(...ratios("ink", `${name}-soft`))).toBeGreaterThanOrEqual(7);
    },
  );
  it("text on the flame graph's boxes is 5.5:1 or better", () => {
    expect(FLAMES).toHaveLength(11);
    for (const fill of FLAMES) expect(Math.min(...ratios("ink", fill)), fill).toBeGreaterThanOrEqual(5.5);
  });
  it("text on the accent is 4.5:1 or better", () => {
    expect(Math.min(...ratios("accent-ink", "accent"))).toBeGreaterThanOrEqual(4.5);
  });
});
