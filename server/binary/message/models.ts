/**
 * What functions of the runtime and of strconv do, told instead of followed: by name, since their code is long, loops or
 * allocates. Signatures checked in the sources of Go 1.20.14, 1.22.0, 1.25.0, 1.26.8 and 1.27.1 (runtime/string.go,
 * iface.go, malloc.go, mbarrier.go, panic.go; strconv/quote.go, itoa.go; internal/strconv/itoa.go since 1.26).
 */
import type { MessagePart } from "../model.ts";
import { sprint, sprintf } from "./format.ts";
import { errCodeParts } from "./http2-codes.ts";
import { DURATION, formatInteger } from "./integer-format.ts";
import type { Machine } from "./machine.ts";
import { done, panic, stop } from "./outcome.ts";
import { load, store } from "./row.ts";
import type { State } from "./state.ts";
import { argumentParts, isReason, stringParts } from "./strings.ts";
import { literal } from "./text.ts";
import { appendQuoted, quote, quoteWith, timeQuote, trim } from "./text-models.ts";
import { joined, type Model, returnBytes, returnText } from "./text-results.ts";
import { add, constant, pointer, subtract, truncate, unknown, type Value } from "./value.ts";

/** The model of a function by its full name, or null. */
export function modelOf(name: string): Model | null {
  const model = MODELS.get(name);
  if (model) return model;
  if (PANICS.test(name)) return () => panic;
  if (name.startsWith("runtime.gcWriteBarrier")) return writeBarrier;
  if (name.startsWith("runtime.mallocgc")) return allocation;
  return null;
}

/** Functions that don't return, as long as nothing recovers: then there's no message. */
const PANICS =
  /^runtime\.(goPanic\w*|panic\w*|gopanic|throw|fatal|fatalthrow|sigpanic|racefuncenter|morestack\w*)(\.abi0)?$/;

/** The most strings that one concatenation has. */
const MAX_STRINGS = 64;
const MAX_COPY = 4096;
/** Bytes of the buffer that time.Duration.format fills. */
const DURATION_BUFFER = 32;

/** concatstringN(buf *tmpBuf, a0, a1 … string) string; what doesn't fit the registers lies on the stack. */
const concatenation =
  (count: number): Model =>
  (machine, state) => {
    const lists: (MessagePart[] | string)[] = [];
    const inRegisters = Math.min(count, (state.isa.arguments.length - 1) >> 1);
    for (let k = 0; k < inRegisters; k++) lists.push(argumentParts(machine, state, 1 + 2 * k));
    for (let k = inRegisters; k < count; k++) lists.push(stackString(machine, state, 16 * (k - inRegisters)));
    return returnText(state, joined(lists));
  };

function stackString(machine: Machine, state: State, offset: number): MessagePart[] | string {
  // where the call doesn't push the return address, the callee will store it below the arguments
  const { sp, callBytes } = state.isa;
  const at = constant(8 - callBytes + offset);
  return stringAt(machine, state, add(state.register(sp), at, 64, state.known));
}

/** The parts of the string whose header is at `address`. */
export function stringAt(machine: Machine, state: State, address: Value): MessagePart[] | string {
  const at = load(state, address, 8, machine);
  const length = load(state, add(address, constant(8), 64, state.known), 8, machine);
  return stringParts(machine, state, at, length);
}

/** concatstrings(buf *tmpBuf, a []string) string */
const concatenationOfSlice: Model = (machine, state) => {
  const count = state.argument(2);
  if (count.kind !== "constant" || count.value > MAX_STRINGS) return stop("a concatenation of a slice");
  const lists: (MessagePart[] | string)[] = [];
  for (let k = 0; k < Number(count.value); k++)
    lists.push(stringAt(machine, state, add(state.argument(1), constant(16 * k), 64, state.known)));
  return returnText(state, joined(lists));
};

/** slicebytetostring(buf *tmpBuf, ptr *byte, n int) string */
const fromBytes: Model = (machine, state) => returnText(state, argumentParts(machine, state, 1));

