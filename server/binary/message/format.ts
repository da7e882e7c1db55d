/** fmt.Sprintf and fmt.Sprint on boxed values, with a format that is constant (src/fmt/print.go, Go 1.20 to 1.27). */
import type { GoType, IntegerSize, Kind, MessagePart } from "../model.ts";
import { type Boxed, boxedAt } from "./boxed.ts";
import { parseFormat, type Verb } from "./format-string.ts";
import { isIntegerDirective } from "./integer-format.ts";
import { isSigned, pointerOf } from "./layout.ts";
import type { Machine } from "./machine.ts";
import { isFormatter, textMethod } from "./methods.ts";
import { integerParts, stringAt } from "./models.ts";
import { bind, done, type Outcome, stop } from "./outcome.ts";
import { load } from "./row.ts";
import type { State } from "./state.ts";
import { argumentParts, isReason, stringParts } from "./strings.ts";
import { concatenate, literal, literalOf } from "./text.ts";
import { quoted } from "./text-models.ts";
import { add, constant, signExtend, type Value } from "./value.ts";

/** The most arguments that a call of fmt has here. */
const MAX_ARGUMENTS = 64;

/** A state with what has been printed so far. */
interface Printed {
  state: State;
  parts: MessagePart[];
}

/** Sprintf(format string, a ...any) string */
export function sprintf(machine: Machine, state: State): Outcome<State> {
  const format = argumentParts(machine, state, 0);
  if (isReason(format)) return stop(format);
  const text = literalOf(format);
  if (text === null) return stop("a format that isn't constant");
  const pieces = parseFormat(text);
  if (typeof pieces === "string") return stop(pieces);
  const args = boxedArguments(machine, state, 2);
  if (typeof args === "string") return stop(args);
  let outcome: Outcome<Printed> = done({ state, parts: [] });
  let next = 0;
  for (const piece of pieces) {
    const append = (make: (state: State) => Outcome<Printed>) => {
      outcome = bind(outcome, (before) =>
        bind(make(before.state), (after) =>
          done({ state: after.state, parts: concatenate(before.parts, after.parts) }),
        ),
      );
    };
    if (piece.kind === "text") append((s) => done({ state: s, parts: literal(piece.text) }));
    else {
      const argument = args[next++];
      append((s) =>
        argument
          ? printVerb(machine, s, piece, argument)
          : done({ state: s, parts: literal(`%!${piece.verb}(MISSING)`) }),
      );
    }
  }
  if (next < args.length) return stop("a call of fmt with too many arguments");
  return bind(outcome, returnPrinted);
}

/** Sprint(a ...any) string: a space between two arguments of which neither is a string. */
export function sprint(machine: Machine, state: State): Outcome<State> {
  const args = boxedArguments(machine, state, 0);
  if (typeof args === "string") return stop(args);
  let outcome: Outcome<Printed> = done({ state, parts: [] });
  let previousString = true;
  for (const [n, argument] of args.entries()) {
    if (argument.kind === "unknown") return stop(`fmt of ${argument.reason}`);
    // reflect.Kind of the dynamic type, which isn't known of an interface field
    if (argument.kind === "interface" && args.length > 1) return stop("fmt.Sprint of an interface field");
    const isString = argument.kind === "typed" && argument.type.kind === "string";
    const space = n > 0 && !isString && !previousString ? literal(" ") : [];
    previousString = isString;
    outcome = bind(outcome, (before) =>
      bind(printVerb(machine, before.state, PLAIN, argument), (after) =>
        done({ state: after.state, parts: concatenate(before.parts, space, after.parts) }),
      ),
    );
  }
  return bind(outcome, returnPrinted);
}

function returnPrinted({ state, parts }: Printed): Outcome<State> {
  state.returnsText({ parts });
  return done(state);
}

/** The elements of the []any in arguments `index` and following. */
function boxedArguments(machine: Machine, state: State, index: number): Boxed[] | string {
  const length = state.argument(index + 1);
  if (length.kind !== "constant" || length.value > MAX_ARGUMENTS) return "a call of fmt with a slice";
  const list: Boxed[] = [];
  for (let k = 0; k < Number(length.value); k++)
    list.push(boxedAt(machine, state, add(state.argument(index), constant(16 * k), 64, state.known)));
  return list;
}

type Request = Omit<Verb, "kind">;
const PLAIN: Request = { verb: "v", directive: "%v", plain: true };

function printVerb(machine: Machine, state: State, request: Request, argument: Boxed): Outcome<Printed> {
  const { verb, directive, plain } = request;
  const text = (parts: MessagePart[] | string): Outcome<Printed> =>
    isReason(parts) ? stop(`fmt: ${parts}`) : done({ state, parts });
  if (argument.kind === "unknown") return stop(`fmt of ${argument.reason}`);
  if (!plain && !(argument.kind === "typed" && isIntegerDirective(directive)))
    return stop(`fmt: the directive ${directive}`);
  switch (argument.kind) {
    case "nil":
      return text(literal(verb === "v" || verb === "T" ? "<nil>" : `%!${verb}(<nil>)`));
    case "interface":
      return text(printInterface(machine, request, argument.offset));
    case "any":
      return directive === `%${verb}`
        ? text([{ kind: "any", offset: argument.offset, verb }])
        : stop(`fmt: ${directive} of an any`);
    case "typed":
      return printTyped(machine, state, request, argument.type, argument.data);
  }
}

