/** Texts that a method makes, as parts of a message template. Pure. */
import type { MessagePart } from "../model.ts";

/** A text under construction. */
export interface Text {
  readonly parts: readonly MessagePart[];
}

/** Parts side by side: adjacent texts joined, empty ones dropped. */
export function concatenate(...lists: readonly (readonly MessagePart[])[]): MessagePart[] {
  const result: MessagePart[] = [];
  for (const list of lists) {
    for (const part of list) {
      const last = result.at(-1);
      if (part.kind !== "text") result.push(part);
      else if (last?.kind === "text")
        result[result.length - 1] = { kind: "text", text: last.text + part.text };
      else if (part.text !== "") result.push(part);
    }
  }
  return result;
}

export const literal = (text: string): MessagePart[] => (text === "" ? [] : [{ kind: "text", text }]);

export const sameParts = (a: readonly MessagePart[], b: readonly MessagePart[]): boolean =>
  a === b || (a.length === b.length && JSON.stringify(a) === JSON.stringify(b));

/** The text of parts without any field, else null. */
export function literalOf(parts: readonly MessagePart[]): string | null {
  let text = "";
  for (const part of parts) {
    if (part.kind !== "text") return null;
    text += part.text;
  }
  return text;
}

/** The least number of bytes that the parts can give. */
export function leastLength(parts: readonly MessagePart[]): number {
  let length = 0;
  for (const part of parts) length += leastLengthOf(part);
  return length;
}

function leastLengthOf(part: MessagePart): number {
  switch (part.kind) {
    case "text":
      return new TextEncoder().encode(part.text).length;
    case "int":
      return 1;
    case "bool":
      return 4;
    case "quoted":
      return 2 + leastLength(part.parts);
    case "if":
    case "ifText":
      return Math.min(leastLength(part.yes), leastLength(part.no));
    default:
      return 0;
  }
}
