import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Event } from "../../server/events/index.ts";
import { compileFilter } from "../filter/index.ts";
import { errorEvent, errorValue, frame } from "../testing/events.ts";
import {
  buildFlame,
  childrenOf,
  type FlameOptions,
  type FlameTree,
  follow,
  pathTo,
  selfOf,
} from "./build.ts";
import { colourToken } from "./colours.ts";
import { labelOf } from "./draw.ts";
import { boxAt, layoutFlame, neighbour } from "./layout.ts";
import { FlameNames } from "./names.ts";
import { flameLines } from "./table.ts";

const options: FlameOptions = {
  group: null,
  madeOnly: false,
  init: false,
  own: false,
  modules: [],
  filter: null,
};
let ids = 0;
/** `a b c` is a stack from the outermost function in. */
const event = (stack: string, part: Partial<Parameters<typeof errorEvent>[1]> = {}) =>
  errorEvent(String(ids++), {
    stack: [
      ...stack
        .split(" ")
        .reverse()
        .map((f) => frame(`main.${f}`)),
      frame("runtime.goexit"),
    ],
    ...part,
  });
function build(
  events: Event[],
  part: Partial<FlameOptions> = {},
  groupOf: (e: Event) => string | null = () => null,
) {
  const names = new FlameNames();
  const tree = buildFlame(events, names, { ...options, ...part }, groupOf);
  return { names, tree };
}
const label = (names: FlameNames, tree: FlameTree, node: number) =>
  names.list[tree.name[node]!]!.label.replace("main.", "");
const outline = ({ names, tree }: ReturnType<typeof build>) =>
  Array.from(
    { length: tree.size },
    (_, i) => `${"·".repeat(tree.depth[i]!)}${label(names, tree, i)} ${tree.total[i]}`,
  );

describe("buildFlame", () => {
  it("merges stacks from the outermost function in, down to the error, by name", () => {
    expect(outline(build([event("a c"), event("a b"), event("a b")]))).toEqual([
      "all 3",
      "·a 3",
      "··b 2",
      "···*errors.errorString 2",
      "··c 1",
      "···*errors.errorString 1",
    ]);
  });
  it("counts an event for as many as it stands for", () => {
    expect(outline(build([event("a", { sampled: 10 })]))[0]).toBe("all 10");
  });
  it("folds recursion for display and remembers how deep it was", () => {
    const { names, tree } = build([event("a w w w b"), event("a w w b")]);
    expect(outline({ names, tree })).toEqual([
      "all 2",
      "·a 2",
      "··w 2",
      "···b 2",
      "····*errors.errorString 2",
    ]);
    expect(tree.repeat[2]).toBe(3);
  });
  it("keeps to a group, to first sightings, and hides package initialisation", () => {
    const events = [
      event("a"),
      event("a", { made: false }),
      event("b", { init: true }),
      event("c", { group: "g" }),
    ];
    const group = (e: Event) => ("group" in e && e.group) || null;
    expect(build(events, {}, group).tree.total[0]).toBe(3);
    expect(build(events, { madeOnly: true }, group).tree.total[0]).toBe(2);
    const there = { site: { ...errorEvent("x").site, package: "net/http" } };
    const both = [errorEvent("1"), errorEvent("2", there)];
    expect(build(both, { own: true }).tree.total[0]).toBe(1);
    expect(build(events, { init: true }, group).tree.total[0]).toBe(4);
    expect(outline(build(events, { group: "g" }, group))).toEqual([
      "all 1",
      "·c 1",
      "··*errors.errorString 1",
    ]);
  });
  it("counts what the filter finds without leaving out the rest", () => {
    const events = [event("a", { error: errorValue("e", { message: "refused" }) }), event("a")];
    const { tree } = build(events, { filter: compileFilter("refused") });
    expect([...tree.total]).toEqual([2, 2, 2]);
    expect([...tree.matching]).toEqual([1, 1, 1]);
  });
  it("is empty without events, and without those that are no errors", () => {
    const { tree } = build([{ ...event("a"), kind: "goexit" } as unknown as Event]);
    expect(tree).toMatchObject({ size: 1, events: 0, levels: 1 });
    expect(layoutFlame(tree, 0, 500)).toEqual([]);
  });
  it("bears a stack of 5,000 different functions", () => {
    const deep = event(Array.from({ length: 5000 }, (_, i) => `f${i}`).join(" "));
    expect(build([deep]).tree.levels).toBe(5002);
  });
  it("finds a node again in a tree built anew, or the nearest above it", () => {
    const names = new FlameNames();
    const before = buildFlame([event("a b"), event("c")], names, options, () => null);
    const b = pathTo(before, 2);
    const after = buildFlame([event("A"), event("a b"), event("a")], names, options, () => null);
    expect(label(names, after, follow(after, b))).toBe("b");
    const without = buildFlame([event("a"), event("a")], names, options, () => null);
    expect(label(names, without, follow(without, b))).toBe("a");
  });
  it("tells own from inherited counts", () => {
    const { tree } = build([event("a b"), event("a")]);
    expect(childrenOf(tree, 1).map((c) => tree.total[c])).toEqual([1, 1]);
    expect(selfOf(tree, 1)).toBe(0);
    expect(selfOf(tree, tree.size - 1)).toBe(1);
  });
});

