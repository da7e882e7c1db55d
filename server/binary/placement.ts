import type { AnyType } from "./any-sites.ts";
import type { Body, Consumer } from "./body.ts";
import { dominates, Flow, Machine, type Probe, Reg, reaches } from "./code/index.ts";
import { leadAt } from "./lead.ts";
import type { Location } from "./model.ts";
import { proves } from "./proof.ts";
import { straightPlacement } from "./straight-return.ts";

/** Where the probe goes for some consumers of one reference. */
export interface Placement {
  /** Row of the probed instruction. */
  i: number;
  word0: Location;
  word1: Location;
  /** Paths that didn't pass the reference come here too. */
  shared: boolean;
  emulated: boolean;
  consumer: Consumer["kind"];
  /** word0 is a type word. */
  eface: boolean;
}

export interface Reference {
  /** Row that materialises the itab: a LEA, or a load from a dictionary. */
  i: number;
  /** Static address of the itab, or of the type (`any`); null: one of several, loaded at run time. */
  itab: number | null;
  /** All itabs that it can be. */
  itabs: readonly number[];
  /** Bytes of the object that the data word leads to. */
  objectSize: number;
  /** Of the type word in an itab. */
  typeOffset: number;
  /** Static address of the package-level variable that the itab is loaded from: the error was made long before. */
  sentinel?: number;
  /** The address is a type's: the first word of an `any`. */
  any?: AnyType;
  /** This register holds the word before the row already. */
  held?: number;
}

/** How the kernel runs the instruction at row `i` under a probe. */
export type ProbeAt = (i: number) => Probe;

export const probesOf =
  (body: Body, text: Uint8Array): ProbeAt =>
  (i) =>
    body.code.isa.probeOf(text, body.code.offset[i]!, body.code.offset[i]! + body.code.length[i]!);

/** Rows at or after the reference that are tried, at most, for one set of consumers. */
const MAX_CANDIDATES = 64;

/**
 * The best row at which a hit means that this error was made here: reached only through the reference, passed by every
 * path to the consumers, not repeated without the reference, proven to know both words. Emulated instructions first, then
 * the last. Null if there is none.
 */
export function exclusivePlacement(
  body: Body,
  reference: Reference,
  consumers: readonly Consumer[],
  probeAt: ProbeAt,
  taken: (i: number) => boolean,
): Placement | null {
  const [only, ...others] = consumers;
  const straight =
    only?.straight && others.length === 0 ? straightPlacement(reference, only, probeAt, taken) : null;
  if (straight) return straight;
  const rows = candidateRows(body, reference, consumers, taken);
  return bestRow(body, reference, consumers, rows, probeAt, false);
}

/**
 * As `exclusivePlacement`, in the reference's own block, for an error that is kept in a variable over calls or dropped on
 * some path: see `Claim.variable`.
 */
export function variablePlacement(
  body: Body,
  reference: Reference,
  consumers: readonly Consumer[],
  probeAt: ProbeAt,
  taken: (i: number) => boolean,
): Placement | null {
  const last = body.graph.last[body.graph.blockOf[reference.i]!]!;
  const rows: number[] = [];
  for (let i = reference.i; i <= last; i++) if (!taken(i)) rows.push(i);
  return bestRow(body, reference, consumers, rows, probeAt, true);
}

function bestRow(
  body: Body,
  reference: Reference,
  consumers: readonly Consumer[],
  rows: readonly number[],
  probeAt: ProbeAt,
  variable: boolean,
): Placement | null {
  let tried = 0;
  const stepped: number[] = [];
  for (let k = rows.length - 1; k >= 0; k--) {
    const i = rows[k]!;
    const probe = probeAt(i);
    if (probe === "refused" || someShowsHalf(consumers, i)) continue;
    if (probe === "stepped") {
      stepped.push(i);
      continue;
    }
    if (++tried > MAX_CANDIDATES) return null;
    const placement = tryRow(body, reference, consumers, i, variable);
    if (placement) return { ...placement, emulated: true };
  }
  for (const i of stepped.slice(0, MAX_CANDIDATES - tried)) {
    const placement = tryRow(body, reference, consumers, i, variable);
    if (placement) return { ...placement, emulated: false };
  }
  return null;
}

