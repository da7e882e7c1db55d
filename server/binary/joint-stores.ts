import type { Body } from "./body.ts";
import { Access, Flow, GENERAL, Mnemonic, Operand, Reg } from "./code/index.ts";
import type { Reference } from "./placement.ts";

/**
 * A store of an itab that is in its register on every path, put there by one reference or by several: the compiler
 * materialises an itab once for many uses (`append(append(list, T{1}), T{2})`), or anew on some paths to one use.
 */
export interface JointStore {
  /** Row of the store. */
  i: number;
  register: number;
  itab: number;
  /** Rows of the references that can have put it there. */
  references: ReadonlySet<number>;
}

interface Held {
  itab: number;
  references: Set<number>;
}
/** By general register; undefined: not known to hold an itab. `mask`: the registers that do. */
interface State {
  held: (Held | undefined)[];
  mask: number;
}

const MAX_VISITS = 64;

/** Every store, to memory that is not the frame, of a register that must hold one static itab. */
export function jointStores(body: Body, references: readonly Reference[]): JointStore[] {
  const { code, graph } = body;
  const puts = new Map<number, Held>();
  for (const { i, itab } of references) if (itab !== null) puts.set(i, { itab, references: new Set([i]) });
  if (puts.size === 0) return [];
  const putsIn = blocksOf(body, puts);
  const before = statesBefore(body, puts, putsIn);
  if (!before) return [];
  const found: JointStore[] = [];
  for (let block = 0; block < graph.blocks; block++) {
    const entry = before[block];
    if (!entry || (entry.mask === 0 && putsIn[block] === 0)) continue;
    const state = copyOf(entry);
    for (let i = graph.first[block]!; i <= graph.last[block]!; i++) {
      const register = state.mask === 0 ? Reg.NONE : storedRegister(body, i);
      const held = register === Reg.NONE ? undefined : state.held[register];
      if (held) found.push({ i, register, itab: held.itab, references: held.references });
      pass(body, puts, state, i);
    }
  }
  return found.filter(({ i }) => code.base[i] !== code.isa.sp && code.base[i] !== code.isa.barrierBuffer);
}

/** By block, for the function that is looked at: typed arrays are slow to make. */
let withPuts = new Uint8Array(1 << 10);
let visits = new Uint8Array(1 << 10);

/** 1 for each block with a reference. */
function blocksOf({ graph }: Body, puts: ReadonlyMap<number, Held>): Uint8Array {
  if (graph.blocks > withPuts.length) {
    withPuts = new Uint8Array(2 * graph.blocks);
    visits = new Uint8Array(2 * graph.blocks);
  }
  withPuts.fill(0, 0, graph.blocks);
  for (const i of puts.keys()) withPuts[graph.blockOf[i]!] = 1;
  return withPuts;
}

/** The state before each block that is reached from the entry. Null: too many visits. */
function statesBefore(
  body: Body,
  puts: ReadonlyMap<number, Held>,
  putsIn: Uint8Array,
): (State | null)[] | null {
  const { graph } = body;
  const before = new Array<State | null>(graph.blocks).fill(null);
  visits.fill(0, 0, graph.blocks);
  const work = [0];
  before[0] = EMPTY;
  while (work.length > 0) {
    const block = work.pop()!;
    // never in practice: each visit takes something away
    if (++visits[block]! > MAX_VISITS) return null;
    let state = before[block]!;
    if (state.mask !== 0 || putsIn[block] === 1) state = stateAfter(body, puts, state, block);
    const successors = graph.successors[block]!;
    for (let k = 0; k < successors.length; k++) {
      const next = successors[k]!;
      const known = before[next] ?? null;
      if (known !== null && (known.mask === 0 || !meet(known, state))) continue;
      if (known === null) before[next] = state.mask === 0 ? EMPTY : deepCopyOf(state);
      work.push(next);
    }
  }
  return before;
}

function stateAfter(body: Body, puts: ReadonlyMap<number, Held>, before: State, block: number): State {
  const { first, last } = body.graph;
  const state = copyOf(before);
  for (let i = first[block]!; i <= last[block]!; i++) pass(body, puts, state, i);
  return state;
}

function pass(body: Body, puts: ReadonlyMap<number, Held>, state: State, i: number): void {
  const { code, callees } = body;
  const flow = code.flow[i];
  let changed = code.writes[i]!;
  if (flow === Flow.CALL || flow === Flow.INDIRECT_CALL) changed |= callees.of(code, i).clobbers;
  const put = puts.get(i);
  if (!put && state.mask === 0) return;
  const copied = put ? Reg.NONE : copiedRegister(body, i);
  const value = put ?? (copied === Reg.NONE ? undefined : state.held[copied]);
  const target = value && code.kind[0][i] === Operand.REGISTER ? code.register[0][i]! : Reg.NONE;
  if (target === Reg.NONE && (changed & state.mask) === 0) return;
  for (let register = 0; register < state.held.length; register++) {
    const bit = 1 << register;
    if (!(changed & bit)) continue;
    state.held[register] = register === target ? value : undefined;
    if (register === target) state.mask |= bit;
    else state.mask &= ~bit;
  }
}

/** The register that a MOV between registers copies, of 8 bytes. */
function copiedRegister(body: Body, i: number): number {
  const { code } = body;
  const copies =
    code.mnemonic[i] === Mnemonic.Mov &&
    code.kind[0][i] === Operand.REGISTER &&
    code.kind[1][i] === Operand.REGISTER &&
    code.width[0][i] === 8;
  const register = copies ? code.register[1][i]! : Reg.NONE;
  return register < GENERAL ? register : Reg.NONE;
}

function storedRegister(body: Body, i: number): number {
  const { code } = body;
  const stores =
    code.mnemonic[i] === Mnemonic.Mov &&
    (code.memoryAccess[i]! & Access.WRITE) !== 0 &&
    code.kind[0][i] === Operand.MEMORY &&
    code.kind[1][i] === Operand.REGISTER &&
    code.memorySize[i] === 8;
  const register = stores ? code.register[1][i]! : Reg.NONE;
  return register >= 0 && register < GENERAL ? register : Reg.NONE;
}

/** Shared by all blocks before which no register holds one: never changed. */
const EMPTY: State = { held: new Array<Held | undefined>(GENERAL).fill(undefined), mask: 0 };

const copyOf = ({ held, mask }: State): State => ({ held: held.slice(), mask });

const deepCopyOf = ({ held, mask }: State): State => ({
  held: held.map((one) => one && { itab: one.itab, references: new Set(one.references) }),
  mask,
});

/** Takes from `known` what `other` doesn't hold too; true if it changed. */
function meet(known: State, other: State): boolean {
  let changed = false;
  if (known.mask === 0) return false;
  for (let register = 0; register < known.held.length; register++) {
    const held = known.held[register];
    if (!held) continue;
    const too = other.held[register];
    if (!too || too.itab !== held.itab) {
      known.held[register] = undefined;
      known.mask &= ~(1 << register);
      changed = true;
      continue;
    }
    for (const reference of too.references) {
      if (held.references.has(reference)) continue;
      held.references.add(reference);
      changed = true;
    }
  }
  return changed;
}
