/** How many references to errors are resolved to probes, and what keeps the others from it. */
import type { SitePlan } from "../../../server/binary/index.ts";

export interface Resolved {
  found: number;
  resolved: number;
  /** What isn't resolved, by why: `found` less `resolved` in all. */
  classes: Record<string, number>;
}
export interface ReferenceCount {
  /** References to itabs of errors. */
  references: Resolved;
  /** Conversions of error types to `any`, which are not among them. */
  intoAny: Resolved;
}

const INTO_ANY = "put into an any: ";
const SENTINEL = "use of a sentinel: ";

export function countReferences(
  plan: Pick<SitePlan, "references" | "resolved" | "intoAny" | "unresolved">,
): ReferenceCount {
  const references: Resolved = { found: plan.references, resolved: plan.resolved, classes: {} };
  const intoAny: Resolved = { ...plan.intoAny, classes: {} };
  for (const { class: text } of plan.unresolved) {
    if (text.startsWith(SENTINEL)) continue;
    const isAny = text.startsWith(INTO_ANY);
    const { classes } = isAny ? intoAny : references;
    const why = isAny ? text.slice(INTO_ANY.length) : text;
    classes[why] = (classes[why] ?? 0) + 1;
  }
  return { references, intoAny };
}

/** Where the classes are more or fewer than what isn't resolved. */
export function wrongCounts(count: ReferenceCount): string[] {
  return Object.entries(count).flatMap(([name, { found, resolved, classes }]: [string, Resolved]) => {
    const left = Object.values(classes).reduce((sum, one) => sum + one, 0);
    return left === found - resolved
      ? []
      : `${name}: ${resolved} of ${found} resolved, ${left} listed as not resolved`;
  });
}
