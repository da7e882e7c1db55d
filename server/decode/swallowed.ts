/** Errors that nobody will hear of, and panics that were recovered and forgotten: by the code of who is on the stack. */
import {
  type CallFates,
  type GoType,
  howOf,
  type Method,
  packageOf,
  type Site,
  type Swallowed,
  surelyReturns,
  swallower,
} from "../binary/index.ts";
import { originOf, type SwallowedBy } from "../events/index.ts";
import type { RawEvent } from "./raw-event.ts";
import type { Symbolizer } from "./stack.ts";

/** Whoever calls them compares. */
const COMPARES = /^(errors\.Is|os\.Is[A-Z]\w*)$/;

interface Binary {
  map: {
    binary: {
      module: string;
      functions: { find(pc: number): number; name(index: number): string };
      types: { get(address: number): Pick<GoType, "kind" | "methods"> | undefined };
    };
  };
  symbols: Symbolizer;
  fates: CallFates;
  /** Whether the function, by its index, is probed where it passes errors up. */
  hasHops(index: number): boolean;
}

/** Null where the error goes on, or where that can't be told; and where the standard library lets its own errors go. */
export function swallowedBy(raw: RawEvent, site: Site, { map, symbols, fates }: Binary): SwallowedBy | null {
  if (site.returns === undefined) return null;
  const { functions, module } = map.binary;
  const start = { index: functions.find(site.pc), position: site.returns };
  const stack = raw.frames.map((address) => Number(address - raw.bias));
  const found = swallower(fates, start, stack, raw.stackEnd === "whole");
  if (!found) return null;
  if (found.compared && (site.op === "sentinel" || mayBeHeard(raw, map.binary))) return null;
  const by = inWords(found, symbols);
  const origin = originOf(packageOf(by.function), module ? [module] : []);
  return origin === "module" || origin === "library" ? by : null;
}

/**
 * Who compares an error, even if only to pass it on, may wait for it: for a package-level error, or for a value (`err == syscall.EAGAIN`). And where a type of the
 * chain has a method Is that isn't the standard library's, that is given the error, and may do anything with it.
 */
function mayBeHeard(raw: RawEvent, { types, functions, module }: Binary["map"]["binary"]): boolean {
  const isOwn = ({ name, ifn }: Method) =>
    name === "Is" &&
    ifn !== 0 &&
    originOf(packageOf(functions.name(functions.find(ifn))), module ? [module] : []) !== "standard";
  const [root, ...others] = raw.nodes.map(({ type }) => types.get(Number(type - raw.bias)));
  return root?.kind !== "ptr" || [root, ...others].some((type) => type?.methods.some(isOwn));
}

/** At a recover: null where its value is used, or where that can't be told. */
export function droppedPanic(raw: RawEvent, { map, symbols, fates }: Binary): SwallowedBy | null {
  const address = Number((raw.frames[0] ?? 0n) - raw.bias);
  const step = raw.frames[0] === undefined || !fates.can ? null : fates.behind(address, 0);
  if (!step || map.binary.functions.name(step.callee) !== "runtime.gorecover") return null;
  const { fate, testedAt } = step;
  // who recovers was deferred, and nobody takes what a deferred function returns
  const dropped = fate.kind === "dropped" || (fate.kind === "returned" && !fate.firm);
  if (!dropped) return null;
  return inWords(
    { how: howOf(fate), compared: fate.compared, pc: testedAt < 0 ? address - 1 : testedAt, orPc: null },
    symbols,
  );
}

/**
 * True for a function that was given an error by a call and returns it, where no probe sees that it does.
 * @param above run-time return addresses of the function's callers. @param address behind the call.
 */
export function passesUp(
  raw: RawEvent,
  address: bigint,
  above: readonly bigint[],
  executable: Binary,
): boolean {
  const stack = [address, ...above].map((one) => Number(one - raw.bias));
  const index = executable.map.binary.functions.find(stack[0]! - 1);
  return !executable.hasHops(index) && surelyReturns(executable.fates, 0, stack);
}

/**
 * Where calls are inlined, the code of the functions around them is one: what the innermost does may be to return the value to the
 * one around it, which lets it go.
 */
function inWords({ how, pc, orPc }: Swallowed, symbols: Symbolizer): SwallowedBy {
  const frames = symbols.at(pc);
  const inner = frames.find((frame) => !frame.inlined || !COMPARES.test(frame.function));
  const outer = frames.at(-1);
  const other = orPc === null ? outer : symbols.at(orPc).at(-1);
  const place = ({ function: name, file, line }: (typeof frames)[number]) => ({ function: name, file, line });
  const unknown = { function: "not determined", file: "", line: 0 };
  return {
    how,
    ...(inner ? place(inner) : unknown),
    ...(other && other !== inner ? { or: place(other) } : {}),
  };
}
