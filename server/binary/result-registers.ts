import { type Code, Flow, GENERAL, Operand } from "./code/index.ts";

/**
 * The registers that a function surely returns results in, as a mask: before some RET they are written and not read. The
 * compiler writes none in vain.
 */
export function resultRegisters(code: Code): number {
  let mask = 0;
  for (let end = 0; end < code.count; end++) {
    if (code.flow[end] !== Flow.RETURN) continue;
    let read = 0;
    for (let i = end - 1; i >= 0 && code.flow[i] === Flow.NEXT; i--) {
      const whole = code.kind[0][i] === Operand.REGISTER && code.width[0][i]! >= 4;
      const register = code.register[0][i]!;
      if (whole && register < GENERAL && code.writes[i]! & (1 << register) && !(read & (1 << register)))
        mask |= 1 << register;
      read |= code.reads[i]! | code.writes[i]!;
    }
  }
  const results = code.isa.arguments.reduce((all, register) => all | (1 << register), 0);
  return mask & results & ~(1 << code.isa.sp);
}