const stacks = fc.array(
  fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 8 }).map((s) => s.join(" ")),
  { minLength: 1, maxLength: 40 },
);

describe("layoutFlame", () => {
  it("covers the width in every row down to where stacks end, without overlap", () => {
    fc.assert(
      fc.property(stacks, fc.integer({ min: 3, max: 900 }), (list, width) => {
        const { tree } = build(list.map((s) => event(s)));
        const boxes = layoutFlame(tree, 0, width);
        const rows = Map.groupBy(boxes, (b) => b.row);
        for (const row of rows.values()) {
          row.sort((a, b) => a.x - b.x);
          for (let i = 1; i < row.length; i++)
            expect(row[i]!.x).toBeGreaterThanOrEqual(row[i - 1]!.x + row[i - 1]!.width - 1e-6);
        }
        const top = rows.get(1)!.reduce((sum, b) => sum + b.width, 0);
        expect(top).toBeCloseTo(width, 6);
      }),
    );
  });
  it("puts children exactly below their parent", () => {
    const { tree } = build([event("a b"), event("a c"), event("d")]);
    const boxes = layoutFlame(tree, 0, 300);
    expect(boxes.filter((b) => b.row <= 2).map((b) => [b.row, b.x, b.width])).toEqual([
      [0, 0, 300],
      [1, 0, 200],
      [2, 0, 100],
      [2, 100, 100],
      [1, 200, 100],
      [2, 200, 100],
    ]);
  });
  it("zooms: the node takes the width, those above it too", () => {
    const { tree } = build([event("a b"), event("a c"), event("d")]);
    const c = 4;
    expect(layoutFlame(tree, c, 300).map((b) => [b.row, b.width, b.above])).toEqual([
      [0, 300, true],
      [1, 300, true],
      [2, 300, false],
      [3, 300, false],
    ]);
  });
  it("merges what is too narrow to see", () => {
    const { tree } = build(Array.from({ length: 1000 }, (_, i) => event(`f${i}`)));
    const boxes = layoutFlame(tree, 0, 500);
    expect(boxes).toHaveLength(2);
    expect(boxes[1]).toMatchObject({ node: -1, nodes: 1000, row: 1 });
    expect(boxes[1]!.width).toBeCloseTo(500, 6);
  });
  it("finds the box under a point and the way by arrow keys", () => {
    const { tree } = build([event("a b"), event("a c"), event("a c"), event("d")]);
    const boxes = layoutFlame(tree, 0, 400);
    expect(boxAt(boxes, 150, 2)?.x).toBe(100);
    expect(boxAt(boxes, 399, 1)?.x).toBe(300);
    expect(boxAt(boxes, 10, 9)).toBeNull();
    const [a, b, c, d] = [1, 2, 4, 6];
    expect(neighbour(tree, boxes, 0, "down")).toBe(a);
    expect(neighbour(tree, boxes, a, "down")).toBe(c);
    expect(neighbour(tree, boxes, c, "up")).toBe(a);
    expect(neighbour(tree, boxes, c, "left")).toBe(b);
    expect(neighbour(tree, boxes, a, "right")).toBe(d);
    expect(neighbour(tree, boxes, d, "right")).toBe(d);
    expect(neighbour(tree, boxes, 0, "up")).toBe(0);
  });
});

describe("colourToken", () => {
  const name = (pkg: string) => ({ kind: "frame" as const, full: "", label: "", package: pkg, group: null });
  it("is the same for a package every time, grey for what isn't the program's", () => {
    expect(colourToken(name("example.com/shop/web"), [])).toBe(colourToken(name("example.com/shop/web"), []));
    expect(colourToken(name("example.com/shop/web"), [])).toMatch(/^flame-[0-7]$/);
    expect(colourToken(name("net/http"), [])).toBe("flame-standard");
    expect(colourToken(name("runtime/debug"), [])).toBe("flame-runtime");
    expect(colourToken({ ...name(""), kind: "error" }, [])).toBe("flame-error");
  });
});

describe("flameLines", () => {
  const { names, tree } = build([event("a b"), event("a c"), event("a c"), event("d")]);
  const say = (toggled: number[]) =>
    flameLines(tree, new Set(toggled)).map((l) => `${"·".repeat(l.depth - 1)}${label(names, tree, l.node)}`);
  it("opens the heaviest way first", () => {
    expect(say([])).toEqual(["all", "·a", "··c", "···*errors.errorString", "··b", "·d"]);
  });
  it("opens and closes what the user toggles", () => {
    expect(say([1, 6])).toEqual(["all", "·a", "·d", "··*errors.errorString"]);
    expect(flameLines(tree, new Set()).at(-1)).toMatchObject({ open: false, parent: "0", depth: 2 });
  });
});

it("cuts labels to the room there is", () => {
  expect(labelOf("main.load", 1, 12, 30)).toEqual({ label: "main.load", count: "12" });
  expect(labelOf("main.load", 40, 12, 12)).toEqual({ label: "main.load ↻…", count: null });
  expect(labelOf("main.load", 1, 1200, 14)).toEqual({ label: "main.load", count: null });
  expect(labelOf("main.load", 1, 1, 3)).toEqual({ label: "ma…", count: null });
});