/** An interface field that isn't nil. */
function printInterface(
  machine: Machine,
  { verb, directive }: Request,
  offset: number,
): MessagePart[] | string {
  if (pointerOf(offset) && machine.layout.elementAt(offset)) return "an element of a list";
  const type = machine.layout.leafAt(offset)?.type;
  const isError = type?.interfaceMethods.some((m) => m.name === "Error");
  const cause: MessagePart[] = [{ kind: "error", offset, formatted: true }];
  if (isError && (verb === "v" || verb === "s")) return cause;
  if (isError && verb === "q") return quoted(cause);
  return directive === `%${verb}` ? [{ kind: "any", offset, verb }] : `${directive} of an interface field`;
}

/** Verbs for which fmt asks no method. */
const NUMBER_VERBS = new Set(["d", "o", "b", "c", "U"]);
const TEXT_VERBS = new Set(["v", "s", "q"]);

function printTyped(
  machine: Machine,
  state: State,
  request: Request,
  type: GoType,
  data: Value,
): Outcome<Printed> {
  const { verb, plain } = request;
  if (verb === "T" && plain) return done({ state, parts: literal(type.name) });
  if (verb === "p" || verb === "w") return stop(`fmt: %${verb}`);
  const { types } = machine.program.binary;
  if (isFormatter(type, types)) return stop("fmt of a type with a Format method");
  // %x and %X ask the methods too, but then print hexadecimal text
  const method = textMethod(type, types);
  if (method && !plain && !NUMBER_VERBS.has(verb)) return stop(`fmt: the directive ${request.directive}`);
  if (method && (TEXT_VERBS.has(verb) || verb === "x" || verb === "X")) {
    if (verb === "x" || verb === "X") return stop(`fmt: %${verb} of a text`);
    if (method.ifn === 0) return stop(`a call of ${type.name}.${method.name}, which the linker dropped`);
    return callMethod(machine, state, method.ifn, data, verb === "q");
  }
  const parts = printKind(machine, state, request, type, data);
  return isReason(parts) ? stop(`fmt: ${parts}`) : done({ state, parts });
}

/** Calls Error or String through its interface entry, as fmt does. */
function callMethod(
  machine: Machine,
  state: State,
  entry: number,
  data: Value,
  quote: boolean,
): Outcome<Printed> {
  state.registers[state.isa.arguments[0]!] = data;
  return bind(machine.call(state, entry), (after) => {
    const parts = argumentParts(machine, after, 0);
    const printed = quote ? quoted(parts) : parts;
    return isReason(printed) ? stop(printed) : done({ state: after, parts: printed });
  });
}

const INTEGERS: Partial<Record<Kind, IntegerSize>> = {
  int: 8, int8: 1, int16: 2, int32: 4, int64: 8, uint: 8, uint8: 1, uint16: 2, uint32: 4, uint64: 8, uintptr: 8,
}; // biome-ignore format: a table

function printKind(
  machine: Machine,
  state: State,
  { verb, directive, plain }: Request,
  type: GoType,
  data: Value,
): MessagePart[] | string {
  const size = INTEGERS[type.kind];
  if (size && isIntegerDirective(directive)) {
    const value = load(state, data, size, machine);
    const signed = isSigned(type.kind);
    const wide = signed ? signExtend(value, size * 8, 64, state.known) : value;
    const decimal = directive === "%v" || directive === "%+v";
    return integerParts(wide, signed, decimal ? "%d" : directive);
  }
  if (!plain) return `the directive ${directive}`;
  if (type.kind === "string" && TEXT_VERBS.has(verb)) {
    const parts = stringAt(machine, state, data);
    return verb === "q" ? quoted(parts) : parts;
  }
  if (type.kind === "bool" && (verb === "v" || verb === "t")) return printBool(load(state, data, 1, machine));
  if (type.kind === "slice" && (verb === "s" || verb === "q") && isBytes(machine, type)) {
    const parts = stringParts(
      machine,
      state,
      load(state, data, 8, machine),
      load(state, add(data, constant(8), 64, state.known), 8, machine),
    );
    return verb === "q" ? quoted(parts) : parts;
  }
  return `%${verb} of a ${type.kind}`;
}

const isBytes = (machine: Machine, type: GoType): boolean =>
  machine.program.binary.types.get(type.elem)?.kind === "uint8";

function printBool(value: Value): MessagePart[] | string {
  if (value.kind === "constant") return literal(value.value === 0n ? "false" : "true");
  return value.kind === "linear" &&
    value.source.kind === "field" &&
    value.source.size === 1 &&
    value.factor === 1n &&
    value.addend === 0n
    ? [{ kind: "bool", offset: value.source.offset }]
    : "a computed bool";
}