/** stringtoslicebyte(buf *tmpBuf, s string) []byte */
const toBytes: Model = (machine, state) => returnBytes(state, argumentParts(machine, state, 1));

/** convT64 and its like: boxes of `size` bytes each hold the argument words. */
const box =
  (sizes: readonly number[]): Model =>
  (_, state) => {
    const region = state.allocate();
    sizes.forEach((size, k) => {
      state.memory.write(region, 8 * k, size, truncate(state.argument(k), size * 8, state.known));
    });
    state.returns(pointer(region, 0));
    return done(state);
  };

/** convT(t *_type, v unsafe.Pointer) unsafe.Pointer: a copy of *v. */
const boxAny: Model = (machine, state) => {
  const type = typeOf(machine, state.argument(0));
  if (type === null || type > MAX_COPY) return stop("a copy of an unknown type");
  const region = state.allocate();
  copy(machine, state, pointer(region, 0), state.argument(1), type);
  state.returns(pointer(region, 0));
  return done(state);
};

/** The size of the type at a constant address, or null. */
function typeOf(machine: Machine, address: Value): number | null {
  if (address.kind !== "constant") return null;
  return machine.program.binary.types.get(Number(address.value))?.size ?? null;
}

function copy(machine: Machine, state: State, to: Value, from: Value, length: number): void {
  const pieces: [number, number, Value][] = [];
  for (let at = 0; at < length; ) {
    const left = length - at;
    const size = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
    pieces.push([at, size, load(state, add(from, constant(at), 64, state.known), size, machine)]);
    at += size;
  }
  for (const [at, size, value] of pieces) store(state, add(to, constant(at), 64, state.known), size, value);
}

/** memmove(to, from unsafe.Pointer, n uintptr) */
const move: Model = (machine, state) => {
  const length = state.argument(2);
  if (length.kind !== "constant" || length.value > MAX_COPY) return stop("a copy of unknown length");
  copy(machine, state, state.argument(0), state.argument(1), Number(length.value));
  state.returns();
  return done(state);
};

/** typedmemmove(typ *_type, dst, src unsafe.Pointer), wbMove alike. */
const typedMove: Model = (machine, state) => {
  const length = typeOf(machine, state.argument(0));
  if (length === null || length > MAX_COPY) return stop("a copy of an unknown type");
  copy(machine, state, state.argument(1), state.argument(2), length);
  state.returns();
  return done(state);
};

/** newobject(typ *_type) unsafe.Pointer, and all other allocations: zeroed memory. */
const allocation: Model = (_, state) => {
  state.returns(pointer(state.allocate(), 0));
  return done(state);
};

/** gcWriteBarrierN: room for N pointers; all other registers are kept. */
const writeBarrier: Model = (_, state) => {
  state.registers[state.isa.barrierBuffer] = pointer(state.allocate(), 0);
  return done(state);
};

const DIRECTIVES = new Map([
  [10n, "%d"],
  [16n, "%x"],
  [8n, "%o"],
  [2n, "%b"],
]);

/** FormatInt(i int64, base int), FormatUint(u uint64, base int) */
const formatNumber =
  (signed: boolean): Model =>
  (_machine, state) => {
    const base = state.argument(1);
    const directive = base.kind === "constant" ? DIRECTIVES.get(base.value) : undefined;
    if (!directive) return stop("an unusual base");
    return returnText(state, integerParts(state.argument(0), signed, directive));
  };

const decimal =
  (signed: boolean): Model =>
  (_machine, state) =>
    returnText(state, integerParts(state.argument(0), signed, "%d"));

