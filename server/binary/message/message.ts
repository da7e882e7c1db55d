/** How the Error() method of each error type makes its text. */
import { isaOf } from "../code/index.ts";
import type { ErrorType, GoBinary, GoType, MessageInfo, MessagePart } from "../model.ts";
import { Alike } from "./alike.ts";
import type { UsesFound } from "./constants.ts";
import { Layout } from "./layout.ts";
import { Machine, Program } from "./machine.ts";
import { withPointers } from "./pointees.ts";
import { standardMessage } from "./standard.ts";
import { State } from "./state.ts";
import { gapsOf, partsOf, tellsSomething } from "./template.ts";
import { field, pointer, type Value } from "./value.ts";

/** What must be known of an error type; `ErrorType` has it. */
export type MessageSubject = Pick<ErrorType, "address" | "name" | "pointer" | "direct" | "size" | "fields">;

/** Reads messages of many types of one binary: decoded functions are kept. */
export class Messages {
  readonly #binary: GoBinary;
  readonly #program: Program;
  readonly #alike: Alike;
  /** By object, code and kind of receiver. */
  readonly #found = new Map<string, MessageInfo>();
  /** The same of objects and code that are alike. */
  readonly #shared = new Map<string, MessageInfo>();

  /** @param found see `Constants` */
  constructor(binary: GoBinary, found?: UsesFound) {
    this.#binary = binary;
    this.#program = new Program(binary, found);
    this.#alike = new Alike(this.#program);
  }

  /**
   * How Error() of `type` makes its text, by symbolic execution of its machine code (amd64 of Go 1.17 and newer, arm64 of Go 1.18 and newer), or
   * why that isn't known. The template presumes a data word that isn't nil.
   */
  of(type: MessageSubject): MessageInfo {
    const known = standardMessage(type, this.#binary);
    if (known) return infoOf(known);
    const { registerAbi } = isaOf(this.#binary.arch);
    if (this.#binary.goMinor < registerAbi)
      return unresolved(`Go before 1.${registerAbi} passes arguments on the stack`);
    const described = this.#binary.types.get(type.address);
    const method = described?.methods.find((m) => m.name === "Error");
    if (!described || !method) return unresolved("the type has no Error method in the file");
    if (method.ifn === 0) return unresolved("the linker dropped its Error method");
    const object = type.pointer ? this.#binary.types.get(described.elem) : described;
    if (!object) return unresolved("the type it points to isn't in the file");
    // a value's method is called through its pointer's, with the same receiver
    const key = `${object.address} ${method.ifn} ${type.direct && !type.pointer}`;
    let info = this.#found.get(key);
    if (!info) {
      const like = `${shapeOf(object)} ${this.#alike.of(method.ifn)} ${type.direct && !type.pointer}`;
      info = this.#shared.get(like);
      if (!info) {
        info = this.#follow(type, object, method.ifn);
        // reasons may name a function: the others' have other names
        if (!/, (in|at) /.test(JSON.stringify(info))) this.#shared.set(like, info);
      }
      this.#found.set(key, info);
    }
    return info;
  }

  #follow(type: MessageSubject, object: GoType, entry: number): MessageInfo {
    const layout = new Layout(object, this.#binary.types);
    const machine = new Machine(this.#program, layout);
    const state = State.entry(isaOf(this.#binary.arch), receiver(type), layout.size, layout.domain);
    return infoOf(partsOf(machine, machine.call(state, entry)));
  }

  /** Frees the decoder; the object is of no use then. */
  free(): void {
    this.#program.free();
  }
}

/** As `Messages.of`, for a single type. */
export function messageOf(binary: GoBinary, type: MessageSubject): MessageInfo {
  const messages = new Messages(binary);
  try {
    return messages.of(type);
  } finally {
    messages.free();
  }
}

/** All that a message can depend on of the object's type: equal for two that differ in their names alone. */
const shapeOf = ({ kind, size, elem, key, length, fields, interfaceMethods, address }: GoType): string => {
  const parts = fields.map(({ offset, type }) => `${offset}:${type}`);
  const own = interfaceMethods.length > 0 ? address : 0;
  return `${kind} ${size} ${elem} ${key} ${length} ${own} ${parts}`;
};

/** The interface's data word: the object's address, or the object itself where it fits and is a pointer. */
function receiver(type: MessageSubject): Value {
  return type.direct && !type.pointer ? field(0, 8) : pointer("object", 0);
}

const unresolved = (reason: string): MessageInfo => ({ kind: "unresolved", reason });

function infoOf(found: MessagePart[]): MessageInfo {
  const parts = withPointers(found);
  const gaps = gapsOf(parts);
  if (!tellsSomething(parts)) return unresolved(gaps[0] ?? "Error() always panics");
  const [first] = parts;
  if (parts.length === 1 && first?.kind === "string" && first.behind === undefined)
    return { kind: "field", offset: first.offset };
  return { kind: "template", template: { parts, gaps } };
}
