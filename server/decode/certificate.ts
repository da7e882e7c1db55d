/** The attach certificate: what was proven of a binary before the first probe, and what is not known and why. Pure. */
import type { ErrorMap, ErrorType, UnresolvedSite } from "../binary/index.ts";
import { type Certificate, formatCount, siteKinds } from "../events/index.ts";
import type { AttachResult } from "../tracer/index.ts";

/** Cost of an empty hit, measured on a virtual machine with Linux 6.18 (docs/capture.md of the design). */
const EMULATED_US = 0.6;
const STEPPED_US = 9.4;
/** Watching calls and switches, on the same machine (npm run bench:kernel). */
const CALL_US = 0.6;
const SWITCH_US = 3;
const NOT_PLACED = "not placed";

/** This machine's architecture by Go's name. */
const HOST = process.arch === "x64" ? "amd64" : process.arch;

/**
 * @param attached null: nothing was placed yet; the counts are then those planned.
 * @param host the architecture of the machine that is to trace it.
 */
export function certificateOf(
  file: string,
  map: ErrorMap,
  attached: AttachResult | null,
  host: string = HOST,
): Certificate {
  const { binary, plan } = map;
  const checks = checksOf(map, host);
  const failed = checks.filter((check) => !check.ok);
  const emulated = plan.sites.filter((site) => site.emulated).length;
  return {
    file,
    buildId: binary.buildId,
    goVersion: binary.goVersion,
    goVersionFrom: binary.goVersionFrom,
    arch: binary.arch,
    form: { stripped: binary.form.stripped, pie: binary.form.pie, cgo: binary.form.cgo },
    derivations: map.derivations.map((d) => ({ ...d })),
    errorTypes: errorTypeCounts(map.errorTypes),
    sites: {
      references: plan.references,
      resolved: plan.resolved,
      byOp: countBy(plan.sites.map((site) => site.op)),
      sentinels: { total: plan.sentinels.length, uses: plan.uses.found, resolved: plan.uses.resolved },
      intoAny: plan.intoAny,
      unresolved: classes(plan.unresolved),
    },
    probes: {
      total: attached ? attached.attached : plan.sites.length,
      emulated,
      singleStepped: plan.sites.length - emulated,
      method: attached ? methodText(attached) : NOT_PLACED,
    },
    expectedCost:
      `nothing until an error is made; then about ${EMULATED_US} µs a hit at ${formatCount(emulated)} probes and ` +
      `${STEPPED_US} µs at ${formatCount(plan.sites.length - emulated)}, and 1 to 3 µs to record it; ` +
      `unless --no-kernel, about ${CALL_US} µs a system call and ${SWITCH_US} µs a switch of threads`,
    checks,
    verdict: failed.length === 0 ? "attach" : "refuse",
    reason: failed[0] ? `${failed[0].name}: ${failed[0].detail}` : null,
    analysisMs: Math.round(map.ms),
  };
}

/** For a file that could not be analysed at all: zero probes, and why. */
export function refusedCertificate(file: string, reason: string): Certificate {
  return {
    file,
    buildId: null,
    goVersion: "not determined",
    goVersionFrom: "",
    arch: "not determined",
    form: { stripped: false, pie: false, cgo: false },
    derivations: [],
    errorTypes: { total: 0, withUnwrap: 0, unwrapResolved: 0, messageResolved: 0 },
    sites: { references: 0, resolved: 0, byOp: {}, unresolved: [] },
    probes: { total: 0, emulated: 0, singleStepped: 0, method: NOT_PLACED },
    expectedCost: "none: no probe was placed",
    checks: [{ name: "analysis", ok: false, detail: reason }],
    verdict: "refuse",
    reason,
    analysisMs: 0,
  };
}