/** Between the two stores of a cause into the error itself, the cause would be seen with the itab of one and the data of none. */
function someShowsHalf(consumers: readonly Consumer[], i: number): boolean {
  for (let k = 0; k < consumers.length; k++) {
    const { intoItself, itab, data } = consumers[k]!;
    if (intoItself && i > Math.min(itab.i, data.i) && i <= Math.max(itab.i, data.i)) return true;
  }
  return false;
}

/** Rows on the way to the first consumer that no path to any of the consumers avoids, but for those that are taken. */
function candidateRows(
  body: Body,
  reference: Reference,
  consumers: readonly Consumer[],
  taken: (i: number) => boolean,
): number[] {
  const { blockOf, first, last } = body.graph;
  const home = blockOf[reference.i]!;
  const rows: number[] = [];
  const { path } = consumers[0]!;
  for (let k = 0; k < path.length; k++) {
    const block = path[k]!;
    const end = firstEnd(body, block, consumers);
    if (block === home || onEveryPath(body, home, block, consumers)) {
      const until = end < 0 ? last[block]! : end;
      for (let i = block === home ? reference.i : first[block]!; i <= until; i++) if (!taken(i)) rows.push(i);
    }
    if (end >= 0) break;
  }
  return rows;
}

/** The row of the first of the consumers in a block; -1: none is there. */
function firstEnd({ graph }: Body, block: number, consumers: readonly Consumer[]): number {
  let first = -1;
  for (let k = 0; k < consumers.length; k++) {
    const { i } = consumers[k]!;
    if (graph.blockOf[i] === block && (first < 0 || i < first)) first = i;
  }
  return first;
}

function onEveryPath({ graph }: Body, home: number, block: number, consumers: readonly Consumer[]): boolean {
  if (!dominates(graph, home, block) || reaches(graph, block, block, home)) return false;
  for (let k = 0; k < consumers.length; k++) {
    const end = graph.blockOf[consumers[k]!.i]!;
    if (end !== block && reaches(graph, home, end, block)) return false;
  }
  return true;
}

function tryRow(
  body: Body,
  reference: Reference,
  consumers: readonly Consumer[],
  i: number,
  variable: boolean,
): Omit<Placement, "emulated"> | null {
  const value = consumers[0]!.value;
  const machine = machineBehind(body, reference.i, consumers[0]!.path, i);
  const word1 = locate(body, machine, value);
  if (!word1) return null;
  // a variable gets both words: a constant that is in no place yet is put there later, on some path, or never
  if (variable && word1.kind === "const") return null;
  const itab = itabValue(body, reference);
  const word0 = reference.itab === null ? locate(body, machine, itab) : null;
  if (reference.itab === null && !word0) return null;
  const home = body.graph.blockOf[i]!;
  // a pair's first store may be behind the probe if both are on one straight line
  const open = consumers.map((consumer) => {
    const passed = (row: number) =>
      row < i && row >= reference.i && body.graph.blockOf[row] === home && consumer.i >= i;
    const rest = { ...consumer };
    if (passed(consumer.itab.i)) rest.itab = { i: -1, register: Reg.NONE };
    if (passed(consumer.data.i)) rest.data = { i: -1, register: Reg.NONE };
    return rest;
  });
  const { objectSize, typeOffset } = reference;
  if (
    !proves(body, {
      from: i,
      machine,
      reference: reference.i,
      itab,
      typeOffset,
      value,
      consumers: open,
      objectSize,
      variable,
      whole: reference.sentinel !== undefined,
    })
  )
    return null;
  return {
    i,
    word0: word0 ?? { kind: "const", address: reference.itab! },
    word1,
    shared: false,
    consumer: consumers[0]!.kind,
    eface: reference.any !== undefined,
  };
}

/** The itab as a value: a static address, or what the load gives. */
function itabValue(body: Body, { i, itab }: Reference): number {
  if (itab !== null) return body.values.staticAddress(itab);
  return body.values.result(i, body.code.register[0][i]!);
}

