/** Looks through all types of a binary, of which only those that are wanted are decoded where the file was read. */
import type { GoBinary, GoType, Kind } from "./model.ts";
import { RememberedTypes } from "./remembered-types.ts";

/** The first type of that name and kind; undefined if there is none. */
export function typeCalled(types: GoBinary["types"], name: string, kind: Kind): GoType | undefined {
  if (types instanceof RememberedTypes) return types.called(name, kind);
  return [...types.values()].find((type) => type.kind === kind && type.name === name);
}

/** The types that may have methods of their own, and perhaps others. */
export const typesWithMethods = (types: GoBinary["types"]): Iterable<GoType> =>
  types instanceof RememberedTypes ? types.withMethods() : types.values();