function checksOf(map: ErrorMap, host: string): Certificate["checks"] {
  const { binary, plan, facts } = map;
  const insideText = plan.sites.every(
    (site) => site.pc >= binary.moduleData.text && site.pc < binary.moduleData.etext && site.fileOffset > 0,
  );
  const percent = plan.references === 0 ? 100 : (100 * plan.resolved) / plan.references;
  return [
    {
      name: "architecture",
      ok: binary.arch === host,
      detail:
        binary.arch === host
          ? host
          : `the file is for ${binary.arch} and this machine is ${host}: it can be inspected, not traced here`,
    },
    {
      name: "error interface",
      ok: binary.errorInterface !== 0,
      detail:
        binary.errorInterface !== 0
          ? "found in the type data"
          : "the type error is not in the file's type data",
    },
    {
      name: "sites",
      ok: plan.sites.length > 0,
      detail: `${formatCount(plan.resolved)} of ${formatCount(plan.references)} references to error itabs resolved (${percent.toFixed(1)} %)`,
    },
    {
      name: "probed instructions lie in the text",
      ok: insideText,
      detail: insideText ? "all" : "some do not",
    },
    {
      name: "interface layout",
      ok: facts.itabType !== facts.itabInter,
      detail: `itab: interface at ${facts.itabInter}, type at ${facts.itabType}`,
    },
  ];
}

function errorTypeCounts(types: readonly ErrorType[]): Certificate["errorTypes"] {
  const withUnwrap = types.filter((t) => t.unwrap.kind !== "none");
  return {
    total: types.length,
    withUnwrap: withUnwrap.length,
    unwrapResolved: withUnwrap.filter((t) => t.unwrap.kind !== "unresolved").length,
    messageResolved: types.filter((t) => t.message.kind !== "unresolved").length,
  };
}

function classes(unresolved: readonly UnresolvedSite[]): Certificate["sites"]["unresolved"] {
  const found = new Map<string, { class: string; count: number; example: string }>();
  for (const site of unresolved) {
    const entry = found.get(site.class);
    if (entry) entry.count++;
    else found.set(site.class, { class: site.class, count: 1, example: site.function });
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

function countBy(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

function methodText(attached: AttachResult): string {
  const bad = attached.bad.length > 0 ? `; the kernel refuses ${formatCount(attached.bad.length)} sites` : "";
  const skipped =
    attached.skipped > 0 ? `; ${formatCount(attached.skipped)} sites left out: perf uprobes are capped` : "";
  return attached.method + bad + skipped;
}

/** The certificate as a few lines for a terminal. */
export function certificateText(c: Certificate): string {
  if (c.verdict === "refuse") return `no probe placed in ${c.file}: ${c.reason}`;
  const form = [c.form.stripped && "stripped", c.form.pie && "PIE", c.form.cgo && "cgo"]
    .filter(Boolean)
    .join(", ");
  const of = (some: number, all: number) => `${formatCount(some)} of ${formatCount(all)}`;
  const { sites, errorTypes: types } = c;
  const unchecked = c.derivations.filter((d) => !d.checked).map((d) => d.name);
  return [
    `${c.file}: ${c.goVersion} (from ${c.goVersionFrom}), ${c.arch}${form ? `, ${form}` : ""}`,
    `  proven: ${c.derivations.length - unchecked.length} layout facts derived and checked` +
      (unchecked.length > 0 ? `; not checked: ${unchecked.join(", ")}` : ""),
    `  types:  ${formatCount(types.total)} with Error(); Unwrap read of ${of(types.unwrapResolved, types.withUnwrap)}, ` +
      `message of ${formatCount(types.messageResolved)}`,
    `  sites:  ${of(sites.resolved, sites.references)} references resolved`,
    ...(sites.sentinels
      ? [
          `          ${of(sites.sentinels.resolved, sites.sentinels.uses)} uses of ${formatCount(sites.sentinels.total)} sentinels`,
        ]
      : []),
    ...(sites.intoAny
      ? [
          `          ${of(sites.intoAny.resolved, sites.intoAny.found)} conversions to any known to be of a new error`,
        ]
      : []),
    ...sites.unresolved.map(
      (u) => `          ${formatCount(u.count)} unresolved: ${u.class}, e.g. in ${u.example}`,
    ),
    `  probes: ${formatCount(c.probes.total)}${c.probes.method === NOT_PLACED ? ", none placed yet" : ` by ${c.probes.method}`}`,
    `  where:  ${siteKinds(sites.byOp)
      .map(({ words, count }) => `${formatCount(count)} ${words}`)
      .join("; ")}`,
    `  cost:   ${c.expectedCost}`,
  ].join("\n");
}
