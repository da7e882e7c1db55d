import { hasErrorMethod } from "./error-types.ts";
import type { GoBinary, GoType, SiteOp } from "./model.ts";

/** What a conversion to each itab makes. */
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

/** Types that the standard library's own constructors make. */
const OPS: Record<string, SiteOp> = {
  "*errors.errorString": "new",
  "*fmt.wrapError": "wrap",
  "*fmt.wrapErrors": "wrap",
  "*errors.joinError": "join",
};

const opOf = (type: GoType): SiteOp => OPS[type.name] ?? (type.kind === "ptr" ? "new" : "convert");
