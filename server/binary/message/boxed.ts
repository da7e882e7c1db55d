/** Values in an `any`: what fmt gets as an argument. */
import type { GoType } from "../model.ts";
import type { Machine } from "./machine.ts";
import { load } from "./row.ts";
import { type State, wordField } from "./state.ts";
import { add, constant, type Value } from "./value.ts";

export type Boxed =
  | { kind: "nil" }
  /** The interface value at `offset` of the object, which isn't nil. */
  | { kind: "interface"; offset: number }
  /** The `any` at `offset` of the object, which may be nil. */
  | { kind: "any"; offset: number }
  /** A value of a known type; `data` is the interface's data word. */
  | { kind: "typed"; type: GoType; data: Value }
  | { kind: "unknown"; reason: string };

/** The `any` whose two words are at `address`. */
export function boxedAt(machine: Machine, state: State, address: Value): Boxed {
  const type = load(state, address, 8, machine);
  const data = load(state, add(address, constant(8), 64, state.known), 8, machine);
  return boxed(machine, type, data);
}

export function boxed(machine: Machine, type: Value, data: Value): Boxed {
  switch (type.kind) {
    case "constant": {
      if (type.value === 0n) return { kind: "nil" };
      const known = machine.program.binary.types.get(Number(type.value));
      return known
        ? { kind: "typed", type: known, data }
        : { kind: "unknown", reason: "a value of an unknown type" };
    }
    case "dynamicType":
      return wordField(data) === type.offset + 8
        ? { kind: "interface", offset: type.offset }
        : { kind: "unknown", reason: "an interface made of two" };
    case "linear": {
      const offset = wordField(type);
      const isAny = offset !== null && machine.layout.leafAt(offset)?.type.interfaceMethods.length === 0;
      return isAny &&
        machine.layout.leafAt(offset)?.type.kind === "interface" &&
        wordField(data) === offset + 8
        ? { kind: "any", offset }
        : { kind: "unknown", reason: "an any that isn't a field's" };
    }
    case "unknown":
      return { kind: "unknown", reason: type.reason };
    default:
      return { kind: "unknown", reason: "a value of an unknown type" };
  }
}
