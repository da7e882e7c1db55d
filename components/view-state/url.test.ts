import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DEFAULT_VIEW_STATE,
  formatViewState,
  parseViewState,
  SORT_KEYS,
  VIEWS,
  type ViewState,
} from "./url.ts";

const name = fc.string({ minLength: 1 });
const anyState: fc.Arbitrary<ViewState> = fc.record({
  view: fc.constantFrom(...VIEWS),
  group: fc.option(name),
  occurrence: fc.option(name),
  node: fc.option(name),
  filter: fc.string(),
  init: fc.boolean(),
  own: fc.boolean(),
  made: fc.boolean(),
  sort: fc.constantFrom(...SORT_KEYS),
  descending: fc.boolean(),
  table: fc.boolean(),
});

describe("the address", () => {
  it("brings back any state", () => {
    fc.assert(
      fc.property(anyState, (state) => {
        expect(parseViewState(formatViewState(state))).toEqual(state);
      }),
    );
  });
  it("says nothing about defaults", () => {
    expect(formatViewState(DEFAULT_VIEW_STATE)).toBe("");
    expect(formatViewState({ ...DEFAULT_VIEW_STATE, view: "graph", group: "g1" })).toBe(
      "?view=graph&group=g1",
    );
  });
  it("keeps parameters of others", () => {
    expect(formatViewState({ ...DEFAULT_VIEW_STATE, filter: "a b" }, "?token=s&view=flame")).toBe(
      "?token=s&q=a+b",
    );
  });
  it("opens with whatever it is given", () => {
    expect(parseViewState("?view=nowhere&init=maybe&sort=-colour&made=")).toEqual(DEFAULT_VIEW_STATE);
  });
});
