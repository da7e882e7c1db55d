/** What the functions of an executable do with the errors that they are given: read from their code when it is asked for. */
import { argumentRegisters } from "../arguments.ts";
import { calleesOf } from "../callees.ts";
import {
  buildGraph,
  type Callees,
  type Code,
  Disassembler,
  Flow,
  indexOf,
  isaOf,
  MAX_FUNCTION,
  pairAt,
  pcOf,
} from "../code/index.ts";
import { methodSignatures } from "../error-results.ts";
import { frameOf, frameSlots } from "../frame-slots.ts";
import type { GoBinary } from "../model.ts";
import { resultRegisters } from "../result-registers.ts";
import { ENDS } from "./calls.ts";
import { leafArguments } from "./leaf-arguments.ts";
import { deferCalls, openDefersOf } from "./open-defers.ts";
import { type Fate, type FateBody, valueFate } from "./value-fate.ts";

/** What a function does with a result of one of its calls. */
export interface CallFate {
  fate: Fate;
  /** Index of the function. */
  index: number;
  /** Index of the function that it calls there; -1 where the code doesn't say. */
  callee: number;
  /** Static address of the first comparison of the value; -1 for none. */
  testedAt: number;
  /** It's the call of a deferred function, which returns nothing. */
  deferred: boolean;
}

/** Results that are kept; a program returns to a few thousand places. */
const MAX_KNOWN = 50_000;
/**
 * Who calls functions without results: the ends of goroutines, deferred calls, package initialisation and main. Others of the runtime
 * give results back (reflectcall's callN). Source: runtime/proc.go, panic.go, asm_amd64.s, Go 1.17 to 1.27.
 */
const CALLS_PLAIN =
  /^runtime\.(goexit1?|cgocallbackg1|deferreturn|gopanic|Goexit|main|doInit1?|deferCallSave)(\.abi0)?$/;
/** Wrappers of `defer` and `go` statements: they return nothing (cmd/compile/internal/typecheck, Go 1.17 to 1.27). */
const WRAPPER = /\.(deferwrap|gowrap)\d+$/;

export class CallFates {
  readonly #binary: GoBinary;
  readonly #callees: Callees;
  readonly #known = new Map<number, CallFate | null>();
  readonly #arguments = new Map<number, number | null>();
  readonly #results = new Map<number, number>();
  readonly #ends = new Map<number, boolean>();
  #reader: Disassembler | null = null;
  #last: { index: number; body: FateBody } | null = null;
  #signatures: ReturnType<typeof methodSignatures> | null = null;

  constructor(binary: GoBinary) {
    this.#binary = binary;
    this.#callees = calleesOf(binary);
  }

  /** False where results are not passed in registers, or where we don't know how: nothing is said there. */
  get can(): boolean {
    return this.#binary.arch === "amd64" && this.#binary.goMinor >= isaOf("amd64").registerAbi;
  }

  /** Whether a static return address is in one of the runtime's functions that only call functions without results. */
  callsPlain(address: number): boolean {
    const { functions } = this.#binary;
    const index = functions.find(address - 1);
    return index >= 0 && CALLS_PLAIN.test(functions.name(index));
  }

  /**
   * @param address static, that the call returns to.
   * @param position of the value's first word among the call's results. @returns null where no call ends there, or in a function
   *   without a frame, whose caller isn't on the stack (Go up to 1.20).
   */
  behind(address: number, position: number): CallFate | null {
    const key = address * 16 + position;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = this.#read(address, position);
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(key, found);
    return found;
  }

