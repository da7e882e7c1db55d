import {
  Access,
  type Callees,
  type Code,
  Flow,
  GENERAL,
  isaOf,
  Machine,
  Mnemonic,
  Operand,
  Reg,
  Values,
} from "./code/index.ts";
import type { Derivation, GoBinary, RuntimeFacts } from "./model.ts";

/** Offsets in runtime.g by minor version. Source: runtime/runtime2.go of each release. */
interface Offsets {
  since: number;
  until: number;
  goid: number;
  /** null: g has no such field. */
  parentGoid: number | null;
  gopc: number;
}
const TABLE: readonly Offsets[] = [
  { since: 17, until: 20, goid: 152, parentGoid: null, gopc: 296 },
  { since: 21, until: 22, goid: 152, parentGoid: 272, gopc: 280 },
  { since: 23, until: 24, goid: 160, parentGoid: 280, gopc: 288 },
  { since: 25, until: 25, goid: 152, parentGoid: 272, gopc: 280 },
  { since: 26, until: 27, goid: 152, parentGoid: 280, gopc: 288 },
];

/** Decodes the function of an exact name; null if the binary has none. */
export type DecodeFunction = (name: string) => Code | null;

/**
 * Offsets of goid, parentGoid and gopc in runtime.g: read from the machine code of the runtime functions that use them
 * and compared with the table of versions. Where both speak and differ the offset is null; a version that the table
 * doesn't know stands on the code alone. Before Go 1.17 no register holds g when a probe is hit, so that its fields can't
 * be read there and none is given.
 */
export function deriveRuntimeFacts(
  binary: GoBinary,
  decode: DecodeFunction,
  callees: Callees,
): { facts: RuntimeFacts; derivations: Derivation[] } {
  if (binary.goMinor < isaOf(binary.arch).gInRegister) return withoutG(binary);
  const known = TABLE.find((row) => row.since <= binary.goMinor && binary.goMinor <= row.until);
  const header = decode("runtime.goroutineheader");
  const goid = header ? goidFrom(header, callees) : null;
  const creator = decode("runtime.newproc1");
  const parent = creator && goid !== null ? copiedTo(creator, goid) : null;
  const printer = decode("runtime.printcreatedby");
  const gopc = printer ? firstArgumentField(printer, callees) : null;
  const derivations: Derivation[] = [];
  const settle = (name: string, derived: number | null, table: number | null | undefined, from: string) => {
    const { value, derivation } = agreed(name, derived, table, from, binary.goVersion);
    derivations.push(derivation);
    return value;
  };
  const facts: RuntimeFacts = {
    goid: settle("g.goid", goid, known?.goid, "runtime.goroutineheader"),
    parentGoid: settle("g.parentGoid", parent, known?.parentGoid, "runtime.newproc1"),
    gopc: settle("g.gopc", gopc, known?.gopc, "runtime.printcreatedby"),
    itabInter: binary.itabLayout.inter,
    itabType: binary.itabLayout.type,
  };
  return { facts, derivations };
}

function withoutG({ itabLayout, goVersion }: GoBinary): { facts: RuntimeFacts; derivations: Derivation[] } {
  const { inter: itabInter, type: itabType } = itabLayout;
  const note = `${goVersion} keeps g in the thread's storage, so that goroutines can't be told apart`;
  return {
    facts: { goid: null, parentGoid: null, gopc: null, itabInter, itabType },
    derivations: [{ name: "g", value: "not determined", from: "version table", checked: true, note }],
  };
}

function agreed(
  name: string,
  derived: number | null,
  table: number | null | undefined,
  from: string,
  version: string,
): { value: number | null; derivation: Derivation } {
  const say = (value: number | null, checked: boolean, source: string, note?: string) => ({
    value,
    derivation: {
      name,
      value: value === null ? "not determined" : String(value),
      from: source,
      checked,
      ...(note ? { note } : {}),
    },
  });
  const code = `machine code of ${from}`;
  if (table === null) return say(null, true, "table of Go versions", `${version} has no such field`);
  if (derived !== null && table !== undefined && derived !== table) {
    return say(null, false, code, `the code says ${derived}, the table for ${version} says ${table}`);
  }
  if (derived !== null && table !== undefined) return say(derived, true, `${code}, equal to the table`);
  if (derived !== null) return say(derived, false, code, `no table entry for ${version}`);
  if (table !== undefined) return say(table, false, "table of Go versions", `${from} could not be read`);
  return say(null, false, code, `${from} could not be read and no table entry for ${version}`);
}

