import {
  type Callees,
  type Code,
  Flow,
  type Graph,
  Mnemonic,
  Operand,
  Reg,
  type Values,
} from "./code/index.ts";

/** One decoded function under analysis. */
export interface Body {
  code: Code;
  graph: Graph;
  callees: Callees;
  values: Values;
  /** `addressTaken` of the code. */
  taken: ReadonlySet<number>;
  /** Words of read-only memory that hold itabs (entries of dictionaries), by their own address. */
  constants: ReadonlyMap<number, number>;
  /** Arguments and results are in registers (ABIInternal); not so in assembly and wrappers for it (ABI0). */
  abiInternal: boolean;
  /** The registers that the function at an address takes arguments in, as a mask; null where that can't be told. */
  argumentsOf?: (address: number) => number | null;
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
}

/** runtime functions that allocate an object, also for a value that an interface boxes. */
const ALLOCATES = /^runtime\.(newobject|mallocgc|convT)/;

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
      const allocates = wanted === Reg.RAX && code.flow[i] === Flow.CALL && ALLOCATES.test(callee.name);
      return { row: allocates ? i : -1, register: -1 };
    }
    if (!(code.writes[i]! & (1 << wanted))) continue;
    const copies =
      code.mnemonic[i] === Mnemonic.Mov && code.kind[1][i] === Operand.REGISTER && code.width[0][i] === 8;
    if (!copies || code.register[1][i]! >= 16) return { row: -1, register: -1 };
    wanted = code.register[1][i]!;
  }
  return { row: -1, register: wanted };
}

/** True for the data word of a value made here: a new object, or one in static memory or in the frame. */
export function isNew(body: Body, value: number): boolean {
  const { kind } = body.values.get(value);
  return kind === "static" || kind === "frame" || allocation(body, value) !== null;
}
