import { expect, it } from "vitest";
import { type TreeLine, treeKey } from "./tree-keys.ts";

const lines: TreeLine[] = [
  { path: "0", parent: null, open: true },
  { path: "0.0", parent: "0", open: false },
  { path: "0.1", parent: "0", open: null },
];

it.each([
  ["0", "ArrowDown", { focus: "0.0" }],
  ["0", "ArrowUp", null],
  ["0.1", "ArrowDown", null],
  ["0", "End", { focus: "0.1" }],
  ["0.1", "Home", { focus: "0" }],
  ["0", "ArrowRight", { focus: "0.0" }],
  ["0.0", "ArrowRight", { toggle: "0.0" }],
  ["0.1", "ArrowRight", null],
  ["0", "ArrowLeft", { toggle: "0" }],
  ["0.0", "ArrowLeft", { focus: "0" }],
  ["0.1", "x", null],
  ["gone", "ArrowDown", { focus: "0" }],
  ["gone", "x", null],
])("%s %s", (focused, key, expected) => expect(treeKey(lines, focused, key)).toEqual(expected));

it("does nothing in an empty tree", () => {
  expect(treeKey([], "0", "ArrowDown")).toBeNull();
});
