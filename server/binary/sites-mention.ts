import { type Code, Flow, GENERAL, Mnemonic, Operand, pcOf, Reg } from "./code/index.ts";
import { FUN } from "./itabs.ts";
import type { GoBinary, Site } from "./model.ts";
import { siteAt } from "./site-at.ts";
import { codeOf, type Decode } from "./sites-runtime.ts";
import { typeCalled } from "./type-search.ts";

/**
 * The methods that fmt.(*pp).handleMethods calls on an operand, in the order of its source, Go 1.16 to 1.27
 * (fmt/print.go): Format, GoString, Error, String.
 */
const METHODS = 4;
const FORMAT = 0;
const ERROR = 2;

/** A call of a method through an itab that was kept on the stack. */
interface MethodCall {
  /** Row of the call. */
  i: number;
  line: number;
  /** The itab is in the 8 bytes at SP plus this. */
  itabAt: number;
}

/**
 * Where package fmt gets the text of an error: its call of the Error method, and of the Format method for errors that
 * format themselves. So what is given to Errorf, Sprintf, Println, log.Printf and the like is seen whatever the verb.
 * Nothing where the function isn't there or doesn't look as expected: a wrong place would be hit by every operand.
 */
export function mentionSites(binary: GoBinary, decode: Decode): Site[] {
  const code = codeOf(binary, decode, "fmt.(*pp).handleMethods");
  if (!code) return [];
  const calls = methodCalls(binary, code).toSorted((a, b) => a.line - b.line);
  if (calls.length !== METHODS || new Set(calls.map((call) => call.line)).size !== METHODS) return [];
  const { isa } = code;
  const onStack = binary.goMinor < isa.registerAbi;
  const about = { op: "mention", shared: true, consumer: "call" } as const;
  const error = siteAt(binary, code, calls[ERROR]!.i, {
    ...about,
    word0: { kind: "mem", reg: isa.sp, disp: calls[ERROR]!.itabAt },
    word1: onStack
      ? { kind: "mem", reg: isa.sp, disp: 8 - isa.callBytes }
      : { kind: "reg", reg: isa.arguments[0]! },
    eface: false,
  });
  // With arguments on the stack no register leads to the operand of Format.
  if (onStack) return error ? [error] : [];
  // Format(f fmt.State, verb rune): the operand, the itab of *fmt.pp, the pp itself, which holds the operand
  const operand = operandOffset(binary);
  const printer = isa.arguments[2]!;
  const format =
    operand === null
      ? null
      : siteAt(binary, code, calls[FORMAT]!.i, {
          ...about,
          word0: { kind: "mem", reg: printer, disp: operand },
          word1: { kind: "mem", reg: printer, disp: operand + 8 },
          eface: true,
        });
  return [error, format].filter((site) => site !== null);
}

/** Offset of the field `arg any` in fmt.pp. */
function operandOffset(binary: GoBinary): number | null {
  const printer = binary.types.get(typeCalled(binary.types, "*fmt.pp", "ptr")?.elem ?? 0);
  return printer?.fields.find((field) => field.name === "arg")?.offset ?? null;
}

/** MOV itab, [SP+n]; MOV method, [itab + fun]; …; CALL method, within one straight run of instructions. */
function methodCalls(binary: GoBinary, code: Code): MethodCall[] {
  const calls: MethodCall[] = [];
  for (let i = 0; i < code.count; i++) {
    if (code.flow[i] !== Flow.INDIRECT_CALL || code.kind[0][i] !== Operand.REGISTER) continue;
    const method = lastWrite(code, i, code.register[0][i]!);
    if (method < 0 || !isLoad(code, method) || code.displacement[method] !== FUN) continue;
    const itab = lastWrite(code, method, code.base[method]!);
    if (itab < 0 || !isLoad(code, itab) || code.base[itab] !== code.isa.sp || code.index[itab] !== Reg.NONE)
      continue;
    const line = binary.functions.frames(pcOf(code, i)).at(-1)?.line ?? 0;
    calls.push({ i, line, itabAt: code.displacement[itab]! });
  }
  return calls;
}

/** Row before `before` that writes the register, with nothing but plain instructions between; -1 if there is none. */
function lastWrite(code: Code, before: number, register: number): number {
  for (let i = before - 1; i >= 0 && code.flow[i] === Flow.NEXT; i--) {
    const written = code.writes[i]!;
    if (register < GENERAL && written & (1 << register)) return i;
    if (written & (1 << code.isa.sp)) return -1;
  }
  return -1;
}

const isLoad = (code: Code, i: number): boolean =>
  code.mnemonic[i] === Mnemonic.Mov && code.kind[1][i] === Operand.MEMORY && code.memorySize[i] === 8;
