import type { Body } from "./body.ts";
import { type Callees, type Code, Flow, type Machine, pairAt } from "./code/index.ts";

/** An interface value that a call gave, by its two words as values of the body. */
export interface Pair {
  itab: number;
  data: number;
  /** Among the registers (`Isa.arguments`) in which the call gave it. */
  position: number;
  /** Row of the call. */
  call: number;
}

/** The two words of which the register holds the first, if a call of the program's gave them. */
export function givenByCall(
  { code, values, callees }: Body,
  machine: Machine,
  register: number,
): Pair | null {
  const itab = machine.registers[register] ?? -1;
  const known = itab < 0 ? null : values.get(itab);
  if (known?.kind !== "result" || known.i < 0) return null;
  const flow = code.flow[known.i];
  if (flow !== Flow.CALL && flow !== Flow.INDIRECT_CALL) return null;
  const { isa } = code;
  const k = isa.arguments.indexOf(known.register);
  if (k < 0 || k + 1 >= isa.arguments.length || isRuntime(callees, code, known.i)) return null;
  return { itab, data: values.result(known.i, pairAt(isa, k)[1]), position: k, call: known.i };
}

const isRuntime = (callees: Callees, code: Code, i: number): boolean => {
  const { name, helper } = callees.of(code, i);
  return helper || name.startsWith("runtime.");
};
