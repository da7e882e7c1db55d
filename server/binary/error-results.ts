import type { GoBinary, GoType, Site } from "./model.ts";

/** A result of a function: the index of its first register among ABIInternal's integer registers. */
export interface Result {
  /** Index of the function in the table. */
  index: number;
  /** Of the result's first word, in `ABI_REGISTERS`. */
  position: number;
}

/** A return hop that is planned if what it passes on is known to be an error. */
export interface HopCandidate {
  site: Site;
  /** The result that it leaves as. */
  result: Result;
  /** That the function has such a result is seen in its code; else it must be known. */
  sure: boolean;
  /** The callee's result that it was; null for a call through an interface or a function value. */
  given: Result | null;
}

/** Integer registers of ABIInternal on amd64, and floating-point ones (src/cmd/compile/abi-internal.md). */
const INTEGERS = 9;
const FLOATS = 15;

/** Registers that a value takes; null where it isn't passed in registers. */
function registersOf(type: GoType | undefined, types: GoBinary["types"], depth = 0): [number, number] | null {
  if (!type || depth > 16) return null;
  switch (type.kind) {
    case "string":
    case "interface":
      return [2, 0];
    case "slice":
      return [3, 0];
    case "float32":
    case "float64":
      return [0, 1];
    case "complex64":
    case "complex128":
      return [0, 2];
    case "array":
      if (type.length === 0) return [0, 0];
      return type.length === 1 ? registersOf(types.get(type.elem), types, depth + 1) : null;
    case "struct": {
      let [integers, floats] = [0, 0];
      for (const field of type.fields) {
        const taken = registersOf(types.get(field.type), types, depth + 1);
        if (!taken) return null;
        integers += taken[0];
        floats += taken[1];
      }
      return [integers, floats];
    }
    default:
      return [1, 0];
  }
}

/** Positions of the results of type `error`. A result that doesn't fit any more goes to the stack, those after it may fit. */
export function errorPositions(
  func: Pick<GoType, "results">,
  types: GoBinary["types"],
  errorInterface: number,
): number[] {
  const positions: number[] = [];
  let [integers, floats] = [0, 0];
  for (const result of func.results) {
    const taken = registersOf(types.get(result), types);
    if (!taken || integers + taken[0] > INTEGERS || floats + taken[1] > FLOATS) continue;
    if (result === errorInterface) positions.push(integers);
    integers += taken[0];
    floats += taken[1];
  }
  return positions;
}

/** The errors that methods return, by their signatures, which a stripped binary has. */
export function methodResults({ types, functions, errorInterface }: GoBinary): Result[] {
  const found: Result[] = [];
  const positionsOf = new Map<number, number[]>();
  for (const type of types.values()) {
    if (type.kind === "interface") continue;
    for (const { type: signature, ifn, tfn } of type.methods) {
      let positions = positionsOf.get(signature);
      if (!positions) {
        const func = types.get(signature);
        positions = func?.kind === "func" ? errorPositions(func, types, errorInterface) : [];
        positionsOf.set(signature, positions);
      }
      if (positions.length === 0) continue;
      for (const entry of new Set([ifn, tfn]))
        if (entry !== 0)
          for (const position of positions) found.push({ index: functions.find(entry), position });
    }
  }
  return found;
}

const keyOf = ({ index, position }: Result): number => index * INTEGERS + position;

/**
 * The candidates that pass on errors. From results that are errors for sure follows that what a function passes on to, or gets
 * from, one of them is an error too; so on until nothing new is learnt.
 */
export function provenHops(candidates: readonly HopCandidate[], known: readonly Result[]): Site[] {
  const errors = new Set(known.map(keyOf));
  let open = [...candidates];
  const proven: Site[] = [];
  for (let learnt = true; learnt; ) {
    learnt = false;
    const rest: HopCandidate[] = [];
    for (const one of open) {
      const { site, result, given, sure } = one;
      if (!errors.has(keyOf(result)) && !(sure && given && errors.has(keyOf(given)))) {
        rest.push(one);
        continue;
      }
      errors.add(keyOf(result));
      if (given) errors.add(keyOf(given));
      proven.push(site);
      learnt = true;
    }
    open = rest;
  }
  return proven;
}
