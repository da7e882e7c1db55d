import { describe, expect, test } from "vitest";
import { isaOf } from "./code/index.ts";
import { type HopCandidate, provenHops, resultWords } from "./error-results.ts";
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
const HOLDER = type(9, "struct", { fields: [{ type: ERROR }, { type: INT }] as GoType["fields"] });
const LIST = type(11, "array", { elem: type(10, "interface"), length: 1 });
const ONE = type(8, "array", { elem: STRING, length: 1 });

describe("resultWords: where errors are", () => {
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
    expect(resultWords({ results }, types, ERROR, isaOf("amd64")).errors).toEqual(positions);
  });

  test("arm64 has 16 registers", () => {
    const results = [BYTES, BYTES, STRING, ERROR, INT];
    expect(resultWords({ results }, types, ERROR, isaOf("arm64")).errors).toEqual([8]);
  });

  test.each<[string, number, string]>([
    ["struct{err error; n int}", HOLDER, "interface other other"],
    ["[1]any", LIST, "interface other"],
    ["[2]int, on the stack", ARRAY, ""],
  ])("the words of %s", (_, result, words) => {
    expect(resultWords({ results: [result] }, types, ERROR, isaOf("amd64")).words.join(" ")).toBe(words);
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

  test("goes through functions that give back what their last call gave", () => {
    const result = (index: number) => ({ index, position: 0 });
    const passed = [{ result: result(2), given: result(1) }];
    const through = (known: number) =>
      provenHops([hop(30, 3, 2)], [result(known)], passed).map(({ pc }) => pc);
    expect(through(1)).toEqual([30]);
    expect(through(7)).toEqual([]);
    // it may return nothing, and the value merely still be in its register
    expect(provenHops([hop(20, 2, 1, false)], [result(1)], passed)).toEqual([]);
  });

  test("proves nothing of what only may still be in a register, or comes from nobody knows where", () => {
    expect(proven([hop(30, 3, 1, false), hop(40, 4, null)], [1])).toEqual([]);
    expect(proven([hop(40, 4, null, false)], [4])).toEqual([40]);
  });
});
