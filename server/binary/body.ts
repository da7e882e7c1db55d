import {
  type Callees,
  type Code,
  Flow,
  GENERAL,
  type Graph,
  type Machine,
  Mnemonic,
  Operand,
  type Values,
} from "./code/index.ts";
import type { FrameSlots } from "./frame-slots.ts";
import type { StoreAddress } from "./store-address.ts";

/** One decoded function under analysis. */
export interface Body {
  code: Code;
  graph: Graph;
  callees: Callees;
  values: Values;
  /** `addressTaken` of the code. */
  taken: ReadonlySet<number>;
  /** `frameSlots` of the code, made when they are first needed. */
  frame: () => FrameSlots;
  /** Words of read-only memory that hold itabs (entries of dictionaries), by their own address. */
  constants: ReadonlyMap<number, number>;
  /** Arguments and results are in registers (ABIInternal); not so in assembly and wrappers for it (ABI0). */
  abiInternal: boolean;
  /** What is known before a row, by the row: see `leadOf` and `leadAt`. */
  leads: Map<number, Lead>;
  /** The registers that the function at an address takes arguments in, as a mask; null where that can't be told. */
  argumentsOf?: (address: number) => number | null;
}

/** Blocks that only lead, one into the next, to a block, that block itself as the last, and what is known at a row of it. */
export interface Lead {
  blocks: readonly number[];
  machine: Machine;
  /** The last store since the last call, which leads to those before. */
  stores: Stored | null;
  /** Mask of registers written since the last call and not read since. */
  unread: number;
  /** Where this is of the block's first row: the last row of the block of which it is known too. */
  furthest: number;
}

/** A store: the row, the register (`Reg.NONE`: an immediate), its value and where it goes. */
export interface Stored extends Use {
  value: number;
  address: StoreAddress;
  /** The store before, since the last call. A list that only grows at this end is shared by all paths that lead on from it. */
  before: Stored | null;
}

/** Where the program uses one word of an interface value: a register or an immediate, at a row. */
export interface Use {
  i: number;
  /** `Reg.NONE`: an immediate (a typed nil). */
  register: number;
}

/** A place where a made interface value is used: both words leave together. */
export interface Consumer {
  kind: "ret" | "call" | "tailcall" | "store";
  itab: Use;
  data: Use;
  /** The data word (`Values`). */
  value: number;
  /** The row at which both words have been used. */
  i: number;
  /** Blocks run through to the consumer's: some that can only lead to the reference's, then that and on. */
  path: readonly number[];
  /** The words are those of an `any`. */
  eface: boolean;
  /** The itab got into its register in the consumer's own block, for this use; else it might be a stale one. */
  firm: boolean;
  /** It's a store into the error's own object, or into one that the error holds: half done, it shows in the error's causes. */
  intoItself: boolean;
  /** It was told at a glance: see `straightReturn`. */
  straight?: true;
}

/** runtime functions that allocate an object, also for a value that an interface boxes. */
export const ALLOCATES = /^runtime\.(newobject|mallocgc|convT)/;

/** The row that allocates the object of a data word, or null where that isn't known. */
export function allocation(body: Body, value: number): number | null {
  const known = body.values.get(value);
  if (known.kind !== "result" || known.i < 0 || body.code.flow[known.i] !== Flow.CALL) return null;
  return ALLOCATES.test(body.callees.of(body.code, known.i).name) ? known.i : null;
}

/**
 * The row that allocates the object whose address is in a register before row `i`: the same on all paths that lead there;
 * null where that isn't so.
 */
export function allocationBefore(body: Body, i: number, register: number): number | null {
  const { graph } = body;
  const home = graph.blockOf[i]!;
  const found = new Set<number>();
  const seen = new Set<string>();
  const work = [{ block: home, last: i - 1, register }];
  for (let at = work.pop(); at; at = work.pop()) {
    const writer = lastWrite(body, at.block, at.last, at.register);
    if (writer.row >= 0) found.add(writer.row);
    else if (writer.register < 0 || graph.predecessors[at.block]!.length === 0) return null;
    else {
      for (const block of graph.predecessors[at.block]!) {
        const key = `${block} ${writer.register}`;
        if (seen.has(key)) continue;
        seen.add(key);
        work.push({ block, last: graph.last[block]!, register: writer.register });
      }
    }
  }
  const [row] = found;
  return found.size === 1 && row !== undefined ? row : null;
}

/**
 * What wrote the register last within a block: the row of an allocation, or (-1 and) the register that held its value at
 * the block's start; both -1 for anything else.
 */
function lastWrite(
  body: Body,
  block: number,
  last: number,
  register: number,
): { row: number; register: number } {
  const { code, graph, callees } = body;
  let wanted = register;
  for (let i = last; i >= graph.first[block]!; i--) {
    if (code.flow[i] === Flow.CALL || code.flow[i] === Flow.INDIRECT_CALL) {
      const callee = callees.of(code, i);
      if (!(callee.clobbers & (1 << wanted))) continue;
      const allocates =
        wanted === code.isa.arguments[0] && code.flow[i] === Flow.CALL && ALLOCATES.test(callee.name);
      return { row: allocates ? i : -1, register: -1 };
    }
    if (!(code.writes[i]! & (1 << wanted))) continue;
    const copies =
      code.mnemonic[i] === Mnemonic.Mov && code.kind[1][i] === Operand.REGISTER && code.width[0][i] === 8;
    if (!copies || code.register[1][i]! >= GENERAL) return { row: -1, register: -1 };
    wanted = code.register[1][i]!;
  }
  return { row: -1, register: wanted };
}

/** True for the data word of a value made here: a new object, or one in static memory or in the frame. */
export function isNew(body: Body, value: number): boolean {
  const { kind } = body.values.get(value);
  return kind === "static" || kind === "frame" || allocation(body, value) !== null;
}
