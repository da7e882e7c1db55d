/** What error messages need of the objects that pointer fields lead to, as layouts for the kernel side. Pure. */
import { type ErrorType, everyPart, type GoType, type MessagePart } from "../binary/index.ts";
import type { PlanField, PlanLayout } from "../tracer/index.ts";

type Types = ReadonlyMap<number, GoType>;

/** The pointer fields of an error type that its message looks behind. */
export function pointersBehind(type: ErrorType): PlanField[] {
  const offsets = new Set<number>();
  for (const part of partsOf(type))
    if ("behind" in part && part.behind !== undefined) offsets.add(part.behind);
  return type.fields
    .filter((field) => offsets.has(field.offset))
    .map(({ offset, type }) => ({ offset, kind: "pointer", via: "field", type }));
}

/** Layouts of what those pointers lead to, one for each pointer type: with the fields that some message needs. */
export function pointeeLayouts(errorTypes: readonly ErrorType[], types: Types): PlanLayout[] {
  const found = new Map<number, Map<number, PlanField>>();
  for (const errorType of errorTypes) {
    for (const part of partsOf(errorType)) {
      if (!("behind" in part) || part.behind === undefined) continue;
      const pointer = errorType.fields.find((field) => field.offset === part.behind)?.type;
      if (pointer === undefined) continue;
      const fields = found.get(pointer) ?? found.set(pointer, new Map()).get(pointer)!;
      const field = fieldOf(part);
      if (field) fields.set(field.offset, field);
    }
  }
  return [...found].flatMap(([pointer, fields]): PlanLayout[] => {
    const object = types.get(types.get(pointer)?.elem ?? 0);
    if (!object) return [];
    const list = [...fields.values()].sort((a, b) => a.offset - b.offset);
    const { size } = object;
    return [{ type: pointer, size, error: false, detail: true, pointer: true, direct: false, fields: list }];
  });
}

const partsOf = ({ message }: ErrorType): Iterable<MessagePart> =>
  message.kind === "template" ? everyPart(message.template.parts) : [];

/** What must be followed so that the part can be told; null where the object's own bytes are enough. */
function fieldOf(part: Extract<MessagePart, { offset: number }>): PlanField | null {
  const { offset } = part;
  const field = (kind: PlanField["kind"], type = 0): PlanField => ({ offset, kind, via: "field", type });
  switch (part.kind) {
    case "string":
    case "ifText":
      return field("string");
    case "error":
      return part.type === undefined ? field("iface") : field("pointer", part.type);
    case "stringer":
      return field("iface");
    case "any":
      return field("eface");
    case "join":
      return field("errors");
    default:
      return null;
  }
}
