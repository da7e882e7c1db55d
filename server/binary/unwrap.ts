import { hex } from "./bytes.ts";
import { type Callees, type Code, type Decodes, decoderFor, isaOf } from "./code/index.ts";
import { type ErrorTypeLayout, errorTypesOf } from "./error-types.ts";
import { itabTypes } from "./itabs.ts";
import type { GoBinary, GoType, Method, UnwrapInfo } from "./model.ts";
import { MethodRun, type Outcome } from "./unwrap-run.ts";
import type { Word } from "./unwrap-word.ts";

type Results = Outcome["results"];

/** Reads what the Unwrap (else Cause) methods of one binary's error types return. */
export class Unwraps {
  readonly #binary: GoBinary;
  readonly #callees: Callees;
  readonly #disassembler: Decodes;
  readonly #codes = new Map<number, Code | null>();
  #itabTypes: Map<number, number> | null = null;
  #types: Map<number, ErrorTypeLayout> | null = null;

  constructor(binary: GoBinary, callees: Callees) {
    this.#binary = binary;
    this.#callees = callees;
    this.#disassembler = decoderFor(binary.arch);
  }

  free(): void {
    this.#disassembler.free();
  }

  /**
   * Which field of `type` its Unwrap method returns, from the method's machine code: every path that doesn't
   * return nil must return the same field, and that field must be able to hold an error. Without Unwrap, Cause() error
   * (github.com/pkg/errors' convention) stands in and `how` says so.
   */
  of(type: ErrorTypeLayout): UnwrapInfo {
    const described = this.#binary.types.get(type.address);
    const named = (name: string) => described?.methods.find((method) => method.name === name);
    const unwrap = named("Unwrap");
    const cause = named("Cause");
    if (!unwrap && !cause) return { kind: "none" };
    if (unwrap) return this.#method(type, unwrap);
    const info = this.#method(type, cause!);
    return info.kind === "error" ? { ...info, how: `Cause(): ${info.how}` } : info;
  }

  #method(type: ErrorTypeLayout, method: Method): UnwrapInfo {
    if (method.type === 0 || method.ifn === 0) return inferred(type, method.name);
    const shape = this.#shape(method);
    // errors.Unwrap knows no other signature
    if (!shape) return { kind: "none" };
    const receiver: Word =
      type.direct && !type.pointer ? { kind: "field", offset: 0 } : { kind: "object", offset: 0 };
    const onStack = this.#binary.goMinor < isaOf(this.#binary.arch).registerAbi;
    const decode = (address: number) => this.#code(address);
    const run = new MethodRun(decode, this.#callees, type.size, onStack).run(method.ifn, receiver);
    if ("failed" in run) return unresolved(run.failed);
    const made = run.outcomes.filter(({ results }) => !isNil(results));
    if (run.outcomes.length === 0) return unresolved("no path returns");
    if (made.length === 0) return { kind: "elsewhere", how: "nil, always" };
    return shape === "error" ? this.#oneError(type, made) : severalErrors(type, made);
  }

