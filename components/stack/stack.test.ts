import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorEvent, frame } from "../testing/events.ts";
import { foldRecursion } from "./fold.ts";
import { type StackRow, stackRows } from "./rows.ts";

const fold = (text: string, least?: number) =>
  foldRecursion(text.length, (a, b) => text[a] === text[b], least).map((r) => [
    text.slice(r.start, r.start + r.period),
    r.times,
  ]);

describe("foldRecursion", () => {
  it("folds a function that calls itself", () => {
    expect(fold("abbbc")).toEqual([
      ["a", 1],
      ["b", 3],
      ["c", 1],
    ]);
  });
  it("folds cycles of functions, with what is left over outside", () => {
    expect(fold("xababay")).toEqual([
      ["x", 1],
      ["ab", 2],
      ["a", 1],
      ["y", 1],
    ]);
  });
  it("leaves short repetitions alone when asked", () => {
    expect(fold("abbc", 3)).toEqual([..."abbc"].map((c) => [c, 1]));
    expect(fold("abbbc", 3)).toContainEqual(["b", 3]);
  });
  it("covers every frame once, whatever the stack", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 60 }), (text) => {
        let at = 0;
        for (const run of foldRecursion(text.length, (a, b) => text[a] === text[b])) {
          expect(run.start).toBe(at);
          expect(text.slice(at, at + run.period * run.times)).toBe(
            text.slice(at, at + run.period).repeat(run.times),
          );
          at += run.period * run.times;
        }
        expect(at).toBe(text.length);
      }),
    );
  });
  it("bears 5,000 frames of one function and of none alike", () => {
    expect(foldRecursion(5000, () => true)).toEqual([{ start: 0, period: 1, times: 5000 }]);
    expect(foldRecursion(5000, () => false)).toHaveLength(5000);
  });
});

const say = (row: StackRow) =>
  row.kind === "frame"
    ? `${row.role} ${row.frame.function}`
    : `${row.why} ${row.count}${row.open ? " open" : ""}`;

describe("stackRows", () => {
  const { site } = errorEvent("x", { site: { ...errorEvent("x").site, function: "main.load", line: 12 } });
  const stack = [
    frame("errors.New", 59, true),
    frame("main.load", 12),
    frame("net/http.(*conn).serve", 2),
    frame("github.com/x/y.F", 3),
    frame("runtime.main", 283),
    frame("runtime.goexit", 1700),
  ];
  it("marks the site, tells whose code each frame is, and folds constructors and the runtime", () => {
    expect(stackRows(stack, site, [], new Set()).map(say)).toEqual([
      "constructor 1",
      "site main.load",
      "standard net/http.(*conn).serve",
      "library github.com/x/y.F",
      "runtime 2",
    ]);
  });
  it("unfolds what was asked for", () => {
    expect(
      stackRows(stack, site, [], new Set(["runtime 4"]))
        .map(say)
        .slice(-3),
    ).toEqual(["runtime 2 open", "runtime runtime.main", "runtime runtime.goexit"]);
  });
  it("folds recursion but keeps one round in sight", () => {
    const deep = [
      frame("main.load", 12),
      ...Array.from({ length: 40 }, () => frame("main.walk", 9)),
      frame("main.main", 1),
    ];
    expect(stackRows(deep, site, [], new Set()).map(say)).toEqual([
      "site main.load",
      "recursion 39",
      "module main.walk",
      "module main.main",
    ]);
  });
  it("has no constructors where the site is not on the stack", () => {
    expect(stackRows([frame("main.other"), frame("main.main")], site, [], new Set()).map(say)).toEqual([
      "module main.other",
      "module main.main",
    ]);
    expect(stackRows([], site, [], new Set())).toEqual([]);
  });
});
