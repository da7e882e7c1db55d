import { type Callees, type Code, Flow, type Graph, type Values } from "./code/index.ts";

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
}

/** runtime functions that allocate an object, also for a value that an interface boxes. */
const ALLOCATES = /^runtime\.(newobject|mallocgc|convT)/;

/** The row that allocates the object of a data word, or null where that isn't known. */
export function allocation(body: Body, value: number): number | null {
  const known = body.values.get(value);
  if (known.kind !== "result" || known.i < 0 || body.code.flow[known.i] !== Flow.CALL) return null;
  return ALLOCATES.test(body.callees.of(body.code, known.i).name) ? known.i : null;
}

/** True for the data word of a value made here: a new object, or one in static memory or in the frame. */
export function isNew(body: Body, value: number): boolean {
  const { kind } = body.values.get(value);
  return kind === "static" || kind === "frame" || allocation(body, value) !== null;
}
