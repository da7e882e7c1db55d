import { expect, test } from "vitest";
import type { GroundTruth } from "../../support/groundtruth.ts";
import { methodSymbol, trueErrorTypes } from "./compare.ts";

test.each([
  ["*main.T", "main.(*T).Error"],
  ["main.T", "main.T.Error"],
  ["*gopkg.in/yaml%2ev3.TypeError", "gopkg.in/yaml%2ev3.(*TypeError).Error"],
  ["*a.b/c.G[go.shape.int,d.e/f.T]", "a.b/c.(*G[go.shape.int,d.e/f.T]).Error"],
  ["**main.T", null],
  ["struct { main.T }", null],
  ["[]main.T", null],
])("the symbol of %s's method", (type, symbol) => {
  expect(methodSymbol(type, "Error")).toBe(symbol);
});

test("error types: by signature, promoted too, and only what gets into interfaces", () => {
  const type = (name: string, embedded?: string) => ({
    name,
    address: 0,
    kind: 25,
    size: 8,
    fields: embedded ? [{ name: "x", offset: 0, type: 0, typeName: embedded, embedded: true }] : [],
  });
  const method = (name: string, known: boolean, params: number, ...results: string[]) => ({
    name,
    address: 0,
    known,
    params,
    results,
    returns: [],
  });
  const names = ["m.E", "m.Logger", "m.Kept", "m.Promoted", "struct { m.E }", "**m.E"];
  const types = [
    ...names.map((n) => type(n)),
    type("m.Wraps", "m.E"),
    type("struct { m.Logger }", "m.Logger"),
  ];
  types[4] = type("struct { m.E }", "m.E");
  const truth: Pick<GroundTruth, "types" | "methods"> = {
    types,
    methods: [
      method("m.E.Error", true, 0, "string"),
      method("m.Logger.Error", true, 1),
      method("m.Kept.Error", true, 0, "string"),
      method("m.Promoted.Error", false, 0),
      method("m.Wraps.Error", false, 0),
    ],
  };
  const inInterfaces = new Set([...names.filter((n) => n !== "m.Kept"), "m.Wraps", "struct { m.Logger }"]);
  const linked = { types: new Set<string>(), inInterfaces, itabs: new Set(["*m.Promoted,error"]) };
  const found = trueErrorTypes(truth as GroundTruth, linked).map((t) => t.name);
  expect(found).toEqual(["m.E", "m.Promoted", "struct { m.E }", "m.Wraps"]);
});
