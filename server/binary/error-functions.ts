import type { ErrorSignatures } from "./dwarf/index.ts";
import { methodResults } from "./error-results.ts";
import type { ErrorMap } from "./model.ts";

/** How it is known that a function returns an error. */
export interface ErrorFunction {
  /** Index in the function table. */
  index: number;
  /** `dwarf`: the debugging information says so; `signature`: it is a method, whose type the binary has; `site`: it returns one
   * that it makes, or a package-level one; `hop`: it passes one on. */
  from: "dwarf" | "signature" | "site" | "hop";
}

/**
 * Functions that return an error, in address order. With the signatures of debugging information: all of them. Without: a
 * stripped binary has no signature but of methods; of the rest those of which it can be told by their code. (A few of these
 * leave one in the registers of results but have none, or one that holds the error: docs/static-map.md.)
 */
export function functionsReturningError(
  { binary, plan }: Pick<ErrorMap, "binary" | "plan">,
  signatures: ErrorSignatures | null = null,
): ErrorFunction[] {
  const found = new Map<number, ErrorFunction["from"]>();
  const { functions, itabs, errorInterface } = binary;
  const note = (index: number, from: ErrorFunction["from"]) => {
    if (index < 0 || found.has(index)) return;
    // what is told by debugging information isn't told anew
    if (from === "dwarf" || !signatures?.known.has(functions.entry(index))) found.set(index, from);
  };
  for (const address of signatures?.returning ?? []) {
    const index = functions.find(address);
    if (index >= 0 && functions.entry(index) === address) note(index, "dwarf");
  }
  if (errorInterface === 0) return inOrder(found);
  for (const { index } of methodResults(binary)) note(index, "signature");
  const interfaceOf = new Map(itabs.map(({ address, interfaceType }) => [address, interfaceType]));
  for (const { op, consumer, eface, origins, pc } of plan.sites) {
    if (consumer !== "ret" || eface) continue;
    // a wider interface than error is returned as such
    const isError = origins.every(({ itab }) => itab === 0 || interfaceOf.get(itab) === errorInterface);
    if (isError && origins.length > 0) note(functions.find(pc), op === "return" ? "hop" : "site");
  }
  return inOrder(found);
}

const inOrder = (found: ReadonlyMap<number, ErrorFunction["from"]>): ErrorFunction[] =>
  [...found].map(([index, from]) => ({ index, from })).sort((a, b) => a.index - b.index);