/** goroutineheader prints gp.goid first of all numbers: the load that feeds the first runtime.printint/printuint. */
function goidFrom(code: Code, callees: Callees): number | null {
  for (let i = 0; i < code.count; i++) {
    if (code.flow[i] !== Flow.CALL || !/^runtime\.printu?int$/.test(callees.of(code, i).name)) continue;
    return loadedInto(code, i, code.isa.arguments[0]!, 4);
  }
  return null;
}

/** Displacement of the load that put a value into `register` before row `i`, through moves and spills. */
function loadedInto(code: Code, i: number, register: number, depth: number): number | null {
  for (let at = i - 1; at >= 0 && depth > 0; at--) {
    if (!(code.writes[at]! & (1 << register)) || code.kind[0][at] !== Operand.REGISTER) continue;
    if (code.mnemonic[at] !== Mnemonic.Mov || code.width[0][at] !== 8) return null;
    if (code.kind[1][at] === Operand.REGISTER) return loadedInto(code, at, code.register[1][at]!, depth - 1);
    if (code.kind[1][at] !== Operand.MEMORY || code.index[at] !== Reg.NONE) return null;
    if (code.base[at] !== code.isa.sp) return code.base[at]! < GENERAL ? code.displacement[at]! : null;
    const store = storedAt(code, at, code.displacement[at]!);
    return store < 0 ? null : loadedInto(code, store, code.register[1][store]!, depth - 1);
  }
  return null;
}

/** The last row before `i` that stores a register at SP + `displacement`, or -1. */
function storedAt(code: Code, i: number, displacement: number): number {
  for (let at = i - 1; at >= 0; at--) {
    const stores = code.memoryAccess[at]! & Access.WRITE && code.kind[0][at] === Operand.MEMORY;
    if (stores && code.base[at] === code.isa.sp && code.displacement[at] === displacement) {
      return code.kind[1][at] === Operand.REGISTER ? at : -1;
    }
  }
  return -1;
}

/** newproc1 does newg.parentGoid = callergp.goid: where the word loaded from offset `goid` is stored right after. */
function copiedTo(code: Code, goid: number): number | null {
  for (let i = 0; i < code.count; i++) {
    const loads =
      code.mnemonic[i] === Mnemonic.Mov &&
      code.kind[0][i] === Operand.REGISTER &&
      code.kind[1][i] === Operand.MEMORY &&
      code.displacement[i] === goid &&
      code.base[i]! < GENERAL &&
      code.base[i] !== code.isa.sp &&
      code.index[i] === Reg.NONE;
    if (!loads) continue;
    for (let at = i + 1; at < Math.min(i + 6, code.count); at++) {
      const stores =
        code.mnemonic[at] === Mnemonic.Mov &&
        code.kind[0][at] === Operand.MEMORY &&
        code.kind[1][at] === Operand.REGISTER &&
        code.register[1][at] === code.register[0][i] &&
        code.base[at] !== code.isa.sp &&
        code.base[at]! < GENERAL;
      if (stores) return code.displacement[at]!;
    }
  }
  return null;
}

/** printcreatedby(gp) passes gp.gopc to findfunc, inlined or called: the first word that it loads from gp. */
function firstArgumentField(code: Code, callees: Callees): number | null {
  const values = new Values(code.isa);
  const machine = new Machine(values, callees, new Set(), new Map());
  const argument = values.register(code.isa.arguments[0]!);
  for (let i = 0; i < code.count; i++) {
    const flow = code.flow[i];
    if (flow === Flow.RETURN || flow === Flow.TRAP || flow === Flow.CALL) return null;
    const loads =
      code.mnemonic[i] === Mnemonic.Mov && code.kind[1][i] === Operand.MEMORY && code.width[0][i] === 8;
    if (loads && code.base[i]! < GENERAL && machine.registers[code.base[i]!] === argument)
      return code.displacement[i]!;
    machine.step(code, i);
  }
  return null;
}
