import type { Body } from "./body.ts";
import { Flow, pairAt } from "./code/index.ts";
import { givenByCall } from "./given-by-call.ts";
import { machineAt } from "./placement.ts";

/** An interface value that a function may give back as its last call gave it: `return f()`, `return 1, f()`. */
export interface PlainReturn {
  /** Position among the registers (`Isa.arguments`) in which it leaves, and in which the call at row `call` gave it. */
  position: number;
  given: number;
  call: number;
}

/** All of one function. It may also merely still be in its registers, and nothing be returned. */
export function plainReturns(body: Body): PlainReturn[] {
  const { code, graph } = body;
  const { isa } = code;
  const found: PlainReturn[] = [];
  if (!body.abiInternal) return found;
  for (let block = 0; block < graph.blocks; block++) {
    const last = graph.last[block]!;
    if (code.flow[last] !== Flow.RETURN || !calls(body, block)) continue;
    const machine = machineAt(body, [block], last);
    for (let position = 0; position + 1 < isa.arguments.length; position++) {
      const [first, data] = pairAt(isa, position);
      const pair = givenByCall(body, machine, first);
      if (pair && code.flow[pair.call] === Flow.CALL && machine.registers[data] === pair.data)
        found.push({ position, given: pair.position, call: pair.call });
    }
  }
  return found;
}

function calls({ code, graph }: Body, block: number): boolean {
  for (let i = graph.first[block]!; i <= graph.last[block]!; i++) if (code.flow[i] === Flow.CALL) return true;
  return false;
}