  #oneError(type: ErrorTypeLayout, made: readonly Outcome[]): UnwrapInfo {
    const agreed = agreedError(made);
    if (agreed) return this.#error(type, agreed);
    // all that isn't returned from the one field is made where that field is nil
    const given = made.filter(({ results: [itab] }) => itab.kind === "field");
    const first = given[0]?.results[0];
    const field = first?.kind === "field" ? first.offset : -1;
    const others = made.filter((outcome) => !given.includes(outcome));
    const isMade = ({ results, lost, zero }: Outcome) =>
      zero.includes(field) && (lost !== null || results[1].kind === "new");
    const some = others.length > 0 && others.every(isMade) ? agreedError(given) : null;
    const info = some && this.#error(type, some);
    if (info?.kind === "error") return { ...info, how: `${info.how}, or a new error where that is nil` };
    return listedErrors(type, made) ?? unresolved(whyLost(made) ?? "its paths return different values");
  }

  #shape(method: Method): "error" | "errors" | null {
    const func = this.#binary.types.get(method.type);
    if (func?.kind !== "func" || func.params.length > 0 || func.results.length !== 1) return null;
    const result = this.#binary.types.get(func.results[0]!);
    if (result?.address === this.#binary.errorInterface) return "error";
    return result?.kind === "slice" && result.elem === this.#binary.errorInterface ? "errors" : null;
  }

  #error(type: ErrorTypeLayout, [itab, data]: Results): UnwrapInfo {
    if (itab.kind === "beyond" && data.kind === "beyond" && itab.offset === data.offset) {
      const through = this.#through(type, itab.offset, itab.at, data.at);
      if (through) return through;
    }
    if (itab.kind === "beyond" || data.kind === "beyond") {
      const { offset } = (itab.kind === "beyond" ? itab : data) as { offset: number };
      return unresolved(`it returns what the pointer at offset ${offset} leads to`);
    }
    if (itab.kind === "variable" && data.kind === "variable" && data.address === itab.address + 8)
      return { kind: "elsewhere", how: `the variable at ${hex(itab.address)}` };
    if (itab.kind === "static" && (data.kind === "new" || data.kind === "static")) {
      const made = this.#typeOf(itab.address);
      if (made)
        return { kind: "elsewhere", how: `${data.kind === "new" ? "a new" : "a constant"} ${made.name}` };
    }
    if (itab.kind === "unknown" && data.kind === "new") return { kind: "elsewhere", how: "a new error" };
    if (itab.kind === "static" && data.kind === "object")
      return { kind: "elsewhere", how: `the address of its own part at offset ${data.offset}` };
    if (itab.kind === "static" && data.kind === "field")
      return this.#pointer(type, itab.address, data.offset);
    // an itab found at run time for the value of an interface field: a conversion to error
    if ((itab.kind === "converted" || itab.kind === "unknown") && data.kind === "field") {
      const field = type.fields.find((one) => one.offset === data.offset - 8);
      if (field?.shape === "iface")
        return { kind: "error", offset: field.offset, how: `field ${field.name}, converted to error` };
    }
    // the same of an any
    if ((itab.kind === "converted" || itab.kind === "unknown") && data.kind === "field") {
      const field = type.fields.find((one) => one.offset === data.offset - 8);
      if (field?.shape === "any")
        return { kind: "error", offset: field.offset, how: `field ${field.name}, where it is an error` };
    }
    if (itab.kind !== "field" || data.kind !== "field" || data.offset !== itab.offset + 8)
      return unresolved("it returns no field");
    const field = type.fields.find((one) => one.offset === itab.offset);
    if (field?.shape !== "error" && field?.shape !== "iface")
      return unresolved(`it returns the words at offset ${itab.offset}, which is no error field`);
    return { kind: "error", offset: itab.offset, how: `field ${field.name}` };
  }

  /** What the Unwrap of an error that the object points at would return: the promoted method of an embedded pointer. */
  #through(type: ErrorTypeLayout, offset: number, itabAt: number, dataAt: number): UnwrapInfo | null {
    const field = type.fields.find((one) => one.offset === offset);
    if (field?.shape !== "pointer" || dataAt !== itabAt + 8) return null;
    this.#types ??= new Map(errorTypesOf(this.#binary).map((one) => [one.address, one]));
    const inner = this.#types.get(field.type);
    const unwrap = inner && this.of(inner);
    if (unwrap?.kind !== "error" || unwrap.offset !== itabAt || unwrap.through !== undefined) return null;
    return {
      kind: "error",
      offset,
      through: itabAt,
      how: `${unwrap.how} of what field ${field.name} points at`,
    };
  }

  /** A field of a concrete pointer type, made an error by the method. */
  #pointer(type: ErrorTypeLayout, itab: number, offset: number): UnwrapInfo {
    const concrete = this.#typeOf(itab)?.address;
    const field = type.fields.find((one) => one.offset === offset);
    if (!field || field.type !== concrete)
      return unresolved(`it makes an error of the word at offset ${offset}, whose type is another`);
    return { kind: "error", offset, how: `field ${field.name} of type ${field.typeName}` };
  }

  /** The concrete type of an itab. */
  #typeOf(itab: number): GoType | undefined {
    this.#itabTypes ??= itabTypes(this.#binary.itabs);
    return this.#binary.types.get(this.#itabTypes.get(itab) ?? 0);
  }

  #code(address: number): Code | null {
    const known = this.#codes.get(address);
    if (known !== undefined) return known;
    const { functions, image } = this.#binary;
    const index = functions.find(address);
    const start = functions.entry(index);
    const bytes = index >= 0 && start === address ? image.bytes(start, functions.end(index) - start) : null;
    const code = bytes ? this.#disassembler.decode(bytes, start) : null;
    this.#codes.set(address, code);
    return code;
  }
}

