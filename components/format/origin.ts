import { originOf } from "../../server/events/index.ts";

/** Whether code is the program's module's or a library's of it, not the standard library's or the runtime's.
 *  @param packagePath import path
 *  @param modules module paths of the traced programs */
export function isOwnCode(packagePath: string, modules: readonly string[]): boolean {
  const origin = originOf(packagePath, modules);
  return origin === "module" || origin === "library";
}
