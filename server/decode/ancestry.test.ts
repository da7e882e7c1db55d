import { describe, expect, test } from "vitest";
import { Ancestry } from "./ancestry.ts";

function family(): Ancestry {
  const ancestry = new Ancestry();
  ancestry.learn(20, 1, "main.main");
  ancestry.learn(31, 20, "main.serve");
  return ancestry;
}

describe("ancestry", () => {
  test("from the parent up to main", () => {
    expect(family().above(31)).toEqual({
      ancestors: [
        { id: 31, createdBy: "main.serve" },
        { id: 20, createdBy: "main.main" },
        { id: 1, createdBy: null },
      ],
      unknown: null,
    });
    expect(family().above(1)).toEqual({ ancestors: [{ id: 1, createdBy: null }], unknown: null });
  });

  test("a root that isn't main: started by the runtime", () => {
    const ancestry = family();
    ancestry.learn(7, 0, "runtime.init");
    expect(ancestry.above(7)).toEqual({ ancestors: [{ id: 7, createdBy: "runtime.init" }], unknown: null });
  });

  test("what isn't known ends it, and is looked for once", () => {
    const ancestry = family();
    ancestry.learn(50, 44, "main.work");
    const lineage = ancestry.above(50);
    expect(lineage).toEqual({
      ancestors: [
        { id: 50, createdBy: "main.work" },
        { id: 44, createdBy: null },
      ],
      unknown: 44,
    });
    expect(ancestry.canLearn(lineage)).toBe(true);
    ancestry.isGone(44);
    expect(ancestry.canLearn(ancestry.above(50))).toBe(false);
    expect(ancestry.canLearn(ancestry.above(31))).toBe(false);
  });
});
