import type { ErrorField, ErrorType, FieldShape, GoBinary, GoType, Kind } from "./model.ts";
import { methodNamed } from "./runtime-type.ts";

/** Structs nest by value only so deep; more is a damaged file. */
const MAX_DEPTH = 16;
const MAX_FIELDS = 4096;

type Types = ReadonlyMap<number, GoType>;
/** An error type as far as its runtime type tells; Unwrap and Error are read from machine code elsewhere. */
export type ErrorTypeLayout = Omit<ErrorType, "unwrap" | "message">;

/**
 * Every non-interface type whose method set has `Error() string`, in address order; not those whose values never get into
 * an interface, of which the linker keeps no method's code. `size` and `fields` are of the object
 * that the interface's data word leads to: for a pointer type of what it points at. A type that is no struct has one
 * field, named "value".
 */
export function errorTypesOf(
  binary: Pick<GoBinary, "types" | "errorInterface" | "remembered">,
): ErrorTypeLayout[] {
  const { types } = binary;
  const found: ErrorTypeLayout[] = [];
  for (const address of binary.remembered.errors) {
    const type = types.get(address)!;
    const pointer = type.kind === "ptr";
    const object = pointer ? types.get(type.elem) : type;
    if (!object) continue;
    found.push({
      address: type.address,
      name: type.name,
      pkgPath: object.pkgPath,
      pointer,
      direct: type.direct,
      size: object.size,
      fields: fieldsOf(object, types, binary.errorInterface),
    });
  }
  return found;
}

/** Addresses of the types that are errors, in ascending order. */
export function errorAddresses(types: Types): Float64Array {
  const found: number[] = [];
  for (const type of types.values())
    if (type.kind !== "interface" && hasErrorMethod(type, types) && isKept(type)) found.push(type.address);
  return Float64Array.from(found).sort();
}

/** True if the type's method set has `Error() string`; the linker drops the types of methods that nothing can call. */
export function hasErrorMethod(type: GoType, types: Types): boolean {
  const method = methodNamed(type, "Error");
  return method !== undefined && returnsOneString(types.get(method.type), types);
}

/** True if the code of its Error method is there, for calls through an interface. */
const isKept = (type: GoType): boolean => (methodNamed(type, "Error")?.ifn ?? 0) !== 0;

function returnsOneString(func: GoType | undefined, types: Types): boolean {
  if (func?.kind !== "func" || func.params.length !== 0 || func.results.length !== 1) return false;
  const result = types.get(func.results[0]!);
  return result?.kind === "string" && result.name === "string";
}

/** The fields of an object, nested and embedded structs flattened to dotted names; offsets from the object's start. */
function fieldsOf(object: GoType, types: Types, errorInterface: number): ErrorField[] {
  const fields: ErrorField[] = [];
  const add = (name: string, offset: number, type: GoType, depth: number): void => {
    if (type.kind === "struct" && depth < MAX_DEPTH) {
      for (const field of type.fields) {
        const inner = types.get(field.type);
        if (!inner || field.name === "_" || fields.length >= MAX_FIELDS) continue;
        add(name ? `${name}.${field.name}` : field.name, offset + field.offset, inner, depth + 1);
      }
      return;
    }
    fields.push({
      name: name || "value",
      offset,
      size: type.size,
      type: type.address,
      typeName: type.name,
      shape: shapeOf(type, types, errorInterface),
    });
  };
  add("", 0, object, 0);
  return fields;
}

const SHAPES: Partial<Record<Kind, FieldShape>> = {
  string: "string", bool: "bool", int: "int", int8: "int", int16: "int", int32: "int", int64: "int", uint: "uint",
  uint8: "uint", uint16: "uint", uint32: "uint", uint64: "uint", uintptr: "uint", float32: "float", float64: "float",
}; // biome-ignore format: a table

function shapeOf(type: GoType, types: Types, errorInterface: number): FieldShape {
  const elem = types.get(type.elem);
  switch (type.kind) {
    case "interface":
      if (type.address === errorInterface) return "error";
      if (type.interfaceMethods.length === 0) return "any";
      return hasErrorMethod(type, types) ? "iface" : "other";
    case "slice":
      if (elem?.kind === "uint8") return "bytes";
      return elem?.kind === "interface" && hasErrorMethod(elem, types) ? "errors" : "other";
    case "ptr":
      return hasErrorMethod(type, types) || (elem && elem.kind !== "interface" && hasErrorMethod(elem, types))
        ? "pointer"
        : "other";
    default:
      return SHAPES[type.kind] ?? "other";
  }
}
