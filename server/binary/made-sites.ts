import { ALLOCATES, allocation, allocationBefore, type Body, type Consumer, isNew } from "./body.ts";
import { GENERAL, pcOf } from "./code/index.ts";
import type { Made } from "./function-sites.ts";
import type { GoBinary, Site } from "./model.ts";
import { flowOf } from "./object-flow.ts";
import { originsOf } from "./origins.ts";
import type { Placement } from "./placement.ts";
import { resultRegisters } from "./result-registers.ts";

/**
 * The probes of one function; references that share an instruction become one site.
 * @param opOf what happens where an itab, or a type that goes into an `any`, is used.
 */
export function madeSites(
  binary: GoBinary,
  body: Body,
  made: readonly Made[],
  opOf: (address: number) => Site["op"],
): Site[] {
  const sites = new Map<number, Site>();
  for (const { reference, consumers, placements } of made) {
    for (const placement of placements) {
      // the line where the error is written, with what is inlined there: the itab may be materialised where paths met
      const consumer = consumers[placement.serves]!;
      const returns = returnedAt(
        body,
        placement.shared ? [consumer] : consumers,
        reference.sentinel === undefined,
      );
      const allocated = reference.any
        ? allocationOf(body, consumer)
        : reference.sentinel === undefined
          ? allocationRow(body, consumer.value, placement)
          : null;
      const row = allocated ?? reference.i;
      const origins = reference.itabs.map((itab) => ({ pc: pcOf(body.code, row), itab }));
      const known = sites.get(placement.i);
      if (known) {
        if (known.returns !== returns) delete known.returns;
        for (const origin of origins)
          if (!known.origins.some((other) => other.pc === origin.pc && other.itab === origin.itab))
            known.origins.push(origin);
        continue;
      }
      const pc = pcOf(body.code, placement.i);
      const isElsewhere =
        allocated === null &&
        reference.sentinel === undefined &&
        !reference.any &&
        !isNew(body, consumer.value);
      sites.set(placement.i, {
        pc,
        fileOffset: binary.image.fileOffset(pc),
        op: reference.sentinel === undefined ? opOf(reference.itabs[0]!) : "sentinel",
        origins,
        word0: placement.word0,
        word1: placement.word1,
        spDelta: binary.functions.spDelta(pc),
        shared: placement.shared,
        emulated: placement.emulated,
        consumer: placement.consumer,
        eface: placement.eface,
        ...(isElsewhere ? { elsewhere: true } : {}),
        ...(returns === undefined ? {} : { returns }),
      });
    }
  }
  return [...sites.values()];
}

/** The row that allocates the object that goes into an `any`; null where it isn't one. */
function allocationOf(body: Body, { data }: Consumer): number | null {
  const [origin, ...others] = originsOf(body, data.i, data.register);
  return others.length === 0 && origin?.kind === "call" ? origin.row : null;
}

/**
 * Where all consumers return the error; undefined where one does something else, and where somebody else has the new error's
 * object by then, or may have it. @param isNew it isn't a package-level error, which everybody has.
 */
function returnedAt(body: Body, consumers: readonly Consumer[], isNew: boolean): number | undefined {
  let only = -1;
  for (let k = 0; k < consumers.length; k++) {
    const { kind, itab, eface } = consumers[k]!;
    const position = kind === "ret" && !eface ? body.code.isa.arguments.indexOf(itab.register) : -1;
    if (position < 0 || (k > 0 && position !== only)) return undefined;
    only = position;
  }
  if (only < 0) return undefined;
  return !isNew || consumers.every((consumer) => isAlone(body, consumer)) ? only : undefined;
}

/** True if nobody but the consumer has the error's object: whatever made it, it was given to nobody since. */
function isAlone(body: Body, { value, itab, data }: Consumer): boolean {
  const isFree = (row: number) => {
    const { held, given, stored, registers } = flowOf(body, row, [data])[0]!;
    return held && !given && !stored && !isBeside(body, registers & ~(1 << data.register), itab.register);
  };
  const row = allocation(body, value);
  if (row !== null) return isFree(row);
  if (data.register >= GENERAL || body.values.get(value).kind === "static") return true;
  // where paths met: each that leads there
  return originsOf(body, data.i, data.register).every((origin) => {
    if (origin.kind !== "call") return origin.kind === "static" || origin.kind === "nil";
    return ALLOCATES.test(body.callees.of(body.code, origin.row).name) && isFree(origin.row);
  });
}

/** Whether one of these registers (a mask) holds another result of the function: all before the error's itab are results. */
function isBeside({ code }: Body, registers: number, itab: number): boolean {
  const { arguments: results } = code.isa;
  const held = results.filter((register) => registers & (1 << register));
  if (held.some((register) => results.indexOf(register) < results.indexOf(itab))) return true;
  return held.length > 0 && (resultRegisters(code) & registers) !== 0;
}

/** The row that allocates the error's object; null where that isn't known, or where other paths share the probe. */
function allocationRow(body: Body, value: number, { i, word1, shared }: Placement): number | null {
  const known = allocation(body, value);
  if (known !== null || shared || word1.kind !== "reg") return known;
  return allocationBefore(body, i, word1.reg);
}
