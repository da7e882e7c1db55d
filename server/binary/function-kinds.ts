import { isaOf } from "./code/index.ts";
import { packageOf, packagePrefix } from "./function-name.ts";
import type { GoBinary } from "./model.ts";

/** Functions of a kind, told by their names: indices. Plain data, for other threads. */
export interface FunctionKinds {
  /** They initialise packages. */
  inits: ReadonlySet<number>;
  /** Their return hops are planned. */
  passing: ReadonlySet<number>;
}

/** Whether the return hops of a package's functions are planned. */
export type Passes = (packagePath: string) => boolean;

export const functionKinds = (
  binary: Pick<GoBinary, "arch" | "functions" | "goMinor">,
  passes: Passes,
): FunctionKinds => ({
  inits: new Set(binary.functions.inits()),
  passing: functionsOf(binary, passes),
});

/** Packages of the program's own module; without build information only `main`. */
export function ownPackages({ module }: Pick<GoBinary, "module">): Passes {
  return (path) => path === "main" || (module !== "" && (path === module || path.startsWith(`${module}/`)));
}

function functionsOf(
  { arch, functions, goMinor }: Pick<GoBinary, "arch" | "functions" | "goMinor">,
  wanted: Passes,
): Set<number> {
  const found = new Set<number>();
  if (goMinor < isaOf(arch).registerAbi) return found;
  // neighbours are of one package: the linker lays code down by packages
  let last = new Uint8Array();
  let isWanted = false;
  for (let i = 0; i < functions.count; i++) {
    if (last.length === 0 || !functions.isPrefixed(i, last)) {
      const name = functions.name(i);
      last = new TextEncoder().encode(packagePrefix(name));
      isWanted = wanted(packageOf(name));
    }
    if (isWanted) found.add(i);
  }
  return found;
}
