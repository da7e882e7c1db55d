/** Looks through all types of a binary, of which only those that are wanted are decoded where the file was read. */
import type { GoBinary, GoType, Kind } from "./model.ts";
import { RememberedTypes } from "./remembered-types.ts";
import type { TakeMethod } from "./types.ts";

/** The first type of that name and kind; undefined if there is none. */
export function typeCalled(types: GoBinary["types"], name: string, kind: Kind): GoType | undefined {
  if (types instanceof RememberedTypes) return types.called(name, kind);
  return [...types.values()].find((type) => type.kind === kind && type.name === name);
}

/** The methods whose signature is wanted of all types but interfaces. */
export function eachMethod(
  types: GoBinary["types"],
  wanted: (signature: number) => boolean,
  take: TakeMethod,
): void {
  if (types instanceof RememberedTypes) {
    types.eachMethod(wanted, take);
    return;
  }
  for (const type of types.values())
    for (const { type: signature, ifn, tfn } of type.kind === "interface" ? [] : type.methods)
      if (wanted(signature)) take(signature, ifn, tfn);
}
