/**
 * Messages of types of the standard library whose Error() is beyond what is followed, by name. Everything else is read
 * from the machine code. Each entry names the fields that it needs; if one is missing, the entry doesn't hold.
 */
import type { GoBinary, MessagePart } from "../model.ts";
import type { MessageSubject } from "./message.ts";

interface Known {
  /** The method's name in the function table: a type of another package may have the same name. */
  method: string;
  /** Field name to shape. */
  fields: Readonly<Record<string, string>>;
  parts(offset: (field: string) => number): MessagePart[];
}

/** Checked against what the program prints, and against the sources, of Go 1.20, 1.26 and 1.27. */
const KNOWN: Readonly<Record<string, Known>> = {
  // errors/join.go: the texts of all, a newline between two; Join leaves nil errors out
  "*errors.joinError": {
    method: "errors.(*joinError).Error",
    fields: { errs: "errors" },
    parts: (offset) => [{ kind: "join", offset: offset("errs"), separator: "\n" }],
  },
};

/** The message of a type of the standard library that is known by name, else null. */
export function standardMessage(type: MessageSubject, binary: GoBinary): MessagePart[] | null {
  const known = KNOWN[type.name];
  if (!known) return null;
  const method = binary.types.get(type.address)?.methods.find((m) => m.name === "Error");
  const index = method?.ifn ? binary.functions.find(method.ifn) : -1;
  if (index < 0 || binary.functions.name(index) !== known.method) return null;
  const offsets = new Map<string, number>();
  for (const [name, shape] of Object.entries(known.fields)) {
    const field = type.fields.find((f) => f.name === name);
    if (field?.shape !== shape) return null;
    offsets.set(name, field.offset);
  }
  return known.parts((name) => offsets.get(name)!);
}
