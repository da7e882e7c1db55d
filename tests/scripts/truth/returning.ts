/** Functions that return an error: by debugging information and inferred without it, against Go's own reader of DWARF. */
import { readFileSync } from "node:fs";
import {
  type ErrorMap,
  errorSignatures,
  functionsReturningError,
  readElf,
} from "../../../server/binary/index.ts";
import { inflate } from "../../../server/cli/inflate.ts";
import { type GroundTruth, localTypes } from "../../support/groundtruth.ts";
import type { TruthBuild } from "./programs.ts";

interface Found {
  found: number;
  right: number;
}
export interface ReturningScore {
  true: number;
  /** Of the plain build. */
  dwarf: Found;
  /** Of the stripped one. */
  inferred: Found;
  wrong: string[];
}

export function compareReturning(built: TruthBuild, map: ErrorMap, truth: GroundTruth): ReturningScore {
  const names = new Set(truth.returning.map(localTypes));
  const returning = truth.functions.filter(({ name }) => names.has(localTypes(name)));
  const wanted = new Set(returning.map(({ address }) => address));
  const plain = errorSignatures(readElf(readFileSync(built.plain)), inflate);
  const { functions } = map.binary;
  const listed = (signatures: typeof plain): number[] =>
    functionsReturningError(map, signatures)
      .map(({ index }) => functions.entry(index))
      .filter((address) => plain?.known.has(address));
  const score = (list: readonly number[]): Found => ({
    found: list.length,
    right: list.filter((address) => wanted.has(address)).length,
  });
  const dwarf = listed(plain);
  const read = new Set(dwarf);
  const nameOf = new Map(truth.functions.map(({ address, name }) => [address, name]));
  return {
    true: wanted.size,
    dwarf: score(dwarf),
    inferred: score(listed(null)),
    wrong: [
      ...[...wanted]
        .filter((address) => !read.has(address))
        .map((address) => `missed ${nameOf.get(address)}`),
      ...dwarf
        .filter((address) => !wanted.has(address))
        .map((address) => `returns none: ${nameOf.get(address)}`),
    ],
  };
}
