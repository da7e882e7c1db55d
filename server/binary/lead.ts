import type { Body, Lead, Stored } from "./body.ts";
import { Access, Flow, type Graph, immediateOf, Machine, Mnemonic, Operand, Reg } from "./code/index.ts";
import { storeAddress } from "./store-address.ts";

/** Blocks run before a block, at most, so that values are known by where they come from. */
const MAX_LEAD = 8;

/** What is known where the block starts, from the blocks that only lead to it; the same for all references in it. */
export function leadOf(body: Body, block: number): Lead {
  const { graph } = body;
  const known = body.leads.get(graph.first[block]!);
  if (known) return known;
  const blocks = leadingTo(graph, block);
  // a lead that is neither cut off nor a circle that nothing enters is that of the block before and that block
  const whole = blocks.length <= MAX_LEAD && graph.predecessors[blocks[0]!]!.length !== 1;
  const before = whole && blocks.length > 1 ? leadOf(body, blocks.at(-2)!) : null;
  const lead: Lead = {
    blocks,
    machine: before?.machine.clone() ?? new Machine(body.values, body.callees, body.taken, body.constants),
    stores: before?.stores ?? null,
    unread: before?.unread ?? 0,
    furthest: graph.first[block]!,
  };
  for (let k = before ? blocks.length - 2 : 0; k < blocks.length - 1; k++)
    for (let i = graph.first[blocks[k]!]!; i <= graph.last[blocks[k]!]!; i++) passOver(body, lead, i);
  body.leads.set(graph.first[block]!, lead);
  return lead;
}

/** What is known before row `i`: as `leadOf` its block, and what the rows before it in the block do. */
export function leadAt(body: Body, i: number): Lead {
  const known = body.leads.get(i);
  if (known) return known;
  const start = leadOf(body, body.graph.blockOf[i]!);
  if (body.leads.has(i)) return body.leads.get(i)!;
  const from = start.furthest < i ? start.furthest : body.graph.first[body.graph.blockOf[i]!]!;
  const nearest = body.leads.get(from)!;
  const lead: Lead = { ...nearest, machine: nearest.machine.clone() };
  for (let row = from; row < i; row++) passOver(body, lead, row);
  body.leads.set(i, lead);
  start.furthest = Math.max(start.furthest, i);
  return lead;
}

/** The blocks that only lead, one into the next, to `block`, and that. */
function leadingTo(graph: Graph, block: number): number[] {
  const blocks = [block];
  for (let first = block; blocks.length <= MAX_LEAD; ) {
    const before = graph.predecessors[first]!;
    if (before.length !== 1 || blocks.includes(before[0]!)) break;
    first = before[0]!;
    blocks.unshift(first);
  }
  return blocks;
}

/** Runs row `i`. */
function passOver(body: Body, known: Pick<Lead, "machine" | "stores" | "unread">, i: number): void {
  const { code, callees } = body;
  known.stores = stored(body, known.machine, known.stores, i) ?? known.stores;
  known.machine.step(code, i);
  const flow = code.flow[i];
  if ((flow === Flow.CALL || flow === Flow.INDIRECT_CALL) && !callees.of(code, i).helper) {
    known.stores = null;
    known.unread = 0;
  } else known.unread = (known.unread & ~code.reads[i]!) | code.writes[i]!;
}

/** What row `i` stores, with the stores before it, so that a pair is found whichever word is stored first. Null: nothing of that kind. */
export function stored(
  { code, values }: Body,
  machine: Machine,
  before: Stored | null,
  i: number,
): Stored | null {
  if (!(code.memoryAccess[i]! & Access.WRITE) || code.kind[0][i] !== Operand.MEMORY) return null;
  if (code.mnemonic[i] !== Mnemonic.Mov || code.memorySize[i] !== 8 || code.segment[i]) return null;
  const address = storeAddress(code, values, machine, i);
  const register = code.kind[1][i] === Operand.REGISTER ? code.register[1][i]! : Reg.NONE;
  const value = register === Reg.NONE ? values.immediate(immediateOf(code, i)) : machine.registers[register]!;
  return { i, register, value, address, before };
}
