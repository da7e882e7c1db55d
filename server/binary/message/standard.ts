/**
 * Messages of types of the standard library whose Error() is beyond what is followed, by name. Everything else is read
 * from the machine code. Each entry names the fields that it needs; if one is missing, the entry doesn't hold.
 */
import type { GoBinary, MessagePart } from "../model.ts";
import { alertParts } from "./alerts.ts";
import { type BoundsFields, boundsParts } from "./bounds.ts";
import type { MessageSubject } from "./message.ts";

interface Known {
  /** The method's name in the function table: a type of another package may have the same name. */
  method: string;
  /** Field name to shape; none for a type that is no struct. */
  fields: Readonly<Record<string, string>>;
  parts(offset: (field: string) => number, goMinor: number): MessagePart[];
}

/** Minor versions of Go that the entries were checked for, by the sources and by what programs print. */
const CHECKED = { from: 20, to: 27 };

/** errors/join.go: the texts of all, a newline between two; Join leaves nil errors out. */
const joinError: Known = {
  method: "errors.(*joinError).Error",
  fields: { errs: "errors" },
  parts: (offset) => [{ kind: "join", offset: offset("errs"), separator: "\n" }],
};

const boundsError: Known = {
  method: "runtime.(*boundsError).Error",
  fields: { x: "int", y: "int", signed: "bool", code: "uint" },
  parts: (offset) => {
    const fields: BoundsFields = {
      x: offset("x"),
      y: offset("y"),
      signed: offset("signed"),
      code: offset("code"),
    };
    return boundsParts(fields);
  },
};

/** A uint8: the number of the alert. */
const alert = (method: string): Known => ({
  method,
  fields: {},
  parts: (_, goMinor) => alertParts(goMinor),
});
const tlsAlert = alert("crypto/tls.(*alert).Error");
const tlsAlertError = alert("crypto/tls.(*AlertError).Error");

const KNOWN: ReadonlyMap<string, Known> = new Map([
  ["*errors.joinError", joinError],
  ["runtime.boundsError", boundsError],
  ["*runtime.boundsError", boundsError],
  ["tls.alert", tlsAlert],
  ["*tls.alert", tlsAlert],
  ["tls.AlertError", tlsAlertError],
  ["*tls.AlertError", tlsAlertError],
]);

/** The message of a type of the standard library that is known by name, else null. */
export function standardMessage(type: MessageSubject, binary: GoBinary): MessagePart[] | null {
  const known = KNOWN.get(type.name);
  if (!known || binary.goMinor < CHECKED.from || binary.goMinor > CHECKED.to) return null;
  const method = binary.types.get(type.address)?.methods.find((m) => m.name === "Error");
  const index = method?.ifn ? binary.functions.find(method.ifn) : -1;
  if (index < 0 || binary.functions.name(index) !== known.method) return null;
  const offsets = new Map<string, number>();
  for (const [name, shape] of Object.entries(known.fields)) {
    const field = type.fields.find((f) => f.name === name);
    if (field?.shape !== shape) return null;
    offsets.set(name, field.offset);
  }
  return known.parts((name) => offsets.get(name)!, binary.goMinor);
}
