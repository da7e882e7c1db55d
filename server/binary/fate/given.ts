/** Whether a call may be given the followed value. */
import { Access, Flow, slotOf } from "../code/index.ts";
import { type FateState, Word } from "./state.ts";
import type { FateBody } from "./value-fate.ts";

/**
 * True if a word of the value is in a register, or in a place on the stack, that the function called at row `i` may take an argument in.
 * @param compared the value was compared with something else than nil before, on some path.
 */
export function isGiven(body: FateBody, state: FateState, i: number, compared: boolean): boolean {
  const { code, deferCalls } = body;
  if (code.flow[i] === Flow.INDIRECT_CALL && deferCalls.has(i)) return false;
  const isDirect = code.flow[i] === Flow.CALL || code.flow[i] === Flow.JUMP;
  const target = isDirect ? code.target[i]! : null;
  return isInRegister(body, state, target, compared) || isOnStack(body, state, i, target);
}

function isInRegister(body: FateBody, state: FateState, target: number | null, compared: boolean): boolean {
  let held = 0;
  for (let register = 0; register < 16; register++)
    if (isOfUse(body, state, register, compared)) held |= 1 << register;
  const takes = held === 0 || target === null ? null : body.argumentsOf(target);
  return held !== 0 && (takes === null || (takes & held) !== 0);
}

/**
 * False for a data word that is left over in a register: behind no type or itab it is no interface value, and of which type it is, was
 * not asked, so that nobody knows what to do with it.
 */
function isOfUse({ code }: FateBody, state: FateState, register: number, compared: boolean): boolean {
  const word = state.word(register);
  if (word !== Word.DATA || compared) return word !== Word.NONE;
  const { arguments: registers } = code.isa;
  const before = registers[registers.indexOf(register) - 1];
  return before !== undefined && state.word(before) !== Word.NONE;
}

/** Arguments on the stack lie at its end, without gaps, and are stored right before the call. */
function isOnStack(body: FateBody, state: FateState, i: number, target: number | null): boolean {
  if (state.slots.size === 0) return false;
  const lowest = Math.min(...state.slots.keys()) - state.sp;
  const size = target === null ? null : body.stackArguments(target);
  if (size !== null) return lowest < size;
  const { code, graph } = body;
  const stored = new Set<number>();
  for (let row = i - 1; row >= graph.first[graph.blockOf[i]!]! && code.flow[row] === Flow.NEXT; row--) {
    const slot = code.memoryAccess[row]! & Access.WRITE ? slotOf(code, row, 0) : null;
    for (let at = 0; slot !== null && at < code.memorySize[row]!; at += 8) stored.add((slot + at) >> 3);
  }
  for (let word = 0; word <= lowest >> 3; word++) if (!stored.has(word)) return false;
  return true;
}
