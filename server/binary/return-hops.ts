import type { Body } from "./body.ts";
import { type Code, Flow, isZeroing, Mnemonic, movesZero, pcOf, testedRegister } from "./code/index.ts";
import { givenByCall, type Pair } from "./given-by-call.ts";
import type { FunctionTable, Location } from "./model.ts";
import { locate, machineAt, type ProbeAt } from "./placement.ts";
import { surelyReturned } from "./surely-returned.ts";

/**
 * A place where a function passes on an interface value that it was given by a call, because it isn't nil:
 * `if err != nil { return err }`. The probe is behind the test, so that calls that give nil never hit it, and where every path returns
 * the value.
 */
export interface ReturnHop {
  /** Row of the probe. */
  i: number;
  /** Block of the probe: from there on every path returns the value. */
  block: number;
  /** Row of the comparison with nil. */
  test: number;
  word0: Location;
  word1: Location;
  /** Position among the registers (`Isa.arguments`) in which it leaves, and in which the call at row `call` gave it. */
  position: number;
  given: number;
  call: number;
  /** That the function has a result there is seen: the words are put there for the return, or a nil is elsewhere. Else they may
   * merely still be in their registers, and nothing be returned. */
  sure: boolean;
}

/** Rows into a block that are tried for the probe. */
const MAX_ROWS = 24;
/** Blocks behind a test that are tried, one behind the other, for one from which all paths return the value. */
const MAX_DEPTH = 6;
/** Blocks from the probe on in which the place is looked for. */
const MAX_WAY_OUT = 12;

/** All of one function. What kind of interface the value is, the tracer sees at the hit. */
export function returnHops(body: Body, probeAt: ProbeAt): ReturnHop[] {
  const { graph } = body;
  const hops: ReturnHop[] = [];
  if (!body.abiInternal) return hops;
  const nils = nilReturns(body.code);
  for (let block = 0; block < graph.blocks; block++) {
    const test = nilTest(body.code, graph.first[block]!, graph.last[block]!);
    if (!test) continue;
    const last = graph.last[block]!;
    const jumpsTo = graph.successors[block]!.find((next) => next !== block + 1);
    const passed = test.jumpsIfNil ? block + 1 : jumpsTo;
    // reached by this test alone
    if (passed === undefined || graph.predecessors[passed]?.length !== 1 || passed === block) continue;
    const pair = givenByCall(body, machineAt(body, [block], last), test.register);
    if (pair === null) continue;
    for (const { path, position, firm } of waysOut(body, [block, passed], pair)) {
      const probe = place(body, path, pair, probeAt);
      const sure = firm || nils.has(position);
      if (probe)
        hops.push({
          ...probe,
          block: path.at(-1)!,
          test: test.row,
          position,
          given: pair.position,
          call: pair.call,
          sure,
        });
    }
  }
  return hops;
}

/**
 * Static address of the instruction that stands for a hop. It is of the function that tests the value, not of one that is inlined on
 * the way out (an Unlock, say): its only RET, which has the line of its return statement; else the first one from the probe on; else
 * the test.
 */
export function placeOfHop(
  { code, graph }: Body,
  { i, block, test }: ReturnHop,
  functions: FunctionTable,
): number {
  const own = functions.inlinedCall(pcOf(code, test));
  const rows: number[] = [];
  const seen = new Set([block]);
  for (const at of seen) {
    for (let row = at === block ? i : graph.first[at]!; row <= graph.last[at]!; row++)
      if (functions.inlinedCall(pcOf(code, row)) === own) rows.push(row);
    if (seen.size < MAX_WAY_OUT) for (const next of graph.successors[at]!) seen.add(next);
  }
  const [end, another] = rows.filter((row) => code.flow[row] === Flow.RETURN);
  return pcOf(code, end !== undefined && another === undefined ? end : (rows[0] ?? test));
}

interface WayOut {
  /** Blocks from the test on, to the first from which all paths return the value. */
  path: readonly number[];
  position: number;
  firm: boolean;
}

/** @param path blocks, each reached by the one before it alone. */
function waysOut(body: Body, path: readonly number[], pair: Pair): WayOut[] {
  const { graph } = body;
  const block = path.at(-1)!;
  const machine = machineAt(body, path, graph.first[block]!);
  // where a register or slot has neither word it was given up
  if (!locate(body, machine, pair.itab) || !locate(body, machine, pair.data)) return [];
  const found = surelyReturned(body, block, machine, pair);
  if (found) return [{ path, ...found }];
  if (path.length > MAX_DEPTH) return [];
  return graph.successors[block]!.flatMap((next) =>
    graph.predecessors[next]!.length === 1 && !path.includes(next)
      ? waysOut(body, [...path, next], pair)
      : [],
  );
}

/** The `TEST r, r` that decides the jump at the end of a block. */
function nilTest(
  code: Code,
  first: number,
  last: number,
): { row: number; register: number; jumpsIfNil: boolean } | null {
  const jump = code.mnemonic[last];
  if (code.flow[last] !== Flow.CONDITIONAL || (jump !== Mnemonic.Je && jump !== Mnemonic.Jne)) return null;
  for (let i = last - 1; i >= first; i--) {
    const register = testedRegister(code, i);
    if (register >= 0) return { row: i, register, jumpsIfNil: jump === Mnemonic.Je };
    const keepsFlags = code.mnemonic[i] === Mnemonic.Mov || code.mnemonic[i] === Mnemonic.Nop;
    if (!keepsFlags) return null;
  }
  return null;
}

type Placed = Pick<ReturnHop, "i" | "word0" | "word1">;

/** Positions of pairs of registers that are both set to 0 before some RET. */
function nilReturns(code: Code): Set<number> {
  const found = new Set<number>();
  for (let end = 0; end < code.count; end++) {
    if (code.flow[end] !== Flow.RETURN) continue;
    let zeroed = 0;
    for (let i = end - 1; i >= 0 && code.flow[i] === Flow.NEXT; i--)
      if (isZeroing(code, i) || movesZero(code, i)) zeroed |= 1 << code.register[0][i]!;
    const registers = code.isa.arguments;
    for (let k = 0; k < registers.length - 1; k++)
      if (zeroed & (1 << registers[k]!) && zeroed & (1 << registers[k + 1]!)) found.add(k);
  }
  return found;
}

/** The first emulated row behind the test at which both words are known, else the first that can be probed. */
function place(body: Body, path: readonly number[], pair: Pair, probeAt: ProbeAt): Placed | null {
  const { code, graph } = body;
  const block = path.at(-1)!;
  const end = Math.min(graph.last[block]!, graph.first[block]! + MAX_ROWS);
  const machine = machineAt(body, path, graph.first[block]!);
  let stepped: Placed | null = null;
  for (let i = graph.first[block]!; i <= end; i++) {
    const word0 = locate(body, machine, pair.itab);
    const word1 = locate(body, machine, pair.data);
    if (!word0 || !word1) break;
    const probe = probeAt(i);
    if (probe === "emulated") return { i, word0, word1 };
    if (probe === "stepped") stepped ??= { i, word0, word1 };
    if (code.flow[i] !== Flow.NEXT || code.writes[i]! & (1 << code.isa.sp)) break;
    machine.step(code, i);
  }
  return stepped;
}
