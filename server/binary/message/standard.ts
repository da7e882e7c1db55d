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
  /** The first minor version that it was checked for; else that of CHECKED. */
  from?: number;
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

/** runtime/error.go, the same from Go 1.16 to 1.27: a dynamic type is not the one that the program asserts. */
const typeAssertionError: Known = {
  from: 16,
  method: "runtime.(*TypeAssertionError).Error",
  fields: { _interface: "other", concrete: "other", asserted: "other", missingMethod: "string" },
  parts: (offset) => {
    const name = (field: string): MessagePart => ({ kind: "typeName", offset: offset(field) });
    const text = (value: string): MessagePart => ({ kind: "text", text: value });
    const isZero = (at: number, yes: MessagePart[], no: MessagePart[]): MessagePart => ({
      kind: "if", offset: at, size: 8, signed: false, min: null, max: 0, yes, no,
    }); // biome-ignore format: one part
    const whole = isZero(offset("_interface"), [text("interface")], [name("_interface")]);
    const clash: MessagePart = {
      kind: "clash",
      offset: offset("concrete"),
      other: offset("asserted"),
      packages: " (types from different packages)",
      scopes: " (types from different scopes)",
    };
    const isNil = [whole, text(" is nil, not "), name("asserted")];
    const isOther = [whole, text(" is "), name("concrete"), text(", not "), name("asserted"), clash];
    const missing: MessagePart = { kind: "string", offset: offset("missingMethod") };
    const lacks = [name("concrete"), text(" is not "), name("asserted"), text(": missing method "), missing];
    // the length of the method's name
    const notNil = [isZero(offset("missingMethod") + 8, isOther, lacks)];
    return [text("interface conversion: "), isZero(offset("concrete"), isNil, notNil)];
  },
};

/** internal/runtime/maps/map.go, since Go 1.25. */
const unhashableType = (method: string): Known => ({
  method,
  fields: { typ: "other" },
  parts: (offset) => [
    { kind: "text", text: "hash of unhashable type: " },
    { kind: "typeName", offset: offset("typ") },
  ],
});

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
  ["*runtime.TypeAssertionError", typeAssertionError],
  ["maps.unhashableTypeError", unhashableType("internal/runtime/maps.unhashableTypeError.Error")],
  ["*maps.unhashableTypeError", unhashableType("internal/runtime/maps.(*unhashableTypeError).Error")],
  ["tls.alert", tlsAlert],
  ["*tls.alert", tlsAlert],
  ["tls.AlertError", tlsAlertError],
  ["*tls.AlertError", tlsAlertError],
]);

/** The message of a type of the standard library that is known by name, else null. */
export function standardMessage(type: MessageSubject, binary: GoBinary): MessagePart[] | null {
  const known = KNOWN.get(type.name);
  if (!known || binary.goMinor < (known.from ?? CHECKED.from) || binary.goMinor > CHECKED.to) return null;
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
