import type { Body } from "./body.ts";
import { Access, Flow, GENERAL, immediateOf, isZeroing, Mnemonic, Operand, Reg } from "./code/index.ts";

/** What made a word that a register holds. */
export type Origin =
  /** What the call at a row gives back. */
  | { kind: "call"; row: number }
  | { kind: "static"; address: number }
  /** The address of SP plus `displacement`, taken at a row. */
  | { kind: "frame"; displacement: number; row: number }
  | { kind: "nil" }
  /** A number that isn't 0. */
  | { kind: "number" }
  /** An argument, a word loaded from memory or calculated. */
  | { kind: "other" };

/** Where the wanted word is: a register, or 8 bytes at SP plus `slot`. */
type Place = { register: number } | { slot: number };

/** Rows looked at, at most, for one word. */
const MAX_ROWS = 4000;
const OTHER: Origin = { kind: "other" };

/**
 * Everything that can have made the word in a register before row `i`, on all paths that lead there: followed back through
 * copies and spills. Where one path isn't understood, one of them is `other`.
 */
export function originsOf(body: Body, i: number, register: number): Origin[] {
  const { graph } = body;
  const found = new Map<string, Origin>();
  const seen = new Set<string>();
  const home = graph.blockOf[i]!;
  const work: { block: number; last: number; place: Place }[] = [
    { block: home, last: i - 1, place: { register } },
  ];
  let rows = 0;
  for (let at = work.pop(); at; at = work.pop()) {
    const first = graph.first[at.block]!;
    let place: Place | Origin = at.place;
    for (let row = at.last; row >= first && !("kind" in place); row--) {
      if (++rows > MAX_ROWS) return [OTHER];
      place = before(body, row, place);
    }
    const from = graph.predecessors[at.block]!;
    // to the function's start, where arguments are, the code that grows the stack leads too
    if (!("kind" in place) && (from.length === 0 || at.block === 0)) {
      if (isPadding(body, at.block)) continue;
      place = OTHER;
    }
    if ("kind" in place) {
      found.set(JSON.stringify(place), place);
      continue;
    }
    for (const block of from) {
      const key = `${block} ${JSON.stringify(place)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      work.push({ block, last: graph.last[block]!, place });
    }
  }
  return found.size > 0 ? [...found.values()] : [OTHER];
}

/** NOPs that nothing leads to: they align the code behind them. */
function isPadding({ code, graph }: Body, block: number): boolean {
  if (block === 0) return false;
  for (let i = graph.first[block]!; i <= graph.last[block]!; i++)
    if (code.mnemonic[i] !== Mnemonic.Nop) return false;
  return true;
}

/** Where the word was before the row, or what the row made it of. */
function before(body: Body, row: number, place: Place): Place | Origin {
  const { code, callees } = body;
  const flow = code.flow[row];
  if (flow === Flow.CALL || flow === Flow.INDIRECT_CALL) {
    const callee = callees.of(code, row);
    if ("slot" in place) return !callee.helper && body.taken.has(place.slot) ? OTHER : place;
    if (!(callee.clobbers & (1 << place.register))) return place;
    return place.register === code.isa.arguments[0] && flow === Flow.CALL ? { kind: "call", row } : OTHER;
  }
  if ("slot" in place) return beforeStore(body, row, place);
  if (!(code.writes[row]! & (1 << place.register))) return place;
  return beforeWrite(body, row, place.register);
}

function beforeStore({ code }: Body, row: number, place: { slot: number }): Place | Origin {
  // a slot is named by its distance from SP
  if (code.writes[row]! & (1 << code.isa.sp)) return OTHER;
  const writes = (code.memoryAccess[row]! & Access.WRITE) !== 0 && code.base[row] === code.isa.sp;
  if (!writes || code.kind[0][row] !== Operand.MEMORY) return place;
  const at = code.displacement[row]!;
  const size = code.memorySize[row]!;
  if (code.index[row] === Reg.NONE && (at >= place.slot + 8 || at + size <= place.slot)) return place;
  const stores = code.mnemonic[row] === Mnemonic.Mov && size === 8 && at === place.slot;
  if (!stores || code.index[row] !== Reg.NONE) return OTHER;
  if (code.kind[1][row] === Operand.IMMEDIATE) return numberOf(immediateOf(code, row));
  const register = code.kind[1][row] === Operand.REGISTER ? code.register[1][row]! : Reg.NONE;
  return register < GENERAL ? { register } : OTHER;
}

const numberOf = (number: number): Origin => ({ kind: number === 0 ? "nil" : "number" });

function beforeWrite({ code }: Body, row: number, register: number): Place | Origin {
  if (code.kind[0][row] !== Operand.REGISTER || code.register[0][row] !== register) return OTHER;
  if (isZeroing(code, row)) return { kind: "nil" };
  const mnemonic = code.mnemonic[row];
  const source = code.kind[1][row];
  if (mnemonic === Mnemonic.Mov && source === Operand.IMMEDIATE) return numberOf(immediateOf(code, row));
  if (code.width[0][row] !== 8) return OTHER;
  if (mnemonic === Mnemonic.Mov && source === Operand.REGISTER) {
    const from = code.register[1][row]!;
    return from < GENERAL ? { register: from } : OTHER;
  }
  if (source !== Operand.MEMORY || code.index[row] !== Reg.NONE || code.segment[row]) return OTHER;
  const displacement = code.displacement[row]!;
  if (mnemonic === Mnemonic.Mov) return code.base[row] === code.isa.sp ? { slot: displacement } : OTHER;
  if (mnemonic !== Mnemonic.Lea) return OTHER;
  if (code.base[row] === Reg.RIP) return { kind: "static", address: displacement };
  return code.base[row] === code.isa.sp ? { kind: "frame", displacement, row } : OTHER;
}