  /** Whether a function surely returns an interface value in these registers (true), surely does not (false), or that isn't known (null). */
  returns(index: number, position: number): boolean | null {
    const [first, data] = pairAt(isaOf("amd64"), position);
    const mask = this.#resultsOf(index);
    if (mask & (1 << first) && mask & (1 << data)) return true;
    if (WRAPPER.test(this.#binary.functions.name(index))) return false;
    this.#signatures ??= methodSignatures(this.#binary);
    const words = this.#signatures.get(index)?.words;
    if (!words || words[position] === "other") return null;
    return words[position] === "interface";
  }

  #read(address: number, position: number): CallFate | null {
    const { functions } = this.#binary;
    const index = functions.find(address - 1);
    const body = this.#bodyOf(index, address);
    const row = body ? indexOf(body.code, address) : -1;
    if (!body || row < 1) return null;
    const { code } = body;
    const call = code.flow[row - 1];
    if (call !== Flow.CALL && call !== Flow.INDIRECT_CALL) return null;
    if (body.frame.size === 0) return null;
    const fate = valueFate(body, row, position);
    const tested = "tested" in fate ? fate.tested : -1;
    return {
      fate,
      index,
      callee: call === Flow.CALL ? functions.find(code.target[row - 1]!) : -1,
      testedAt: tested < 0 ? -1 : pcOf(code, tested),
      deferred: body.deferCalls.has(row - 1),
    };
  }

  /** The body of the function that a call at `address` returns to; one returns to several places of the same one after the other. */
  #bodyOf(index: number, address: number): FateBody | null {
    if (this.#last?.index === index) return this.#last.body;
    const bytes = this.#bytesOf(index);
    const { functions } = this.#binary;
    const size = functions.spDelta(address);
    if (!bytes || size === null) return null;
    const code = this.#disassembler().decode(bytes, functions.entry(index));
    const defers = openDefersOf(this.#binary, index, size);
    const body: FateBody = {
      code,
      graph: buildGraph(code, this.#callees.returns(code)),
      callees: this.#callees,
      frame: frameSlots(code, this.#callees, frameOf(functions, index, code, this.#callees)),
      results: resultRegisters(code),
      deferCalls: defers ? deferCalls(code, defers) : new Set(),
      argumentsOf: (target) => this.#argumentsOf(target),
      stackArguments: (target) => {
        const callee = functions.find(target);
        return functions.entry(callee) === target ? functions.stackArguments(callee) : null;
      },
      endsProgram: (target) => this.#endsProgram(target),
    };
    this.#last = { index, body };
    return body;
  }

  #bytesOf(index: number): Uint8Array | null {
    const { functions, image } = this.#binary;
    const entry = functions.entry(index);
    const size = functions.end(index) - entry;
    if (index < 0 || size <= 0 || size > MAX_FUNCTION) return null;
    return image.bytes(entry, size);
  }

  /** One for all, made when it is first needed: its room for rows costs more than a function. */
  #disassembler(): Disassembler {
    this.#reader ??= new Disassembler();
    return this.#reader;
  }

  #aside<T>(index: number, read: (code: Code) => T): T | null {
    const bytes = this.#bytesOf(index);
    return bytes && read(this.#disassembler().decodeForNow(bytes, this.#binary.functions.entry(index)));
  }

  #endsProgram(address: number): boolean {
    const known = this.#ends.get(address);
    if (known !== undefined) return known;
    const { functions } = this.#binary;
    const index = functions.find(address);
    const starts = index >= 0 && functions.entry(index) === address;
    const read = ({ flow, target, count }: Code) =>
      Array.from({ length: count }, (_, i) => i).some(
        (i) => flow[i] === Flow.CALL && ENDS.test(functions.name(functions.find(target[i]!))),
      );
    const ends = starts && (this.#aside(index, read) ?? false);
    this.#ends.set(address, ends);
    return ends;
  }

  #argumentsOf(address: number): number | null {
    const known = this.#arguments.get(address);
    if (known !== undefined) return known;
    const index = this.#binary.functions.find(address);
    const starts = index >= 0 && this.#binary.functions.entry(index) === address;
    const read = (code: Code) => argumentRegisters(code, this.#callees) ?? leafArguments(code);
    const mask = starts ? this.#aside(index, read) : null;
    this.#arguments.set(address, mask);
    return mask;
  }

  #resultsOf(index: number): number {
    const known = this.#results.get(index);
    if (known !== undefined) return known;
    const mask = this.#aside(index, resultRegisters) ?? 0;
    this.#results.set(index, mask);
    return mask;
  }
}
