import { type Callees, type Code, Flow, Mnemonic, Operand } from "./code/index.ts";

/**
 * The registers that a function takes arguments in, as a mask. Before it asks for a larger stack it saves exactly these
 * above its return address (cmd/compile/internal/amd64 and ssagen, Go 1.17 to 1.27: the spills before the call of
 * runtime.morestack). Null for a function that asks for none.
 */
export function argumentRegisters(code: Code, callees: Callees): number | null {
  for (let i = code.count - 1; i >= 0; i--) {
    if (code.flow[i] !== Flow.CALL || !callees.of(code, i).name.startsWith("runtime.morestack")) continue;
    let mask = 0;
    for (let at = i - 1; at >= 0 && code.flow[at] === Flow.NEXT; at--) {
      if (code.mnemonic[at] === Mnemonic.Nop || keepsLink(code, at)) continue;
      const saves =
        code.kind[0][at] === Operand.MEMORY &&
        code.base[at] === code.isa.sp &&
        code.kind[1][at] === Operand.REGISTER;
      if (!saves) break;
      const register = code.register[1][at]!;
      if (code.isa.arguments.includes(register)) mask |= 1 << register;
    }
    return mask;
  }
  return null;
}

/** arm64 hands the return address on in a register of its own (cmd/internal/obj/arm64/obj7.go, stacksplit). */
const keepsLink = (code: Code, i: number): boolean =>
  code.mnemonic[i] === Mnemonic.Mov &&
  code.kind[1][i] === Operand.REGISTER &&
  code.register[1][i] === code.isa.link;
