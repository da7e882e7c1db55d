import { ALLOCATES, type Body, type Consumer } from "./body.ts";
import { Flow, GENERAL, Mnemonic, Operand } from "./code/index.ts";
import type { Following } from "./follow.ts";
import { leadOf } from "./lead.ts";
import { flowOf } from "./object-flow.ts";
import { type Origin, originsOf } from "./origins.ts";
import { machineBehind, type Reference } from "./placement.ts";
import { COMPARES } from "./sentinels.ts";

/** The type whose address a reference materialises. */
export interface AnyType {
  /** `*T`: the data word is the address of a T. */
  pointer: boolean;
  /** The data word is the value itself, of a type that isn't a pointer. */
  direct: boolean;
  /** Static address of T. */
  object: number;
  size: number;
}

/** What is known of static addresses. */
export interface AnyLookup {
  /** T of an error type T or *T, by its address or by that of an itab of it; 0 for anything else. */
  objectOf(address: number): number;
  isItab(address: number): boolean;
}

export interface FollowedReference {
  reference: Reference;
  following: Following;
}
/** What an `error` is made of in the same function. */
export interface ErrorUses {
  followed: readonly FollowedReference[];
  /** Stores that several references lead to. */
  stored: readonly Consumer[];
}
interface Found {
  reference: Reference;
  consumers: Consumer[];
}
export interface AnyConversions {
  made: Found[];
  /** Conversions of which it can't be told that they are of a new error. */
  left: { i: number; why: string }[];
}

/** How the following of a type's address ends where it may have been a conversion all the same. */
const UNSURE = new Set(["too long", "jump table", "moved to a vector register", "two different data words"]);
/** Rows around the store of a type word that are searched for the word before it. */
const STORE_WINDOW = 14;

/**
 * Which of the places where a type's address is used put a new error into an `any`: those at which the data word is surely
 * of an object that this function makes, fills, and gives to no one before. An object that nothing was stored in is there to be
 * filled (json.Unmarshal, errors.As); one that an `error` is made of too is made there; a value that isn't written down here, at
 * least in part, may be a copy of an earlier error's.
 */
export function anyConversions(
  body: Body,
  types: readonly FollowedReference[],
  errors: ErrorUses,
  lookup: AnyLookup,
): AnyConversions {
  const judge = new Judge(body, types, errors, lookup);
  const made: Found[] = [];
  const left: AnyConversions["left"] = [];
  for (const { reference, following } of types) {
    if (following.tested) continue;
    const reasons = following.dead.filter((why) => UNSURE.has(why));
    const consumers: Consumer[] = [];
    for (const consumer of following.consumers) {
      const why = judge.whyNot(reference, consumer);
      if (why === "") consumers.push(consumer);
      else if (why !== null) reasons.push(why);
    }
    // all or none: the probe must be passed on the way to errors only
    if (reasons.length === 0 && consumers.length > 0) made.push({ reference, consumers });
    else if (reasons[0]) left.push({ i: reference.i, why: reasons[0] });
  }
  return { made, left };
}

/**
 * The stores of a type's address, behind the first, from the register that the reference puts it in: `f(New(a), New(b))` has
 * one reference for two conversions.
 */
export function storedAgain({ code, graph, callees }: Body, reference: Reference): Reference[] {
  const register = code.register[0][reference.i]!;
  const rows: number[] = [];
  for (let i = reference.i + 1; i <= graph.last[graph.blockOf[reference.i]!]!; i++) {
    const flow = code.flow[i];
    if ((flow === Flow.CALL || flow === Flow.INDIRECT_CALL) && callees.of(code, i).clobbers & (1 << register))
      break;
    const stores =
      code.mnemonic[i] === Mnemonic.Mov &&
      code.kind[0][i] === Operand.MEMORY &&
      code.kind[1][i] === Operand.REGISTER &&
      code.register[1][i] === register &&
      code.memorySize[i] === 8;
    if (stores) rows.push(i);
    if (code.writes[i]! & (1 << register)) break;
  }
  return rows.slice(1).map((i) => ({ ...reference, i, held: register }));
}

