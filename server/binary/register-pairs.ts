/** Interface values in the registers that arguments and results are passed in. */
import type { Body, Consumer } from "./body.ts";
import { Flow } from "./code/index.ts";
import type { Path } from "./pair-stores.ts";

/** Registers of the two words of a value. */
export interface RegisterPair {
  itab: number;
  data: number;
}

const NO_PAIRS: readonly RegisterPair[] = [];

/**
 * The ABI registers that hold the value `itab` with the data behind it, the lowest first. All lower ones than a true argument
 * or result are true too; a higher one may be stale, unless the data's was written and not read since.
 */
export function pairsIn(body: Body, { machine, unread }: Path, itab: number): readonly RegisterPair[] {
  let pairs = NO_PAIRS;
  if (!body.abiInternal) return pairs;
  const registers = body.code.isa.arguments;
  for (let k = 0; k < registers.length - 1; k++) {
    const first = registers[k]!;
    const data = registers[k + 1]!;
    if (machine.registers[first] !== itab || machine.registers[data] === itab) continue;
    if (pairs.length === 0 || unread & (1 << data)) pairs = [...pairs, { itab: first, data }];
  }
  return pairs;
}

/** The pairs that are arguments of the call at row `i`, not merely still in registers there. */
export function pairsPassed(body: Body, path: Path, i: number, itab: number): readonly RegisterPair[] {
  const { code, argumentsOf } = body;
  const pairs = pairsIn(body, path, itab);
  const direct = code.flow[i] === Flow.CALL || code.flow[i] === Flow.JUMP;
  const taken = pairs.length > 0 && direct ? argumentsOf?.(code.target[i]!) : null;
  if (taken === null || taken === undefined) return pairs;
  return pairs.filter(({ itab: first, data }) => taken & (1 << first) && taken & (1 << data));
}

/** The value of a pair, used at row `i` on a path. */
export function consumerOf(path: Path, i: number, kind: Consumer["kind"], pair: RegisterPair): Consumer {
  const value = path.machine.registers[pair.data]!;
  return {
    kind,
    itab: { i, register: pair.itab },
    data: { i, register: pair.data },
    value,
    i,
    path: path.blocks,
    eface: path.eface,
    firm: (path.moved & (1 << pair.itab)) !== 0,
    intoItself: false,
  };
}
