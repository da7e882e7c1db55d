/** Methods that package fmt looks for in a value's type. Pure. */
import type { GoType, Method } from "../model.ts";

type Types = ReadonlyMap<number, GoType>;

/** True for the type of `func() string`. */
export function returnsText(address: number, types: Types): boolean {
  const func = types.get(address);
  if (func?.kind !== "func" || func.params.length !== 0 || func.results.length !== 1) return false;
  const result = types.get(func.results[0]!);
  return result?.kind === "string" && result.name === "string";
}

/** The method that makes a value's text for %v, %s and %q: Error() string, else String() string. */
export function textMethod(type: GoType, types: Types): Method | null {
  for (const name of ["Error", "String"]) {
    const method = type.methods.find((m) => m.name === name);
    // the linker drops the type of a method that no interface can call
    if (method && returnsText(method.type, types)) return method;
  }
  return null;
}

/** True if the type implements fmt.Formatter: Format(fmt.State, rune). */
export function isFormatter(type: GoType, types: Types): boolean {
  const method = type.methods.find((m) => m.name === "Format");
  const func = method && types.get(method.type);
  if (func?.kind !== "func" || func.params.length !== 2) return false;
  return types.get(func.params[0]!)?.name === "fmt.State" && types.get(func.params[1]!)?.kind === "int32";
}
