import { isaOf } from "./code/index.ts";
import { hasErrorMethod } from "./error-types.ts";
import type { GoBinary, GoType, SiteOp } from "./model.ts";

/** What a conversion makes: to an interface with Error() by each itab, to `any` by each type. */
export interface ItabUse {
  type: GoType;
  op: SiteOp;
  objectSize: number;
}

/** The itabs of concrete types in interfaces that include `Error() string`, by static address. */
export function errorItabs(binary: GoBinary): Map<number, ItabUse> {
  const found = new Map<number, ItabUse>();
  const isError = new Map<number, boolean>();
  for (const itab of binary.itabs) {
    let wanted = isError.get(itab.interfaceType);
    if (wanted === undefined) {
      const interfaceType = binary.types.get(itab.interfaceType);
      wanted = interfaceType?.kind === "interface" && hasErrorMethod(interfaceType, binary.types);
      isError.set(itab.interfaceType, wanted);
    }
    const type = binary.types.get(itab.concreteType);
    if (!wanted || !type) continue;
    const object = type.kind === "ptr" ? binary.types.get(type.elem) : type;
    found.set(itab.address, { type, op: opOf(type), objectSize: object?.size ?? 0 });
  }
  return found;
}

/** Packages of which the errors go into an `any` only as the value of a panic, which the panic's event tells. */
const PANICS_ONLY = new Set(["runtime", "reflect", "internal/reflectlite"]);

/**
 * The error types by their address: what a conversion to `any` puts into its first word. None before arguments are passed in
 * registers (Go 1.17): what is an argument of the runtime's there can't be told from half of an `any`.
 */
export function errorTypeUses(binary: GoBinary): Map<number, ItabUse> {
  const found = new Map<number, ItabUse>();
  if (binary.goMinor < isaOf(binary.arch).registerAbi) return found;
  for (const address of binary.remembered.errors) {
    const type = binary.types.get(address)!;
    const object = type.kind === "ptr" ? binary.types.get(type.elem) : type;
    if (object && !PANICS_ONLY.has(object.pkgPath))
      found.set(address, { type, op: opOf(type), objectSize: object.size });
  }
  return found;
}

/** Types that the standard library's own constructors make. */
const OPS: Record<string, SiteOp> = {
  "*errors.errorString": "new",
  "*fmt.wrapError": "wrap",
  "*fmt.wrapErrors": "wrap",
  "*errors.joinError": "join",
};

const opOf = (type: GoType): SiteOp => OPS[type.name] ?? (type.kind === "ptr" ? "new" : "convert");