/** As `machineAt`, for the path of a consumer of the reference: it begins with the lead of the reference's block. */
export function machineBehind(body: Body, reference: number, path: readonly number[], i: number): Machine {
  const { blockOf, last } = body.graph;
  const { machine } = leadAt(body, reference);
  const at = path.indexOf(blockOf[i]!);
  const home = path.indexOf(blockOf[reference]!);
  // a row that doesn't come after the reference
  if (at >= 0 && (at < home || (at === home && i < reference))) return machineAt(body, path, i);
  const behind = machine.clone();
  const isHere = runRows(body, behind, reference, last[blockOf[reference]!]!, i);
  return isHere ? behind : runAlong(body, behind, path, home + 1, i);
}

/** What is known before row `i` after running along the blocks of `path`. */
export function machineAt(body: Body, path: readonly number[], i: number): Machine {
  const machine = new Machine(body.values, body.callees, body.taken, body.constants);
  return runAlong(body, machine, path, 0, i);
}

function runAlong(body: Body, machine: Machine, path: readonly number[], from: number, i: number): Machine {
  const { first, last } = body.graph;
  for (let k = from; k < path.length; k++)
    if (runRows(body, machine, first[path[k]!]!, last[path[k]!]!, i)) break;
  return machine;
}

/** Runs the rows up to `last`; true if it stopped at row `i`. */
function runRows({ code }: Body, machine: Machine, first: number, last: number, i: number): boolean {
  for (let row = first; row <= last; row++) {
    if (row === i) return true;
    machine.step(code, row);
  }
  return false;
}

/** Where `value` can be read, a register before anything else. */
export function locate(body: Body, machine: Machine, value: number): Location | null {
  const { sp } = body.code.isa;
  for (let register = 0; register < machine.registers.length; register++) {
    if (register !== sp && machine.registers[register] === value) return { kind: "reg", reg: register };
  }
  const known = body.values.get(value);
  if (known.kind === "static") return { kind: "const", address: known.address };
  if (known.kind === "frame") return { kind: "addr", reg: sp, disp: known.slot - machine.sp };
  if (known.kind === "immediate" && known.number === 0) return { kind: "none" }; // a typed nil
  const [slot] = machine.slotsWith(value);
  if (slot !== undefined) return { kind: "mem", reg: sp, disp: slot - machine.sp };
  if (known.kind === "slot" && machine.slot(known.slot) === value) {
    return { kind: "mem", reg: sp, disp: known.slot - machine.sp };
  }
  return null;
}

/**
 * The consumer itself as the probe: other paths come there too, so that the tracer must look at the itab. Null where the
 * words aren't both in registers, or where the row runs again without the reference.
 */
export function sharedPlacement(
  body: Body,
  reference: Reference,
  consumer: Consumer,
  probeAt: ProbeAt,
): Placement | null {
  const { graph } = body;
  const i = Math.min(consumer.itab.i, consumer.data.i);
  const home = graph.blockOf[reference.i]!;
  const block = graph.blockOf[i]!;
  if (block !== home && reaches(graph, block, block, home)) return null;
  const probe = probeAt(i);
  if (probe === "refused") return null;
  if (consumer.itab.register === Reg.NONE || consumer.data.register === Reg.NONE) return null;
  if (consumer.itab.i !== consumer.data.i && !keeps(body, i, consumer)) return null;
  const word0: Location = { kind: "reg", reg: consumer.itab.register };
  const word1: Location = { kind: "reg", reg: consumer.data.register };
  const { kind, eface } = consumer;
  return { i, word0, word1, shared: true, emulated: probe === "emulated", consumer: kind, eface };
}

/** True if the register of the pair's later store already holds its word at the earlier one. */
function keeps(body: Body, i: number, consumer: Consumer): boolean {
  const later = consumer.itab.i > i ? consumer.itab : consumer.data;
  if (body.graph.blockOf[later.i] !== body.graph.blockOf[i]) return false;
  for (let row = i; row < later.i; row++) {
    const flow = body.code.flow[row];
    if (flow === Flow.CALL || flow === Flow.INDIRECT_CALL) return false;
    if (body.code.writes[row]! & (1 << later.register)) return false;
  }
  return true;
}
