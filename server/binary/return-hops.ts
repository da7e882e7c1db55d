import type { Body } from "./body.ts";
import {
  ABI_REGISTERS,
  type Callees,
  type Code,
  Flow,
  isZeroing,
  type Machine,
  Mnemonic,
  pairAt,
  Reg,
  testedRegister,
} from "./code/index.ts";
import { Follower } from "./follow.ts";
import type { Location } from "./model.ts";
import { locate, machineAt, type ProbeAt } from "./placement.ts";

/**
 * A place where a function passes on an interface value that it was given by a call, because it isn't nil:
 * `if err != nil { return err }`. The probe is behind the test, so that calls that give nil never hit it.
 */
export interface ReturnHop {
  /** Row of the probe. */
  i: number;
  word0: Location;
  word1: Location;
  emulated: boolean;
  /** Position among the registers (`ABI_REGISTERS`) in which it leaves, and in which the call at row `call` gave it. */
  position: number;
  given: number;
  call: number;
  /** That the function has a result there is seen: the words are put there for the return, or a nil is elsewhere. Else they may
   * merely still be in their registers, and nothing be returned. */
  sure: boolean;
}

/** Rows into the block behind the test that are tried for the probe. */
const MAX_ROWS = 24;

/** All of one function. What kind of interface the value is, the tracer sees at the hit. */
export function returnHops(body: Body, typeOffset: number, probeAt: ProbeAt): ReturnHop[] {
  const { graph } = body;
  const hops: ReturnHop[] = [];
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
    const end = returned(body, passed, typeOffset, test.register, pair.data);
    const probe = end && place(body, [block, passed], pair, probeAt);
    if (!probe) continue;
    const position = ABI_REGISTERS.indexOf(end.itab.register);
    const sure = end.firm || nils.has(position);
    hops.push({ ...probe, position, given: pair.position, call: pair.call, sure });
  }
  return hops;
}

/** The `TEST r, r` that decides the jump at the end of a block. */
function nilTest(code: Code, first: number, last: number): { register: number; jumpsIfNil: boolean } | null {
  const jump = code.mnemonic[last];
  if (code.flow[last] !== Flow.CONDITIONAL || (jump !== Mnemonic.Je && jump !== Mnemonic.Jne)) return null;
  for (let i = last - 1; i >= first; i--) {
    const register = testedRegister(code, i);
    if (register >= 0) return { register, jumpsIfNil: jump === Mnemonic.Je };
    const keepsFlags = code.mnemonic[i] === Mnemonic.Mov || code.mnemonic[i] === Mnemonic.Nop;
    if (!keepsFlags) return null;
  }
  return null;
}

interface Pair {
  itab: number;
  data: number;
  position: number;
  call: number;
}
type Placed = Pick<ReturnHop, "i" | "word0" | "word1" | "emulated">;

/** The two words of which the register holds the first, if a call of the program's gave them. */
function givenByCall({ code, values, callees }: Body, machine: Machine, register: number): Pair | null {
  const itab = machine.registers[register] ?? -1;
  const known = itab < 0 ? null : values.get(itab);
  if (known?.kind !== "result" || known.i < 0) return null;
  const flow = code.flow[known.i];
  if (flow !== Flow.CALL && flow !== Flow.INDIRECT_CALL) return null;
  const k = ABI_REGISTERS.indexOf(known.register);
  if (k < 0 || k + 1 >= ABI_REGISTERS.length || isRuntime(callees, code, known.i)) return null;
  return { itab, data: values.result(known.i, pairAt(k)[1]), position: k, call: known.i };
}

const isRuntime = (callees: Callees, code: Code, i: number): boolean => {
  const { name, helper } = callees.of(code, i);
  return helper || name.startsWith("runtime.");
};

/** The return that the pair leaves the function by, on some path from the block's start. */
function returned(body: Body, block: number, typeOffset: number, register: number, data: number) {
  const { consumers } = new Follower(body, body.graph.first[block]!, typeOffset, register).run();
  return consumers.find(
    ({ kind, value, itab }) => kind === "ret" && value === data && ABI_REGISTERS.includes(itab.register),
  );
}

/** Positions of pairs of registers that are both set to 0 before some RET. */
function nilReturns(code: Code): Set<number> {
  const found = new Set<number>();
  for (let end = 0; end < code.count; end++) {
    if (code.flow[end] !== Flow.RETURN) continue;
    let zeroed = 0;
    for (let i = end - 1; i >= 0 && code.flow[i] === Flow.NEXT; i--)
      if (isZeroing(code, i)) zeroed |= 1 << code.register[0][i]!;
    ABI_REGISTERS.forEach((register, k) => {
      const next = ABI_REGISTERS[k + 1];
      if (next !== undefined && zeroed & (1 << register) && zeroed & (1 << next)) found.add(k);
    });
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
    if (probe === "emulated") return { i, word0, word1, emulated: true };
    if (probe === "stepped") stepped ??= { i, word0, word1, emulated: false };
    if (code.flow[i] !== Flow.NEXT || code.writes[i]! & (1 << Reg.RSP)) break;
    machine.step(code, i);
  }
  return stepped;
}
