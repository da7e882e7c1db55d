/** One function of x86-64 code as the planner reads it, for unit tests of its parts. */
import type { Body } from "../../server/binary/body.ts";
import {
  addressTaken,
  buildGraph,
  Callees,
  type Disassembler,
  isaOf,
  Values,
} from "../../server/binary/code/index.ts";
import { frameSlots } from "../../server/binary/frame-slots.ts";

/** @param hex the code, with blanks anywhere. @param names of the functions that it calls, by their addresses. */
export function bodyOf(
  disassembler: Disassembler,
  hex: string,
  start = 0x1000,
  names: ReadonlyMap<number, string> = new Map(),
): { body: Body; bytes: Uint8Array } {
  const bytes = Uint8Array.from(hex.replaceAll(" ", "").match(/../g)!, (byte) => Number.parseInt(byte, 16));
  const isa = isaOf("amd64");
  const code = disassembler.decode(bytes, start);
  const callees = new Callees(isa, (address) => names.get(address) ?? "");
  const body: Body = {
    code,
    graph: buildGraph(code, callees.returns(code)),
    callees,
    values: new Values(isa),
    taken: addressTaken(code),
    frame: () => frameSlots(code, callees, { size: 0x1000, taken: [] }),
    constants: new Map(),
    leads: new Map(),
    abiInternal: true,
  };
  return { body, bytes };
}