const same = (a: Word, b: Word): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * What all paths of an Unwrap() error return, or null. A conversion to error takes the new itab out of a cache or from
 * the runtime, and keeps the old word where that is nil.
 */
function agreedError(made: readonly Outcome[]): Results | null {
  if (made.some(({ lost }) => lost !== null)) return null;
  const all = made.map(({ results }) => results);
  const [first] = all;
  if (!first || !all.every((results) => same(results[1], first[1]))) return null;
  const data = first[1];
  const atRunTime = all.find(([itab]) => itab.kind === "converted" || itab.kind === "unknown");
  const old: Word = data.kind === "field" ? { kind: "field", offset: data.offset - 8 } : data;
  const fits = (itab: Word) =>
    atRunTime
      ? itab.kind === "converted" || itab.kind === "unknown" || same(itab, old)
      : same(itab, first[0]);
  return all.every(([itab]) => fits(itab)) ? (atRunTime ?? first) : null;
}

const whyLost = (made: readonly Outcome[]): string | null =>
  made.find(({ lost }) => lost !== null)?.lost ?? null;

/**
 * Errors of a list that are given one after the other: the first itself where it is the only one, else a new error that
 * has the others (hashicorp/go-multierror). Null for anything else, and where the type has other errors to give.
 */
function listedErrors(type: ErrorTypeLayout, made: readonly Outcome[]): UnwrapInfo | null {
  const holding = type.fields.filter(({ shape }) =>
    ["error", "errors", "iface", "pointer", "any"].includes(shape),
  );
  const [list] = holding;
  if (holding.length !== 1 || list?.shape !== "errors") return null;
  const isFirst = ({ results: [itab, data] }: Outcome) =>
    itab.kind === "beyond" &&
    data.kind === "beyond" &&
    itab.offset === list.offset &&
    itab.at === 0 &&
    data.at === 8;
  const isRest = ({ results: [itab, data] }: Outcome) => itab.kind === "static" && data.kind === "new";
  const all = made.some(isFirst) && made.every((outcome) => isFirst(outcome) || isRest(outcome));
  return all ? { kind: "errors", offset: list.offset, how: `field ${list.name}, one after the other` } : null;
}

function severalErrors(type: ErrorTypeLayout, made: readonly Outcome[]): UnwrapInfo {
  const lost = whyLost(made);
  if (lost) return unresolved(lost);
  const all = made.map(({ results }) => results);
  const [first] = all;
  const agreed = all.every((results) => results.every((word, k) => same(word, first![k]!)));
  if (agreed) return slice(type, first!);
  const isNew = all.every(([data]) => data.kind === "new");
  return isNew ? { kind: "elsewhere", how: "a new slice" } : unresolved("its paths return different values");
}

const unresolved = (reason: string): UnwrapInfo => ({ kind: "unresolved", reason });

const isNil = ([first]: Results): boolean => first.kind === "number" && first.number === 0;

function slice(type: ErrorTypeLayout, [data, length, capacity]: Results): UnwrapInfo {
  if (data.kind === "new") return { kind: "elsewhere", how: "a new slice" };
  if (data.kind !== "field" || length.kind !== "field" || capacity.kind !== "field")
    return unresolved("it returns no field");
  if (length.offset !== data.offset + 8 || capacity.offset !== data.offset + 16)
    return unresolved("it returns parts of different fields");
  const field = type.fields.find((one) => one.offset === data.offset);
  if (field?.shape !== "errors")
    return unresolved(`it returns the words at offset ${data.offset}, which is no []error field`);
  return { kind: "errors", offset: data.offset, how: `field ${field.name}` };
}

/**
 * The linker drops methods that nothing can call, so that neither code nor signature is left. Where only one field can
 * hold causes, the method can return only that; the text in `how` marks it as inferred.
 */
function inferred(type: ErrorTypeLayout, method: string): UnwrapInfo {
  const candidates = type.fields.filter(({ shape }) =>
    ["error", "errors", "iface", "pointer"].includes(shape),
  );
  const [only] = candidates;
  if (!only || candidates.length > 1) return unresolved(`the linker dropped its ${method} method`);
  const how = `inferred: the linker dropped ${method}, and ${only.name} is the only field that holds errors`;
  return { kind: only.shape === "errors" ? "errors" : "error", offset: only.offset, how };
}
