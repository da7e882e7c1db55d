import { methodResults } from "./error-results.ts";
import type { ErrorMap } from "./model.ts";

/** How it is known that a function returns an error. */
export interface ErrorFunction {
  /** Index in the function table. */
  index: number;
  /** `signature`: it is a method, whose type the binary has; `site`: it returns one that it makes, or a package-level one; `hop`:
   * it passes one on. */
  from: "signature" | "site" | "hop";
}

/** Functions that surely return an error, in address order; a stripped binary has no signature but of methods. */
export function functionsReturningError({
  binary,
  plan,
}: Pick<ErrorMap, "binary" | "plan">): ErrorFunction[] {
  const found = new Map<number, ErrorFunction["from"]>();
  const { functions, itabs, errorInterface } = binary;
  if (errorInterface === 0) return [];
  const note = (index: number, from: ErrorFunction["from"]) => {
    if (index >= 0 && !found.has(index)) found.set(index, from);
  };
  for (const { index } of methodResults(binary)) note(index, "signature");
  const interfaceOf = new Map(itabs.map(({ address, interfaceType }) => [address, interfaceType]));
  for (const { op, consumer, eface, origins, pc } of plan.sites) {
    if (consumer !== "ret" || eface) continue;
    // a wider interface than error is returned as such
    const isError = origins.every(({ itab }) => itab === 0 || interfaceOf.get(itab) === errorInterface);
    if (isError && origins.length > 0) note(functions.find(pc), op === "return" ? "hop" : "site");
  }
  return [...found].map(([index, from]) => ({ index, from })).sort((a, b) => a.index - b.index);
}
