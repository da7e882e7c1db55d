import type { Body } from "./body.ts";
import { dominates, Flow, type Machine, stackChange } from "./code/index.ts";
import type { Location } from "./model.ts";
import { copyOf, forget, keepSlots, narrow, type Places, passRow, placesOf } from "./places.ts";

/** A probe that is passed before another. */
export interface Earlier {
  i: number;
  /** Machine state before row `i`; asked for only where it matters. */
  machine: () => Machine;
  /** The data word. */
  value: number;
}

const MAX_STEPS = 4000;

/**
 * True if the probe at row `later` sees the very error that the probe at `earlier` saw: it is reached only through that
 * one, and the data word that it reads there (`word`) is the earlier one on all paths between. Go's compiler materialises
 * an itab anew at each use, so that `log(err); return err` has two references for one error.
 */
export function seesSameError(body: Body, earlier: Earlier, later: number, word: Location): boolean {
  const { graph } = body;
  const from = graph.blockOf[earlier.i]!;
  const to = graph.blockOf[later]!;
  if (from === to ? later <= earlier.i : !dominates(graph, from, to)) return false;
  if (!isTold(body, earlier.value)) return false;
  return new Trail(body, earlier, later, word).holds();
}

/** True for a data word that tells one error from another: equal static words don't make equal errors. */
export function isTold(body: Body, value: number): boolean {
  const { kind } = body.values.get(value);
  return kind !== "static" && kind !== "immediate";
}

interface State {
  places: Places;
  sp: number;
}

class Trail {
  readonly #body: Body;
  readonly #earlier: Earlier;
  readonly #later: number;
  readonly #word: Location;
  readonly #states = new Map<number, State>();
  readonly #work: number[] = [];
  /** What `later` saw, once it was passed. */
  #seen: boolean | null = null;
  #steps = 0;

  constructor(body: Body, earlier: Earlier, later: number, word: Location) {
    this.#body = body;
    this.#earlier = earlier;
    this.#later = later;
    this.#word = word;
  }

  holds(): boolean {
    const { graph } = this.#body;
    const { i, value } = this.#earlier;
    const machine = this.#earlier.machine();
    const places = placesOf(this.#body, machine, value);
    const taken = new Set([...this.#body.taken].map((displacement) => machine.sp + displacement));
    keepSlots(places, (slot) => !taken.has(slot));
    this.#run(graph.blockOf[i]!, i, { places, sp: machine.sp }, taken);
    while (this.#work.length > 0 && this.#seen !== false) {
      const block = this.#work.pop()!;
      const state = this.#states.get(block)!;
      this.#run(block, graph.first[block]!, { places: copyOf(state.places), sp: state.sp }, taken);
    }
    return this.#seen === true;
  }

  #run(block: number, from: number, state: State, taken: ReadonlySet<number>): void {
    const { code, graph, callees } = this.#body;
    for (let i = from; i <= graph.last[block]!; i++) {
      if (++this.#steps > MAX_STEPS) {
        this.#seen = false;
        return;
      }
      // from here on it's the error of another pass
      if (i === this.#earlier.i && i !== from) return;
      if (i === this.#later) {
        this.#seen = this.#seen !== false && this.#reads(state);
        return;
      }
      const flow = code.flow[i]!;
      if (flow === Flow.TRAP || flow === Flow.RETURN) return;
      if (flow === Flow.CALL || flow === Flow.INDIRECT_CALL) {
        const callee = callees.of(code, i);
        if (!callee.returns) return;
        forget(state.places, callee.clobbers);
      } else {
        passRow(this.#body, i, state.sp, state.places, this.#earlier.value);
        keepSlots(state.places, (slot) => !taken.has(slot));
        state.sp += stackChange(code, i);
      }
    }
    for (const next of graph.successors[block]!) this.#meet(next, state);
  }

  #reads(state: State): boolean {
    const word = this.#word;
    if (word.kind === "reg") return (state.places.registers & (1 << word.reg)) !== 0;
    return word.kind === "mem" && state.places.slots.includes(state.sp + word.disp);
  }

  #meet(block: number, state: State): void {
    const { graph } = this.#body;
    if (!dominates(graph, graph.blockOf[this.#earlier.i]!, block)) return;
    const known = this.#states.get(block);
    if (!known) {
      this.#states.set(block, { places: copyOf(state.places), sp: state.sp });
      this.#work.push(block);
    } else if (narrow(known.places, state.places)) this.#work.push(block);
  }
}
