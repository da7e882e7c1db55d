import type { Body } from "./body.ts";
import {
  type AddressScan,
  type Code,
  dominates,
  Flow,
  GENERAL,
  type Graph,
  indexOf,
  Mnemonic,
  Operand,
  Reg,
  stackChange,
} from "./code/index.ts";
import type { GoBinary } from "./model.ts";
import { copyOf, forget, NO_SLOTS, narrow, type Places, passRow } from "./places.ts";
import { eachPointer } from "./pointers.ts";

/**
 * Generic functions that Go doesn't specialise get a dictionary as a hidden argument and load itabs from it
 * (cmd/compile/internal/noder/reader.go, Go 1.18 to 1.27: symbols named `..dict.`). A use is one such load.
 */
export interface DictionaryUse {
  /** Register that holds the dictionary when the function is called. */
  register: number;
  /** Bytes into the dictionary. */
  offset: number;
  /** The itabs that are there in the dictionaries passed. */
  itabs: Set<number>;
}

/** Dictionaries are small: an entry further in is taken for something else. */
const MAX_DICTIONARY = 512;
/** Names of generic functions; the linker shortened the type arguments up to Go 1.20. */
const GENERIC = /\[(go\.shape\.|\.\.\.)/;
/** Bytes of an instruction, at most. */
const MAX_INSTRUCTION = 15;
/** Rows between the LEA of a dictionary and the call that it's passed to. */
const CALL_WINDOW = 24;

/**
 * Finds, for each generic function, the places of error itabs in the dictionaries that code passes to it directly. Those
 * passed on inside another dictionary aren't seen.
 */
export function dictionaryUses(
  binary: GoBinary,
  scan: AddressScan,
  entries: ReadonlyMap<number, number>,
  decode: (index: number, from?: number, to?: number) => Code | null,
): Map<number, DictionaryUse[]> {
  const found = new Map<number, DictionaryUse[]>();
  if (entries.size === 0) return found;
  const starts = new Set<number>();
  for (const entry of entries.keys())
    for (let back = 0; back < MAX_DICTIONARY; back += 8) starts.add(entry - back);
  const { functions } = binary;
  for (const { pc, target } of scan.leas(starts)) {
    const index = functions.find(pc);
    if (index < 0) continue;
    const behind = decode(index, pc, pc + CALL_WINDOW * MAX_INSTRUCTION);
    const call = behind && passedTo(behind);
    if (!call) continue;
    const callee = functions.find(call.target);
    if (callee < 0 || !GENERIC.test(functions.name(callee))) continue;
    // what looks like it may be the middle of another instruction
    const whole = decode(index);
    if (!whole || indexOf(whole, pc) < 0) continue;
    for (let offset = 0; offset < MAX_DICTIONARY; offset += 8) {
      const itab = entries.get(target + offset);
      if (itab !== undefined) note(found, callee, call.register, offset, itab);
    }
  }
  return found;
}

function note(
  found: Map<number, DictionaryUse[]>,
  callee: number,
  register: number,
  offset: number,
  itab: number,
): void {
  const uses = found.get(callee) ?? [];
  found.set(callee, uses);
  const known = uses.find((use) => use.register === register && use.offset === offset);
  if (known) known.itabs.add(itab);
  else uses.push({ register, offset, itabs: new Set([itab]) });
}

/** Words of read-only data that are error itabs, by their own address: entries of dictionaries, mostly. */
export function dictionaryEntries(binary: GoBinary, itabs: ReadonlySet<number>): Map<number, number> {
  const entries = new Map<number, number>();
  const { data, edata, noptrdata, enoptrdata } = binary.moduleData;
  // The system's linker puts data before noptrdata, with read-only data in the same segment.
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const itab of itabs) {
    low = Math.min(low, itab);
    high = Math.max(high, itab);
  }
  const isVariable = (at: number) => (at >= data && at < edata) || (at >= noptrdata && at < enoptrdata);
  eachPointer(binary.image, low, high + 1, (where, target) => {
    if (itabs.has(target) && !isVariable(where)) entries.set(where, target);
  });
  return entries;
}

/** The call that the address taken at the first row is an argument of: the next one, with the register still holding it. */
function passedTo(code: Code): { target: number; register: number } | null {
  if (code.count === 0 || code.mnemonic[0] !== Mnemonic.Lea) return null;
  const register = code.register[0][0]!;
  for (let at = 1; at < Math.min(CALL_WINDOW, code.count); at++) {
    const flow = code.flow[at];
    if (flow === Flow.CALL || flow === Flow.JUMP) return { target: code.target[at]!, register };
    if (flow !== Flow.NEXT || code.writes[at]! & (1 << register)) return null;
  }
  return null;
}

/** Rows of a generic function that load the entry from its dictionary. */
export function dictionaryLoads(body: Body, use: DictionaryUse): number[] {
  const { code, graph, callees } = body;
  const value = body.values.register(use.register);
  const states = new Map<number, { places: Places; sp: number }>();
  states.set(0, { places: { registers: 1 << use.register, slots: NO_SLOTS }, sp: 0 });
  const work = [0];
  const loads = new Set<number>();
  for (let rounds = 0; work.length > 0 && rounds < graph.blocks * 20; rounds++) {
    const block = work.pop()!;
    const known = states.get(block)!;
    const places = copyOf(known.places);
    let sp = known.sp;
    for (let i = graph.first[block]!; i <= graph.last[block]!; i++) {
      if (isLoad(code, i, use.offset, places)) loads.add(i);
      else loads.delete(i);
      if (code.flow[i] === Flow.CALL || code.flow[i] === Flow.INDIRECT_CALL) {
        forget(places, callees.of(code, i).clobbers);
        continue;
      }
      passRow(body, i, sp, places, value);
      sp += stackChange(code, i);
    }
    for (const next of followers(graph, block)) {
      const state = states.get(next);
      if (!state) states.set(next, { places: copyOf(places), sp });
      else if (!narrow(state.places, places)) continue;
      work.push(next);
    }
  }
  return [...loads].sort((a, b) => a - b);
}

/** Blocks after `block`, but for the jump back to the entry after the stack has grown. */
const followers = (graph: Graph, block: number): number[] =>
  graph.successors[block]!.filter((next) => next !== 0 || !dominates(graph, 0, block));

function isLoad(code: Code, i: number, offset: number, places: Places): boolean {
  return (
    code.mnemonic[i] === Mnemonic.Mov &&
    code.kind[0][i] === Operand.REGISTER &&
    code.width[0][i] === 8 &&
    code.kind[1][i] === Operand.MEMORY &&
    code.index[i] === Reg.NONE &&
    code.displacement[i] === offset &&
    code.base[i]! < GENERAL &&
    (places.registers & (1 << code.base[i]!)) !== 0
  );
}
