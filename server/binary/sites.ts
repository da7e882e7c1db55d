import { calleesOf } from "./callees.ts";
import { provenHops } from "./error-results.ts";
import type { GoBinary, SitePlan } from "./model.ts";
import { type PlanPart, SitePlanner } from "./site-planner.ts";

/** The whole plan of a binary that isn't for amd64: nothing. */
export const emptyPlan: SitePlan = {
  sites: [],
  sentinels: [],
  uses: { found: 0, resolved: 0 },
  references: 0,
  resolved: 0,
  unresolved: [],
};

/**
 * Plans the probes of an amd64 binary: every reference of its code to an error itab is resolved to instructions at which
 * both words of the new `error` are known, or listed with the reason why not. Other architectures give an empty plan.
 */
export function planSites(binary: GoBinary, callees = calleesOf(binary)): SitePlan {
  if (binary.arch !== "amd64") return emptyPlan;
  const planner = new SitePlanner(binary, callees);
  try {
    const part = planner.initialisation();
    return wholePlan([part, planner.functions(0, planner.count)], planner.sentinels());
  } finally {
    planner.free();
  }
}

/** Parts of a binary's plan as one. */
export function togetherOf(parts: readonly PlanPart[]): PlanPart {
  const sum = (number: (part: PlanPart) => number) => parts.reduce((total, part) => total + number(part), 0);
  return {
    sites: parts.flatMap((part) => part.sites),
    uses: { found: sum((part) => part.uses.found), resolved: sum((part) => part.uses.resolved) },
    references: sum((part) => part.references),
    resolved: sum((part) => part.resolved),
    unresolved: parts.flatMap((part) => part.unresolved),
    hops: parts.flatMap((part) => part.hops),
    returns: parts.flatMap((part) => part.returns),
  };
}

/** The whole plan of a binary of all its parts, by address. */
export function wholePlan(parts: readonly PlanPart[], sentinels: SitePlan["sentinels"]): SitePlan {
  const { hops, returns, sites, unresolved, ...counts } = togetherOf(parts);
  const byPc = (a: { pc: number }, b: { pc: number }) => a.pc - b.pc;
  return {
    ...counts,
    sites: [...sites, ...provenHops(hops, returns)].sort(byPc),
    sentinels,
    unresolved: unresolved.sort(byPc),
  };
}
