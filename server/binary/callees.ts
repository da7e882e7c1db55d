import { Callees, isaOf } from "./code/index.ts";
import type { GoBinary } from "./model.ts";

/** Functions that are called at addresses inside them, to skip part of their work (runtime/duff_amd64.s and its like). */
const ENTERED_INSIDE = new Set(["runtime.duffzero", "runtime.duffcopy"]);

/** Callees of a binary by the names of its function table. */
export function calleesOf({ arch, functions }: GoBinary): Callees {
  return new Callees(isaOf(arch), (address) => {
    const index = functions.find(address);
    if (index < 0) return "";
    const name = functions.name(index);
    return functions.entry(index) === address || ENTERED_INSIDE.has(name) ? name : "";
  });
}
