import { describe, expect, test } from "vitest";
import { errorPositions, type HopCandidate, provenHops } from "./error-results.ts";
import type { GoType, Kind, Site } from "./model.ts";

const ERROR = 1;
const types = new Map<number, GoType>();
const type = (address: number, kind: Kind, about: Partial<GoType> = {}) => {
  types.set(address, { address, kind, fields: [], elem: 0, length: 0, ...about } as GoType);
  return address;
};
type(ERROR, "interface");
const INT = type(2, "int");
const STRING = type(3, "string");
const BYTES = type(4, "slice");
const FLOAT = type(5, "float64");
const PAIR = type(6, "struct", { fields: [{ type: INT }, { type: FLOAT }] as GoType["fields"] });
const ARRAY = type(7, "array", { elem: INT, length: 2 });
const ONE = type(8, "array", { elem: STRING, length: 1 });

describe("errorPositions", () => {
  test.each<[string, number[], number[]]>([
    ["error", [ERROR], [0]],
    ["(int, error)", [INT, ERROR], [1]],
    ["(string, []byte, error)", [STRING, BYTES, ERROR], [5]],
    ["(float64, error)", [FLOAT, ERROR], [0]],
    ["(struct{int; float64}, error)", [PAIR, ERROR], [1]],
    ["([2]int, error), the array on the stack", [ARRAY, ERROR], [0]],
    ["([1]string, error)", [ONE, ERROR], [2]],
    ["(error, error)", [ERROR, ERROR], [0, 2]],
    ["9 registers full", [BYTES, BYTES, STRING, ERROR, INT], []],
    ["no error", [INT, STRING], []],
  ])("%s", (_, results, positions) => {
    expect(errorPositions({ results }, types, ERROR)).toEqual(positions);
  });
});

describe("provenHops", () => {
  const site = (pc: number) => ({ pc }) as Site;
  const hop = (pc: number, index: number, callee: number | null, sure = true): HopCandidate => ({
    site: site(pc),
    result: { index, position: 0 },
    sure,
    given: callee === null ? null : { index: callee, position: 0 },
  });
  const proven = (candidates: HopCandidate[], known: number[]) =>
    provenHops(
      candidates,
      known.map((index) => ({ index, position: 0 })),
    ).map(({ pc }) => pc);

  test("goes up from a callee that is known, and down from a result that is", () => {
    // 3 calls 2 calls 1; 1 is known
    expect(proven([hop(30, 3, 2), hop(20, 2, 1)], [1]).sort()).toEqual([20, 30]);
    // 5 is known to return an error: so does 4, of which it passes one on, and then 6, which passes on one of 4
    expect(proven([hop(60, 6, 4), hop(50, 5, 4)], [5]).sort()).toEqual([50, 60]);
  });

  test("proves nothing of what only may still be in a register, or comes from nobody knows where", () => {
    expect(proven([hop(30, 3, 1, false), hop(40, 4, null)], [1])).toEqual([]);
    expect(proven([hop(40, 4, null, false)], [4])).toEqual([40]);
  });
});