class Judge {
  readonly #body: Body;
  readonly #lookup: AnyLookup;
  readonly #anys: Consumer[];
  readonly #errors: Consumer[];
  /** T of the errors that the function makes, or looks for: a value of this type may be theirs. */
  readonly #known = new Set<number>();

  constructor(body: Body, types: readonly FollowedReference[], errors: ErrorUses, lookup: AnyLookup) {
    this.#body = body;
    this.#lookup = lookup;
    this.#anys = types.flatMap(({ following }) => following.consumers);
    this.#errors = [...errors.followed.flatMap(({ following }) => following.consumers), ...errors.stored];
    for (const { reference, following } of errors.followed)
      if (following.compared || following.consumers.length > 0) this.#know(reference);
    for (const { reference, following } of types)
      if (following.compared || (reference.any!.pointer && following.consumers.length > 0))
        this.#know(reference);
  }

  #know({ itabs }: Reference): void {
    for (const itab of itabs) this.#known.add(this.#lookup.objectOf(itab));
  }

  /** "" for a new error; null for what is no conversion to `any`; else why it isn't known. */
  whyNot(reference: Reference, consumer: Consumer): string | null {
    const { code, callees } = this.#body;
    const calls = consumer.kind === "call" || consumer.kind === "tailcall";
    if (calls && COMPARES.test(callees.of(code, consumer.i).name)) return null;
    if (consumer.kind !== "store" && !consumer.firm) return null;
    const { register, i } = consumer.data;
    const origins: Origin[] = register < GENERAL ? originsOf(this.#body, i, register) : [{ kind: "nil" }];
    // a type next to a word of anything else
    const { isItab } = this.#lookup;
    if (origins.some((origin) => origin.kind === "static" && isItab(origin.address))) return null;
    if (this.#isData(consumer)) return null;
    const whys = origins.map((origin) =>
      reference.any!.pointer
        ? this.#whyNoPointer(reference, consumer, origin)
        : this.#whyNoValue(reference, consumer, origin),
    );
    return whys.find((why) => why !== "") ?? "";
  }

  #whyNoPointer({ any }: Reference, consumer: Consumer, origin: Origin): string {
    const { object, size } = any!;
    switch (origin.kind) {
      case "nil":
        return "a nil pointer";
      case "static":
        return size === 0 ? "" : "a variable of its package";
      case "frame":
        return this.#whyNoLocal(consumer, origin, size, "an empty object, to be filled");
      case "number":
      case "other":
        return "a pointer made elsewhere";
    }
    if (this.#allocated(origin.row) !== object) return "a pointer made elsewhere";
    const data = consumer.data;
    const errors = this.#errors.map((error) => error.data);
    const arrivals = flowOf(this.#body, origin.row, [
      ...errors,
      ...this.#anys.flatMap((other) => (other.data.i === data.i ? [] : [other.data])),
      data,
    ]);
    if (errors.some((_, k) => arrivals[k]!.held)) return "an `error` is made of it too";
    const { given, written } = arrivals.at(-1)!;
    if (given) return "it was given to a function before";
    return written || size === 0 ? "" : "an empty object, to be filled";
  }

  #whyNoValue({ any }: Reference, consumer: Consumer, origin: Origin): string {
    const { object, size, direct } = any!;
    const unsure = "a value that may be an earlier error's";
    if (direct || this.#known.has(object)) return unsure;
    if (origin.kind === "static") return "";
    if (origin.kind === "frame") return this.#whyNoLocal(consumer, origin, size, unsure);
    if (origin.kind !== "call") return unsure;
    // convT(t *_type, v unsafe.Pointer), convTnoptr; convT64(val) and the like, convTstring(val) (runtime/iface.go)
    const { code, callees } = this.#body;
    const { name } = callees.of(code, origin.row);
    if (/^runtime\.convT(16|32|64|string)$/.test(name)) {
      const values = originsOf(this.#body, origin.row, this.#body.code.isa.arguments[0]!);
      return values.every(({ kind }) => kind === "number" || kind === "static") ? "" : unsure;
    }
    if (!/^runtime\.convT(noptr)?$/.test(name)) return unsure;
    if (this.#allocated(origin.row) !== object) return unsure;
    const [from, ...others] = originsOf(this.#body, origin.row, this.#body.code.isa.arguments[1]!);
    if (others.length > 0 || from?.kind !== "frame") return unsure;
    return this.#isWrittenDown(from.row, origin.row, from.displacement, size) ? "" : unsure;
  }

  /** An object in the frame: its address is taken for this use alone, and something is written in it. */
  #whyNoLocal(
    consumer: Consumer,
    { displacement, row }: Origin & { kind: "frame" },
    size: number,
    empty: string,
  ): string {
    const { code } = this.#body;
    for (let i = 0; i < code.count; i++) {
      const takes = code.mnemonic[i] === Mnemonic.Lea && code.base[i] === code.isa.sp;
      if (takes && i !== row && code.displacement[i] === displacement)
        return "it was given to a function before";
    }
    return this.#isWrittenDown(row, consumer.data.i, displacement, size) ? "" : empty;
  }

  /** True if some word of an object in the frame is a constant there: a literal wrote it, no copy of another value. */
  #isWrittenDown(from: number, to: number, displacement: number, size: number): boolean {
    const { graph, values } = this.#body;
    const block = graph.blockOf[from]!;
    if (graph.blockOf[to] !== block) return false;
    const machine = machineBehind(this.#body, from, leadOf(this.#body, block).blocks, from);
    for (let at = 0; at < size; at += 8) {
      const value = values.get(machine.slot(machine.sp + displacement + at));
      if (value.kind === "static" || (value.kind === "immediate" && value.number !== 0)) return true;
    }
    return false;
  }

  /**
   * Static address of the type that the call at a row allocates an object of; 0 if it isn't known. newobject(typ),
   * convT(typ, v), but mallocgc(size, typ, zero) and from Go 1.27 its variants by size (runtime/malloc.go, iface.go).
   */
  #allocated(row: number): number {
    const { code, callees } = this.#body;
    const { name } = callees.of(code, row);
    if (!ALLOCATES.test(name)) return 0;
    const register = code.isa.arguments[name.startsWith("runtime.mallocgc") ? 1 : 0]!;
    const [type, ...others] = originsOf(this.#body, row, register);
    return others.length === 0 && type?.kind === "static" ? type.address : 0;
  }

  /** True if the word before the type is an itab: then the type is the data word of a reflect.Type. */
  #isData({ kind, itab }: Consumer): boolean {
    const { code, graph } = this.#body;
    const isItab = (i: number, register: number) =>
      originsOf(this.#body, i, register).some(
        (origin) => origin.kind === "static" && this.#lookup.isItab(origin.address),
      );
    if (kind !== "store") {
      const before = code.isa.arguments[code.isa.arguments.indexOf(itab.register) - 1];
      return before !== undefined && isItab(itab.i, before);
    }
    const block = graph.blockOf[itab.i]!;
    const from = Math.max(graph.first[block]!, itab.i - STORE_WINDOW);
    const to = Math.min(graph.last[block]!, itab.i + STORE_WINDOW);
    for (let i = from; i <= to; i++) {
      const stores =
        code.mnemonic[i] === Mnemonic.Mov &&
        code.kind[0][i] === Operand.MEMORY &&
        code.base[i] === code.base[itab.i] &&
        code.index[i] === code.index[itab.i] &&
        code.displacement[i] === code.displacement[itab.i]! - 8;
      if (stores && code.kind[1][i] === Operand.REGISTER && isItab(i, code.register[1][i]!)) return true;
    }
    return false;
  }
}