/** An 8-byte integer as text by a directive of fmt; `signed` says how the function reads it. */
export function integerParts(value: Value, signed: boolean, directive: string): MessagePart[] | string {
  if (value.kind === "unknown") return value.reason;
  if (value.kind === "constant") {
    const number = signed ? BigInt.asIntN(64, value.value) : value.value;
    return literal(formatInteger(number, directive));
  }
  if (value.kind !== "linear" || value.source.kind !== "field") return "a number that isn't a field's";
  if (value.factor !== 1n || value.addend !== 0n || value.bits !== 64) return "a computed number";
  const { offset, size } = value.source;
  if (size !== 1 && size !== 2 && size !== 4 && size !== 8) return "a number of an unusual size";
  // a full word is what the function reads it as; a narrower one was extended before
  if (size < 8 && value.signed && !signed) return "a negative number read as positive";
  const part: MessagePart = { kind: "int", offset, size, signed: size === 8 ? signed : value.signed };
  return [directive === "%d" ? part : { ...part, format: directive }];
}

/** FormatBool(b bool) string */
const formatBool: Model = (_, state) => {
  const value = state.argument(0);
  if (value.kind !== "linear" || value.source.kind !== "field" || value.source.size !== 1)
    return stop("a computed bool");
  return returnText(state, [{ kind: "bool", offset: value.source.offset }]);
};

/**
 * growslice: the elements somewhere else, with room for more. How much room isn't known; here there is none, so that the next
 * append comes here again: what is appended is the same. Go 1.20 to 1.27: (oldPtr, newLen, oldCap, num, et); before: (et, old, cap).
 */
const grow: Model = (machine, state) => {
  const since20 = machine.program.binary.goMinor >= 20;
  const size = typeOf(machine, state.argument(since20 ? 4 : 0));
  const [from, length] = since20
    ? [state.argument(0), subtract(state.argument(1), state.argument(3), 64, state.known)]
    : [state.argument(1), state.argument(2)];
  const capacity = state.argument(since20 ? 1 : 4);
  if (size === null || length.kind !== "constant" || capacity.kind !== "constant")
    return stop("a slice of unknown length");
  const bytes = Number(length.value) * size;
  if (bytes > MAX_COPY) return stop("a long slice");
  const region = state.allocate();
  copy(machine, state, pointer(region, 0), from, bytes);
  state.returns(pointer(region, 0), since20 ? capacity : length, capacity);
  return done(state);
};

/** strings.Join(elems []string, sep string) string */
const join: Model = (machine, state) => {
  const count = state.argument(1);
  if (count.kind !== "constant" || count.value > MAX_STRINGS) return stop("a join of a slice");
  const separator = argumentParts(machine, state, 3);
  const lists: (MessagePart[] | string)[] = [];
  for (let k = 0; k < Number(count.value); k++) {
    if (k > 0) lists.push(separator);
    lists.push(stringAt(machine, state, add(state.argument(0), constant(16 * k), 64, state.known)));
  }
  return returnText(state, joined(lists));
};

/** memequal(p, q unsafe.Pointer, size uintptr) bool */
const equal: Model = (machine, state) => {
  const [a, b, length] = [state.argument(0), state.argument(1), state.argument(2)];
  const source = equalSource(machine, a, b, length) ?? equalSource(machine, b, a, length);
  state.returns(source ?? unknown("a comparison of memory"));
  return done(state);
};

function equalSource(machine: Machine, text: Value, known: Value, length: Value): Value | null {
  if (length.kind !== "constant" && length.kind !== "linear") return null;
  if (text.kind !== "linear" || text.source.kind !== "field" || known.kind !== "constant") return null;
  if (length.kind !== "constant" || text.addend !== 0n || !machine.layout.isText(text.source.offset))
    return null;
  const wanted = machine.constants.text(Number(known.value), Number(length.value));
  if (wanted === null) return null;
  const source = { kind: "equal" as const, offset: text.source.offset, text: wanted, size: 1 as const };
  return { kind: "linear", source, signed: false, factor: 1n, addend: 0n, bits: 64 };
}

/** time.Duration.String */
const duration: Model = (_machine, state) =>
  returnText(state, integerParts(state.argument(0), true, DURATION));

/** time.(*Duration).String, the wrapper that interfaces call */
const durationBehindPointer: Model = (machine, state) =>
  returnText(state, integerParts(load(state, state.argument(0), 8, machine), true, DURATION));

