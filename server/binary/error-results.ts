import { type Isa, isaOf } from "./code/index.ts";
import type { GoBinary, GoType, Site } from "./model.ts";
import { eachMethod } from "./type-search.ts";

/** A result of a function: the index of its first register among ABIInternal's integer registers. */
export interface Result {
  /** Index of the function in the table. */
  index: number;
  /** Of the result's first word, in `Isa.arguments`. */
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

/** A result that a function may give back as its last call gave it. */
export interface PassedResult {
  result: Result;
  given: Result;
}

/** More than there are argument registers. */
const POSITIONS = 32;

/** What a register of a function's results holds: the first word of an interface value, or anything else. */
export type ResultWord = "interface" | "other";
interface Registers {
  words: readonly ResultWord[];
  floats: number;
}

/** The registers that a value takes; null where it isn't passed in registers. */
function registersOf(type: GoType | undefined, types: GoBinary["types"], depth = 0): Registers | null {
  if (!type || depth > 16) return null;
  switch (type.kind) {
    case "interface":
      return { words: ["interface", "other"], floats: 0 };
    case "string":
      return { words: ["other", "other"], floats: 0 };
    case "slice":
      return { words: ["other", "other", "other"], floats: 0 };
    case "float32":
    case "float64":
      return { words: [], floats: 1 };
    case "complex64":
    case "complex128":
      return { words: [], floats: 2 };
    case "array":
      if (type.length === 0) return { words: [], floats: 0 };
      return type.length === 1 ? registersOf(types.get(type.elem), types, depth + 1) : null;
    case "struct": {
      const fields = type.fields.map((field) => registersOf(types.get(field.type), types, depth + 1));
      if (fields.some((field) => field === null)) return null;
      return {
        words: fields.flatMap((field) => field!.words),
        floats: fields.reduce((sum, field) => sum + field!.floats, 0),
      };
    }
    default:
      return { words: ["other"], floats: 0 };
  }
}

/**
 * What the registers of a function's results hold, and the positions of those of type `error`. A result that doesn't fit any more
 * goes to the stack, those after it may fit.
 */
export function resultWords(
  func: Pick<GoType, "results">,
  types: GoBinary["types"],
  errorInterface: number,
  isa: Isa,
): { words: ResultWord[]; errors: number[] } {
  const errors: number[] = [];
  const words: ResultWord[] = [];
  let floats = 0;
  for (const result of func.results) {
    const taken = registersOf(types.get(result), types);
    if (!taken || words.length + taken.words.length > isa.arguments.length) continue;
    if (floats + taken.floats > isa.floatArguments) continue;
    if (result === errorInterface) errors.push(words.length);
    words.push(...taken.words);
    floats += taken.floats;
  }
  return { words, errors };
}

/**
 * What methods return, by their index in the function table: their signatures are in a stripped binary, too.
 * @param errors true: only of those that return an error.
 */
export function methodSignatures(
  binary: GoBinary,
  errors = false,
): Map<number, ReturnType<typeof resultWords>> {
  const { arch, types, functions, errorInterface } = binary;
  const isa = isaOf(arch);
  const found = new Map<number, ReturnType<typeof resultWords>>();
  const known = new Map<number, ReturnType<typeof resultWords> | null>();
  const returned = (signature: number) => {
    let words = known.get(signature);
    if (words !== undefined) return words;
    const func = types.get(signature);
    words = func?.kind === "func" ? resultWords(func, types, errorInterface, isa) : null;
    if (errors && words?.errors.length === 0) words = null;
    known.set(signature, words);
    return words;
  };
  const take = (signature: number, ifn: number, tfn: number) => {
    const words = returned(signature)!;
    if (ifn !== 0) found.set(functions.find(ifn), words);
    if (tfn !== 0 && tfn !== ifn) found.set(functions.find(tfn), words);
  };
  const wanted = (signature: number) => returned(signature) !== null;
  eachMethod(types, wanted, take);
  return found;
}

/** The errors that methods return. */
export const methodResults = (binary: GoBinary): Result[] =>
  [...methodSignatures(binary, true)].flatMap(([index, { errors }]) =>
    errors.map((position) => ({ index, position })),
  );

const keyOf = ({ index, position }: Result): number => index * POSITIONS + position;

/**
 * The candidates that pass on errors. From results that are errors for sure follows that what a function passes on to, or gets
 * from, one of them is an error too; so on until nothing new is learnt.
 * @param passed of functions that may return nothing at all: only where somebody tests the result it is one.
 */
export function provenHops(
  candidates: readonly HopCandidate[],
  known: readonly Result[],
  passed: readonly PassedResult[] = [],
): Site[] {
  const errors = new Set(known.map(keyOf));
  /** Errors, if they are results at all. */
  const likely = new Set<number>();
  const isLikely = (result: Result) => errors.has(keyOf(result)) || likely.has(keyOf(result));
  let open = [...candidates];
  const proven: Site[] = [];
  for (let learnt = true; learnt; ) {
    learnt = false;
    for (const { result, given } of passed) {
      if (isLikely(given) && !isLikely(result)) {
        likely.add(keyOf(result));
        learnt = true;
      }
      if (errors.has(keyOf(result)) && !errors.has(keyOf(given))) {
        errors.add(keyOf(given));
        learnt = true;
      }
    }
    const rest: HopCandidate[] = [];
    for (const one of open) {
      const { site, result, given, sure } = one;
      if (!errors.has(keyOf(result)) && !(sure && given && isLikely(given))) {
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
