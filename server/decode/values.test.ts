import { expect, test } from "vitest";
import type { ErrorValue } from "../events/index.ts";
import { idsOf, someValue } from "./values.ts";

const value = (id: string, ...causes: ErrorValue[]) =>
  ({ id, causes: causes.map((error) => ({ via: "unwrap", error })) }) as ErrorValue;

test("a tree with a value in two places and a chain that leads back: each value is asked once", () => {
  const shared = value("e1");
  const back = value("e2", shared);
  const root = value("e4", value("e3", shared), back);
  back.causes.push({ via: "unwrap", error: root });
  const asked: string[] = [];
  expect(someValue(root, ({ id }) => asked.push(id) === 0)).toBe(false);
  expect(asked.sort()).toEqual(["e1", "e2", "e3", "e4"]);
  expect(idsOf(root)).toEqual(new Set(asked));
});

test("the search ends at the first that is meant", () => {
  let asked = 0;
  expect(someValue(value("e2", value("e1")), ({ id }) => ++asked > 0 && id === "e2")).toBe(true);
  expect(asked).toBe(1);
});

test("a chain of a hundred thousand", () => {
  let root = value("e0");
  for (let i = 1; i < 100_000; i++) root = value(`e${i}`, root);
  expect(idsOf(root).size).toBe(100_000);
});