/**
 * time.Duration.format(buf *[32]byte) int, which String is inlined around: it writes at the buffer's end and returns
 * where the text starts. Here the text is at the start and has the buffer's length.
 */
const durationFormat: Model = (_machine, state) => {
  const parts = integerParts(state.argument(0), true, DURATION);
  const buffer = state.argument(1);
  if (isReason(parts)) return stop(parts);
  if (buffer.kind !== "pointer") return stop("a duration written elsewhere");
  for (let at = 0; at < DURATION_BUFFER; at += 8)
    store(state, add(buffer, constant(at), 64, state.known), 8, unknown("digits of a duration"));
  store(state, buffer, 8, { kind: "text", word: "bytes", text: { parts } });
  state.returns(constant(0));
  return done(state);
};

/** String of HTTP/2's ErrCode, whose names are in a map that is made at start; through its wrapper where `behind`. */
const errCode =
  (behind: boolean): Model =>
  (machine, state) => {
    const argument = state.argument(0);
    const code = behind ? load(state, argument, 4, machine) : truncate(argument, 32, state.known);
    const parts = integerParts(code, false, "%d");
    if (isReason(parts)) return stop(parts);
    const [part] = parts;
    if (part?.kind !== "int") return stop("a constant code of HTTP/2");
    return returnText(state, errCodeParts(part));
  };

/** The package in the standard library, up to Go 1.26 and from 1.27 on, and the one outside. */
const ERR_CODES = [
  "net/http.http2ErrCode",
  "net/http/internal/http2.ErrCode",
  "golang.org/x/net/http2.ErrCode",
];

const MODELS = new Map<string, Model>([
  ...ERR_CODES.flatMap((name): [string, Model][] => [
    [`${name}.String`, errCode(false)],
    [`${name.replace(/[^.]*$/, "(*$&)")}.String`, errCode(true)],
  ]),
  ["runtime.concatstring2", concatenation(2)],
  ["runtime.concatstring3", concatenation(3)],
  ["runtime.concatstring4", concatenation(4)],
  ["runtime.concatstring5", concatenation(5)],
  ["runtime.concatstrings", concatenationOfSlice],
  ["runtime.slicebytetostring", fromBytes],
  ["runtime.stringtoslicebyte", toBytes],
  ["runtime.convT16", box([2])],
  ["runtime.convT32", box([4])],
  ["runtime.convT64", box([8])],
  ["runtime.convTstring", box([8, 8])],
  ["runtime.convTslice", box([8, 8, 8])],
  ["runtime.convT", boxAny],
  ["runtime.convTnoptr", boxAny],
  ["runtime.memmove", move],
  ["runtime.typedmemmove", typedMove],
  ["runtime.wbMove", typedMove],
  ["runtime.newobject", allocation],
  ["runtime.makeslice", allocation],
  ["runtime.growslice", grow],
  ["runtime.memequal", equal],
  ["strings.Join", join],
  ["strings.TrimSpace", trim],
  ["fmt.Sprintf", sprintf],
  ["fmt.Sprint", sprint],
  ["strconv.Itoa", decimal(true)],
  ["strconv.FormatInt", formatNumber(true)],
  ["strconv.FormatUint", formatNumber(false)],
  ["internal/strconv.Itoa", decimal(true)],
  ["internal/strconv.FormatInt", formatNumber(true)],
  ["internal/strconv.FormatUint", formatNumber(false)],
  ["internal/itoa.Itoa", decimal(true)],
  ["internal/itoa.Uitoa", decimal(false)],
  ["strconv.FormatBool", formatBool],
  ["strconv.Quote", quote],
  ["strconv.quoteWith", quoteWith],
  ["strconv.appendQuotedWith", appendQuoted],
  ["time.quote", timeQuote],
  ["time.Duration.String", duration],
  ["time.(*Duration).String", durationBehindPointer],
  ["time.Duration.format", durationFormat],
]);
