import { ABI_REGISTERS, type Callees, type Code, Flow, Mnemonic, Operand, Reg } from "./code/index.ts";

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
      if (code.mnemonic[at] === Mnemonic.Nop) continue;
      const saves =
        code.kind[0][at] === Operand.MEMORY &&
        code.base[at] === Reg.RSP &&
        code.kind[1][at] === Operand.REGISTER;
      if (!saves) break;
      const register = code.register[1][at]!;
      if (ABI_REGISTERS.includes(register)) mask |= 1 << register;
    }
    return mask;
  }
  return null;
}
