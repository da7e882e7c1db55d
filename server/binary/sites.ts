import { calleesOf } from "./callees.ts";
import { decoderFor } from "./code/index.ts";
import { methodResults, provenHops } from "./error-results.ts";
import type { GoBinary, SitePlan } from "./model.ts";
import { nothing, type PlanPart, SitePlanner } from "./site-planner.ts";
import { runtimeSites } from "./sites-runtime.ts";

/**
 * Plans the probes of a binary: every reference of its code to an error itab is resolved to instructions at which
 * both words of the new `error` are known, or listed with the reason why not.
 */
export function planSites(binary: GoBinary, callees = calleesOf(binary)): SitePlan {
  const planner = new SitePlanner(binary, callees);
  try {
    const parts = [planApart(binary), planner.initialisation(), planner.functions(0, planner.count)];
    return wholePlan(parts, planner.sentinels());
  } finally {
    planner.free();
  }
}

/** The part of a binary's plan that needs no search of its code: places of the runtime's, and what methods return. */
export function planApart(binary: GoBinary): PlanPart {
  const decoder = decoderFor(binary.arch);
  const decode = (entry: number, end: number) =>
    decoder.decode(binary.image.bytes(entry, end - entry) ?? new Uint8Array(), entry);
  try {
    return { ...nothing(), sites: runtimeSites(binary, decode), returns: methodResults(binary) };
  } finally {
    decoder.free();
  }
}

/** Parts of a binary's plan as one. */
export function togetherOf(parts: readonly PlanPart[]): PlanPart {
  const sum = (number: (part: PlanPart) => number) => parts.reduce((total, part) => total + number(part), 0);
  return {
    sites: parts.flatMap((part) => part.sites),
    uses: { found: sum((part) => part.uses.found), resolved: sum((part) => part.uses.resolved) },
    intoAny: { found: sum((part) => part.intoAny.found), resolved: sum((part) => part.intoAny.resolved) },
    references: sum((part) => part.references),
    resolved: sum((part) => part.resolved),
    unresolved: parts.flatMap((part) => part.unresolved),
    hops: parts.flatMap((part) => part.hops),
    returns: parts.flatMap((part) => part.returns),
    passed: parts.flatMap((part) => part.passed),
  };
}

/** The whole plan of a binary of all its parts, by address. */
export function wholePlan(parts: readonly PlanPart[], sentinels: SitePlan["sentinels"]): SitePlan {
  const { hops, returns, passed, sites, unresolved, ...counts } = togetherOf(parts);
  const byPc = (a: { pc: number }, b: { pc: number }) => a.pc - b.pc;
  return {
    ...counts,
    sites: [...sites, ...provenHops(hops, returns, passed)].sort(byPc),
    sentinels,
    unresolved: unresolved.sort(byPc),
  };
}
