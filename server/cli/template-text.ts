/** A message template in one line for people: constants as they are, fields in braces, alternatives in brackets. Pure. */
import type { ErrorType, GoType, MessagePart } from "../binary/index.ts";

type Types = ReadonlyMap<number, GoType>;

/** Alternatives that are shown where there are many, and the last. */
const SHOWN = 3;

/** `{Op} {Path}: {Err}`; `[a | b]` is one of both, which of them a field decides; `…` is what isn't known. */
export function templateText(type: ErrorType, types: Types): string | null {
  const { message } = type;
  if (message.kind === "unresolved") return null;
  if (message.kind === "field") return `{${fieldName(type, types, message.offset)}}`;
  return textOf(message.template.parts, type, types);
}

const textOf = (parts: readonly MessagePart[], type: ErrorType, types: Types): string =>
  parts.map((part) => partText(part, type, types)).join("");

/** All texts that parts can be: those of a lone condition each, of others the one that they make. */
function alternatives(parts: readonly MessagePart[], type: ErrorType, types: Types): string[] {
  const [only] = parts;
  if (parts.length === 1 && (only?.kind === "if" || only?.kind === "ifText"))
    return [...alternatives(only.yes, type, types), ...alternatives(only.no, type, types)];
  if (parts.length === 1 && only?.kind === "switch")
    return [...only.cases.map(([, text]) => escaped(text)), ...alternatives(only.fallback, type, types)];
  const panics = only?.kind === "unknown" && only.reason === "Error() panics";
  return panics ? [] : [textOf(parts, type, types)];
}

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');

function partText(part: MessagePart, type: ErrorType, types: Types): string {
  switch (part.kind) {
    case "text":
      return escaped(part.text);
    case "unknown":
      return "…";
    case "trimmed":
      return `trimmed(${textOf(part.parts, type, types)})`;
    case "quoted":
      return `quoted(${textOf(part.parts, type, types)})`;
    case "if":
    case "ifText":
    case "switch": {
      const texts = [...new Set(alternatives([part], type, types))];
      if (texts.length <= 1) return texts[0] ?? "";
      const more = texts.length - SHOWN;
      const last = texts.at(-1)!;
      return `[${(more > 2 ? [...texts.slice(0, SHOWN), `${more - 1} more`, last] : texts).join(" | ")}]`;
    }
    case "clash":
      return "";
    default: {
      const name = fieldName(type, types, part.offset, part.behind);
      if (part.kind === "element") return `{${name}[${part.index}]}`;
      if (part.kind === "join") return `{${name}, joined by ${JSON.stringify(part.separator)}}`;
      if (part.kind === "int" && part.format) return `{${name} ${part.format}}`;
      return part.kind === "any" && part.verb !== "v" ? `{${name} %${part.verb}}` : `{${name}}`;
    }
  }
}

function fieldName(type: ErrorType, types: Types, offset: number, behind?: number): string {
  const at = (position: number) => type.fields.find((field) => field.offset === position);
  if (behind === undefined) {
    const [whole, before] = [at(offset), at(offset - 8)];
    if (whole || !before) return whole?.name ?? `+${offset}`;
    return `len(${before.name})`;
  }
  const pointer = at(behind);
  const name = pointer?.name ?? `+${behind}`;
  const object = types.get(types.get(pointer?.type ?? 0)?.elem ?? 0);
  if (object?.kind !== "struct") return `*${name}`;
  return `${name}.${object.fields.find((field) => field.offset === offset)?.name ?? `+${offset}`}`;
}
