import type { Body, Use } from "./body.ts";
import {
  Access,
  Flow,
  GENERAL,
  type Graph,
  type Isa,
  immediateOf,
  Mnemonic,
  Operand,
  slotOf,
  stackChange,
} from "./code/index.ts";
import { isSpill } from "./frame-slots.ts";
import { addSlots, copyOf, forget, NO_SLOTS, type Places, passRow } from "./places.ts";

/** What became of a new object on some way from its allocation to a use of it. */
export interface Arrival {
  /** Its address is in the register that is used. */
  held: boolean;
  /** It was given to a function, or put into another interface value; or stored, and a function called since. */
  given: boolean;
  /** It was stored where others may find it. */
  stored: boolean;
  /** Something was stored in it. */
  written: boolean;
  /** Mask of the registers that hold its address where it is used. */
  registers: number;
}

interface State {
  places: Places;
  sp: number;
  given: boolean;
  stored: boolean;
  written: boolean;
}

/** The destination is the first or the second argument (runtime/stubs.go, mbarrier.go). */
const COPIES = /^runtime\.(typedmemmove|memmove|wbMove)/;

/**
 * Follows the object that the call at row `allocation` gives back to the rows where interface values are put
 * together of it (`uses`: of their data words; an arrival for each). A may-analysis: what holds on some path counts.
 */
export function flowOf(body: Body, allocation: number, uses: readonly Use[]): Arrival[] {
  const { code, graph } = body;
  const arrivals = uses.map(
    (): Arrival => ({ held: false, given: false, stored: false, written: false, registers: 0 }),
  );
  const states = new Map<number, State>();
  const work: number[] = [];
  const isOnTheWay = leadingToUses(graph, allocation, uses);
  const run = (block: number, from: number, state: State) => {
    for (let i = from; i <= graph.last[block]!; i++) {
      // from here on it's another object
      if (i === allocation) return;
      for (let k = 0; k < uses.length; k++) if (uses[k]!.i === i) arrive(arrivals[k]!, uses[k]!, state);
      if (!step(body, allocation, i, state)) return;
    }
    const next = graph.successors[block]!;
    for (let k = 0; k < next.length; k++)
      if (isOnTheWay[next[k]!] === 1 && meet(states, next[k]!, state)) work.push(next[k]!);
  };
  run(graph.blockOf[allocation]!, allocation + 1, {
    places: { registers: 1 << code.isa.arguments[0]!, slots: NO_SLOTS },
    sp: 0,
    given: false,
    stored: false,
    written: false,
  });
  for (let block = work.pop(); block !== undefined; block = work.pop()) {
    const state = states.get(block)!;
    run(block, graph.first[block]!, { ...state, places: copyOf(state.places) });
  }
  return arrivals;
}

/** By block, for the object that is followed: a typed array is slow to make. */
let onTheWay = new Uint8Array(1 << 10);

/** 1 for each block from which a path leads to a use, not past the allocation: what happens in others is of no matter. */
function leadingToUses(graph: Graph, allocation: number, uses: readonly Use[]): Uint8Array {
  if (graph.blocks > onTheWay.length) onTheWay = new Uint8Array(2 * graph.blocks);
  const found = onTheWay.fill(0, 0, graph.blocks);
  const home = graph.blockOf[allocation]!;
  const work: number[] = [];
  const add = (block: number) => {
    if (found[block] === 1) return;
    found[block] = 1;
    work.push(block);
  };
  // what comes behind it in its own block is reached from nowhere else
  for (const { i } of uses) if (graph.blockOf[i] !== home || i <= allocation) add(graph.blockOf[i]!);
  const isUsedAtHome = found[home] === 1;
  for (let block = work.pop(); block !== undefined; block = work.pop())
    if (block !== home || isUsedAtHome) {
      const before = graph.predecessors[block]!;
      for (let k = 0; k < before.length; k++) add(before[k]!);
    }
  return found;
}

const argumentMask = (isa: Isa): number =>
  isa.arguments.reduce((mask, register) => mask | (1 << register), 0);

