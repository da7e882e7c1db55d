/** Calls of Error() on what a field holds: the message of a cause, which the tracer reads as a node of its own. */
import type { MessagePart } from "../model.ts";
import type { Machine } from "./machine.ts";
import { returnsText } from "./methods.ts";
import { done, type Outcome, stop } from "./outcome.ts";
import { type State, wordField } from "./state.ts";

/** Method number `index` of the interface value at `offset`, called with the receiver in the first argument. */
export function callInterface(machine: Machine, state: State, offset: number, index: number): Outcome<State> {
  const type = machine.layout.leafAt(offset)?.type;
  // interfaceMethods are sorted by name, as runtime.itab.fun is
  const method = type?.kind === "interface" ? type.interfaceMethods[index] : undefined;
  if (!method) return stop("a call of an unknown method");
  const part = returnsText(method.type, machine.program.binary.types) ? partOf(method.name, offset) : null;
  if (!part) return stop(`a call of ${method.name} of an interface field`);
  if (wordField(state.argument(0)) !== offset + 8) return stop("a call with another receiver");
  const element = machine.layout.elementAt(offset);
  if (element) {
    if (part.kind !== "error") return stop("a text of a list's element");
    state.returnsText({ parts: [{ kind: "element", offset: element.list, index: element.index }] });
    return done(state);
  }
  state.returnsText({ parts: [part] });
  return done(state);
}

const partOf = (method: string, offset: number): MessagePart | null =>
  method === "Error" ? { kind: "error", offset } : method === "String" ? { kind: "stringer", offset } : null;

/** The state after a call of `target` if that is Error() of the pointer that a field holds, else null. */
export function callPointerField(machine: Machine, state: State, target: number): State | null {
  const offset = wordField(state.argument(0));
  const type = offset === null ? undefined : machine.layout.leafAt(offset)?.type;
  if (offset === null || type?.kind !== "ptr") return null;
  const method = type.methods.find((m) => m.name === "Error");
  if (!method || (method.ifn !== target && method.tfn !== target)) return null;
  state.returnsText({ parts: [{ kind: "error", offset, type: type.address }] });
  return state;
}
