import type { Body } from "./body.ts";
import {
  ABI_REGISTERS,
  type Callees,
  type Code,
  Flow,
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
}

/** Rows into the block behind the test that are tried for the probe. */
const MAX_ROWS = 24;

/** All of one function. What kind of interface the value is, the tracer sees at the hit. */
export function returnHops(body: Body, typeOffset: number, probeAt: ProbeAt): ReturnHop[] {
  const { graph } = body;
  const hops: ReturnHop[] = [];
  for (let block = 0; block < graph.blocks; block++) {
    const test = nilTest(body.code, graph.first[block]!, graph.last[block]!);
    if (!test) continue;
    const last = graph.last[block]!;
    const jumpsTo = graph.successors[block]!.find((next) => next !== block + 1);
    const passed = test.jumpsIfNil ? block + 1 : jumpsTo;
    // reached by this test alone
    if (passed === undefined || graph.predecessors[passed]?.length !== 1 || passed === block) continue;
    const pair = givenByCall(body, machineAt(body, [block], last), test.register);
    if (pair === null || !isReturned(body, passed, typeOffset, test.register, pair.data)) continue;
    const hop = place(body, [block, passed], pair, probeAt);
    if (hop) hops.push(hop);
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
}

/** The two words of which the register holds the first, if a call of the program's gave them. */
function givenByCall({ code, values, callees }: Body, machine: Machine, register: number): Pair | null {
  const itab = machine.registers[register] ?? -1;
  const known = itab < 0 ? null : values.get(itab);
  if (known?.kind !== "result" || known.i < 0) return null;
  const flow = code.flow[known.i];
  if (flow !== Flow.CALL && flow !== Flow.INDIRECT_CALL) return null;
  const k = ABI_REGISTERS.indexOf(known.register);
  if (k < 0 || k + 1 >= ABI_REGISTERS.length || isRuntime(callees, code, known.i)) return null;
  return { itab, data: values.result(known.i, pairAt(k)[1]) };
}

const isRuntime = (callees: Callees, code: Code, i: number): boolean => {
  const { name, helper } = callees.of(code, i);
  return helper || name.startsWith("runtime.");
};

/** True if the pair leaves the function as a result on some path from the block's start. */
function isReturned(body: Body, block: number, typeOffset: number, register: number, data: number): boolean {
  const { consumers } = new Follower(body, body.graph.first[block]!, typeOffset, register).run();
  return consumers.some((consumer) => consumer.kind === "ret" && consumer.value === data);
}

/** The first emulated row behind the test at which both words are known, else the first that can be probed. */
function place(body: Body, path: readonly number[], pair: Pair, probeAt: ProbeAt): ReturnHop | null {
  const { code, graph } = body;
  const block = path.at(-1)!;
  const end = Math.min(graph.last[block]!, graph.first[block]! + MAX_ROWS);
  const machine = machineAt(body, path, graph.first[block]!);
  let stepped: ReturnHop | null = null;
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
