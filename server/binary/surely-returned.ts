import type { Body } from "./body.ts";
import {
  type Flags,
  Flow,
  flagsAfter,
  GENERAL,
  type Machine,
  pairAt,
  possible,
  stackChange,
  testedRegister,
} from "./code/index.ts";
import { isSpill } from "./frame-slots.ts";
import { copyOf, forget, keepSlots, narrow, type Places, passRow, placesOf } from "./places.ts";

/** An interface value that isn't nil, by its two words as values of a body. */
export interface PairOfValues {
  itab: number;
  data: number;
}

interface State {
  itab: Places;
  data: Places;
  /** Mask of registers that were written on every path. */
  written: number;
  sp: number;
  flags: Flags;
}

/** Blocks that are looked at; beyond, nothing is said. */
const MAX_BLOCKS = 200;

/**
 * The place among the result registers (`Isa.arguments`) in which a pair leaves the function, whatever path is taken from a block's
 * start on; `firm`: it was put there. A must-analysis: null where it leaves otherwise, or not at all, on some path.
 * @param machine what is known at the start of the block.
 */
export function surelyReturned(
  body: Body,
  block: number,
  machine: Machine,
  pair: PairOfValues,
): { position: number; firm: boolean } | null {
  const { code, graph } = body;
  const states = new Map<number, State>();
  const start: State = {
    itab: placesOf(body, machine, pair.itab),
    data: placesOf(body, machine, pair.data),
    written: 0,
    sp: machine.sp,
    flags: "unknown",
  };
  states.set(block, start);
  const work = [block];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    const state = through(body, at, pair, states.get(at)!);
    if (!state) return null;
    if (state !== "ended" && (isGone(state.itab) || isGone(state.data))) return null;
    const last = graph.last[at]!;
    if (code.flow[last] === Flow.RETURN || code.flow[last] === Flow.TRAP || state === "ended") continue;
    for (const next of possible(code, last, graph.successors[at]!, at + 1, state.flags))
      if (meet(states, next, state)) work.push(next);
    if (states.size > MAX_BLOCKS) return null;
  }
  return sumOf(body, pair, states);
}

const isGone = ({ registers, slots }: Places): boolean => registers === 0 && slots.length === 0;

/** Where all returns agree. */
function sumOf(body: Body, pair: PairOfValues, states: ReadonlyMap<number, State>) {
  const { code, graph } = body;
  const { isa } = code;
  let positions = isa.arguments.slice(0, -1).map((_, position) => position);
  let written = -1;
  let returns = 0;
  for (const [block, before] of states) {
    if (code.flow[graph.last[block]!] !== Flow.RETURN) continue;
    const state = through(body, block, pair, before);
    if (!state || state === "ended") continue;
    returns++;
    const { itab, data } = state;
    written &= state.written;
    positions = positions.filter((position) => {
      const [first, second] = pairAt(isa, position);
      return (itab.registers & (1 << first)) !== 0 && (data.registers & (1 << second)) !== 0;
    });
  }
  // where it was given by the call it may still be, too
  const put = positions.filter((position) => written & (1 << pairAt(isa, position)[0]));
  const [position, another] = put.length > 0 ? put : positions;
  if (returns === 0 || position === undefined || another !== undefined) return null;
  return { position, firm: put.length > 0 };
}

/** The state behind a block; "ended" where it doesn't come to its end, null where what it does isn't followed. */
function through(body: Body, block: number, pair: PairOfValues, before: State): State | "ended" | null {
  const { code, graph, callees } = body;
  const state = { ...before, itab: copyOf(before.itab), data: copyOf(before.data) };
  for (let i = graph.first[block]!; i <= graph.last[block]!; i++) {
    const flow = code.flow[i];
    if (flow === Flow.INDIRECT_JUMP) return null;
    if (flow === Flow.JUMP && (code.target[i]! < code.start || code.target[i]! >= code.end)) return null;
    if (flow === Flow.CALL || flow === Flow.INDIRECT_CALL) {
      const { clobbers, returns } = callees.of(code, i);
      if (!returns) return "ended";
      forgetOver(body, state.itab, clobbers, state.sp);
      forgetOver(body, state.data, clobbers, state.sp);
      state.written |= clobbers;
      state.flags = "unknown";
      continue;
    }
    const tested = testedRegister(code, i);
    const isNonzero = tested >= 0 && tested < GENERAL && (state.itab.registers & (1 << tested)) !== 0;
    state.flags = flagsAfter(code, i, state.flags, tested, isNonzero);
    passRow(body, i, state.sp, state.itab, pair.itab);
    passRow(body, i, state.sp, state.data, pair.data);
    state.written |= code.writes[i]!;
    state.sp += stackChange(code, i);
  }
  return state;
}

/** Over a call only slots that nobody else sees keep what they hold. */
function forgetOver(body: Body, places: Places, clobbers: number, sp: number): void {
  forget(places, clobbers);
  if (places.slots.length === 0) return;
  const frame = body.frame();
  keepSlots(places, (slot) => isSpill(frame, slot - sp));
}

/** Leaves of what is known at a block's start what is so in a state, too; true if that changed it. */
function meet(states: Map<number, State>, block: number, state: State): boolean {
  const known = states.get(block);
  if (!known) {
    states.set(block, { ...state, itab: copyOf(state.itab), data: copyOf(state.data) });
    return true;
  }
  const less = narrow(known.itab, state.itab);
  const changed = narrow(known.data, state.data) || less;
  const written = known.written & state.written;
  const flags = known.flags === state.flags ? known.flags : "unknown";
  const isNew = changed || written !== known.written || flags !== known.flags;
  known.written = written;
  known.flags = flags;
  return isNew;
}
