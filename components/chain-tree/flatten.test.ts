import { describe, expect, it } from "vitest";
import { errorValue, unwrap } from "../testing/events.ts";
import { type ChainRow, flattenChain, splitMessage } from "./flatten.ts";

const leaf = (id: string) => errorValue(id);
const wrap = (id: string, ...causes: string[]) =>
  errorValue(id, { causes: causes.map((c) => unwrap(leaf(c))) });
const none = new Set<string>();
const say = (row: ChainRow) =>
  row.kind === "cut"
    ? "cut"
    : row.kind === "more"
      ? `${" ".repeat(row.depth)}+${row.hidden}`
      : `${" ".repeat(row.depth)}${row.error.id}${row.open ? " v" : ""}`;
const flat = (root: Parameters<typeof flattenChain>[0], toggled = none, more = new Map<string, number>()) =>
  flattenChain(root, toggled, more).map(say);

describe("flattenChain", () => {
  it("lists a chain from the outside in", () => {
    const root = errorValue("a", { causes: [unwrap(wrap("b", "c"))] });
    expect(flat(root)).toEqual([" a v", "  b v", "   c"]);
    expect(flattenChain(root, none, new Map())[2]).toMatchObject({
      path: "0.0.0",
      parent: "0.0",
      position: 1,
      siblings: 1,
    });
  });
  it("opens the first three of several causes", () => {
    const root = errorValue("j", { causes: ["a", "b", "c", "d"].map((id) => unwrap(wrap(id, `${id}1`))) });
    expect(flat(root)).toEqual([" j v", "  a v", "   a1", "  b v", "   b1", "  c v", "   c1", "  d"]);
    expect(flat(root, new Set(["0.0", "0.3"]))).toEqual([
      " j v",
      "  a",
      "  b v",
      "   b1",
      "  c v",
      "   c1",
      "  d v",
      "   d1",
    ]);
    expect(flat(root, new Set(["0"]))).toEqual([" j"]);
  });
  it("sets only several causes apart", () => {
    const root = errorValue("a", { causes: [unwrap(wrap("j", "x", "y"))] });
    expect(flattenChain(root, none, new Map()).map((r) => r.indent)).toEqual([0, 0, 1, 1]);
  });
  it("knows which lines go on past a value, to causes further down", () => {
    const inner = wrap("k", "x", "y");
    const root = errorValue("j", { causes: [unwrap(inner), unwrap(leaf("z"))] });
    const rails = flattenChain(root, none, new Map()).map((row) => [say(row).trim(), row.rails]);
    expect(rails).toEqual([
      ["j v", []],
      ["k v", [1]],
      ["x", [1, 2]],
      ["y", [1]],
      ["z", []],
    ]);
  });
  it("shows the causes of a large join by and by", () => {
    const root = wrap("j", ...Array.from({ length: 10_000 }, (_, i) => `c${i}`));
    expect(flat(root)).toHaveLength(22);
    expect(flat(root).at(-1)).toBe("  +9980");
    expect(flat(root, none, new Map([["0", 2]]))).toHaveLength(62);
  });
  it("bears any depth", () => {
    let deep = leaf("end");
    for (let i = 0; i < 5000; i++) deep = errorValue(`d${i}`, { causes: [unwrap(deep)] });
    expect(flat(deep)).toHaveLength(2001);
    expect(flat(deep).at(-1)).toBe("cut");
  });
});

describe("splitMessage", () => {
  const cause = (message: string) => unwrap(errorValue("c", { message }));
  it("finds what came from the cause", () => {
    const error = errorValue("a", {
      message: "load x: open x: no such file",
      causes: [cause("open x: no such file")],
    });
    expect(splitMessage(error)).toEqual([
      { text: "load x: ", own: true },
      { text: "open x: no such file", own: false },
    ]);
  });
  it("finds each cause of a join, in order", () => {
    const error = errorValue("j", { message: "one\ntwo", causes: [cause("one"), cause("two")] });
    expect(splitMessage(error).map((p) => p.own)).toEqual([false, true, false]);
  });
  it("keeps a message that doesn't hold its cause's", () => {
    expect(splitMessage(errorValue("a", { message: "failed", causes: [cause("x"), cause("")] }))).toEqual([
      { text: "failed", own: true },
    ]);
    expect(splitMessage(errorValue("a", { message: "" }))).toEqual([]);
  });
});