function arrive(arrival: Arrival, { register }: Use, state: State): void {
  if (register >= GENERAL || !(state.places.registers & (1 << register))) return;
  arrival.held = true;
  arrival.given ||= state.given;
  arrival.stored ||= state.stored;
  arrival.written ||= state.written;
  arrival.registers |= state.places.registers;
  state.given = true;
}

const holds = (registers: number, register: number): boolean =>
  register < GENERAL && (registers & (1 << register)) !== 0;

/** False where the path ends. */
function step(body: Body, allocation: number, i: number, state: State): boolean {
  const { code, callees } = body;
  const { registers } = state.places;
  const flow = code.flow[i];
  if (flow === Flow.TRAP || flow === Flow.RETURN) return false;
  if (flow === Flow.CALL || flow === Flow.INDIRECT_CALL) {
    const callee = callees.of(code, i);
    if (callee.helper)
      state.written ||= callee.name.startsWith("runtime.duff") && holds(registers, code.isa.blockCopy.to);
    else if (callee.name.startsWith("runtime.")) {
      const copies = COPIES.test(callee.name);
      state.written ||=
        copies && (holds(registers, code.isa.arguments[0]!) || holds(registers, code.isa.arguments[1]!));
      // a key of a map, an object with a finalizer
      const takes = copies || flow !== Flow.CALL ? 0 : (body.argumentsOf?.(code.target[i]!) ?? 0);
      state.stored ||= (registers & takes) !== 0;
    } else {
      const takes = flow === Flow.CALL ? body.argumentsOf?.(code.target[i]!) : null;
      state.given ||= state.stored || (registers & (takes ?? argumentMask(code.isa))) !== 0;
    }
    forget(state.places, callee.clobbers);
    return callee.returns;
  }
  const writes = (code.memoryAccess[i]! & Access.WRITE) !== 0 && code.kind[0][i] === Operand.MEMORY;
  if (writes && code.kind[1][i] === Operand.REGISTER && holds(registers, code.register[1][i]!))
    state.stored ||= !isForItself(body, i);
  // also by the address of one of its fields
  if (
    ((writes && !storesZero(body, i)) || code.mnemonic[i] === Mnemonic.Lea) &&
    holds(registers, code.base[i]!)
  )
    state.written = true;
  passRow(body, i, state.sp, state.places, body.values.result(allocation, code.isa.arguments[0]!));
  state.sp += stackChange(code, i);
  return true;
}

/** True for a store to where nobody else looks: a register's own place in the frame, or a write barrier's buffer. */
function isForItself({ code, graph, callees, frame }: Body, i: number): boolean {
  const slot = slotOf(code, i, 0);
  if (slot !== null) return isSpill(frame(), slot);
  if (code.base[i] !== code.isa.barrierBuffer) return false;
  const first = graph.first[graph.blockOf[i]!]!;
  for (let row = i - 1; row >= first; row--) {
    if (code.flow[row] === Flow.CALL) return callees.of(code, row).name.startsWith("runtime.gcWriteBarrier");
    if (code.writes[row]! & (1 << code.isa.barrierBuffer)) return false;
  }
  return false;
}

/** The compiler may write a new object's zeros once more; one vector register is zero in ABIInternal of x86-64 (src/cmd/compile/abi-internal.md). */
const storesZero = ({ code }: Body, i: number): boolean =>
  code.kind[1][i] === Operand.REGISTER
    ? code.isa.zeroVector >= 0 && code.register[1][i] === GENERAL + code.isa.zeroVector
    : code.kind[1][i] === Operand.IMMEDIATE && immediateOf(code, i) === 0;

/** Adds a state to the one known at a block's start; true if that changed it. */
function meet(states: Map<number, State>, block: number, state: State): boolean {
  const known = states.get(block);
  if (!known) {
    states.set(block, { ...state, places: copyOf(state.places) });
    return true;
  }
  const { places } = known;
  const registers = places.registers | state.places.registers;
  let changed = registers !== places.registers;
  places.registers = registers;
  if (addSlots(places, state.places)) changed = true;
  if (state.given && !known.given) changed = known.given = true;
  if (state.stored && !known.stored) changed = known.stored = true;
  if (state.written && !known.written) changed = known.written = true;
  return changed;
}
