/** The error map of a binary in the form of `inspect --json` (contract.md), and as lines for people. Pure. */
import {
  type ErrorMap,
  type ErrorSignatures,
  type ErrorType,
  functionsReturningError,
  type GoBinary,
  type GoType,
  itabTypes,
  type Sentinel,
  type Site,
} from "../binary/index.ts";
import { templateText } from "./template-text.ts";

const hex = (address: number) => `0x${address.toString(16)}`;

function siteEntry(map: ErrorMap, site: Site) {
  const frame = map.binary.functions.frames(site.origins[0]?.pc ?? site.pc)[0];
  return {
    pc: hex(site.pc),
    op: site.op,
    types: typesAt(map, site),
    function: frame?.function ?? "",
    file: frame?.file ?? "",
    line: frame?.line ?? 0,
    emulated: site.emulated,
    shared: site.shared,
  };
}

/** Names of the types that a site is known to make; none where it is known only at run time. */
function typesAt({ binary }: ErrorMap, { origins }: Site): string[] {
  const found = origins.map(({ itab }) => typeOfItab(binary, itab)?.name ?? "");
  return [...new Set(found)].filter(Boolean);
}

/** @param signatures of debugging information, null where there is none. */
export function inspectionOf(
  file: string,
  map: ErrorMap,
  withSites: boolean,
  signatures: ErrorSignatures | null,
) {
  const { binary, plan } = map;
  return {
    v: 1,
    file,
    buildId: binary.buildId,
    goVersion: binary.goVersion,
    goVersionFrom: binary.goVersionFrom,
    module: binary.module,
    arch: binary.arch,
    form: binary.form,
    errorTypes: map.errorTypes.map((type) => ({
      type: type.name,
      package: type.pkgPath,
      size: type.size,
      pointer: type.pointer,
      fields: type.fields.map(({ name, offset, typeName }) => ({ name, offset, type: typeName })),
      unwrap: unwrapEntry(type),
      message: messageEntry(type),
    })),
    sites: {
      total: plan.references,
      resolved: plan.resolved,
      byOp: count(plan.sites.map((s) => s.op)),
      byConsumer: count(plan.sites.map((s) => s.consumer)),
      ...(withSites ? { list: plan.sites.map((site) => siteEntry(map, site)) } : {}),
      unresolved: plan.unresolved.map((u) => ({ ...u, pc: hex(u.pc) })),
    },
    sentinels: plan.sentinels.map((sentinel) => sentinelEntry(map, sentinel)),
    sentinelUses: plan.uses,
    intoAny: plan.intoAny,
    functionsReturningErrorFrom: signatures ? "dwarf" : "inferred",
    functionsReturningError: functionsReturningError(map, signatures).map(({ index, from }) => ({
      function: binary.functions.name(index),
      pc: hex(binary.functions.entry(index)),
      from,
    })),
    derivations: map.derivations,
    ms: Math.round(map.ms),
  };
}

const itabsOf = new WeakMap<GoBinary, ReadonlyMap<number, number>>();

function typeOfItab(binary: GoBinary, itab: number): GoType | undefined {
  let types = itabsOf.get(binary);
  if (!types) {
    types = itabTypes(binary.itabs);
    itabsOf.set(binary, types);
  }
  return binary.types.get(types.get(itab) ?? 0);
}

/** A stripped binary has no names of variables: what a sentinel is called is not in it. */
function sentinelEntry(map: ErrorMap, { address, itab, made }: Sentinel) {
  const { functions } = map.binary;
  const frame = made === null ? undefined : functions.frames(made).at(-1);
  return {
    address: hex(address),
    type: typeOfItab(map.binary, itab)?.name ?? null,
    made: frame ? `${frame.function} ${frame.file}:${frame.line}` : "by the linker",
  };
}

function unwrapEntry({ unwrap }: ErrorType) {
  if (unwrap.kind === "unresolved") return { unresolved: unwrap.reason };
  if (unwrap.kind === "elsewhere") return { returns: unwrap.how };
  if (unwrap.kind === "none") return null;
  const through = unwrap.kind === "error" ? unwrap.through : undefined;
  return { offset: unwrap.offset, kind: unwrap.kind, ...(through === undefined ? {} : { through }) };
}

function messageEntry({ message }: ErrorType) {
  if (message.kind === "unresolved") return { unresolved: message.reason };
  if (message.kind === "field") return { template: [{ kind: "string", offset: message.offset }] };
  const { parts, gaps } = message.template;
  return { template: parts, ...(gaps.length > 0 ? { gaps } : {}) };
}

function count(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

/** One line a type, one for what is known of each of its methods, one a field. */
export function typeLines(map: ErrorMap): string[] {
  return map.errorTypes.flatMap((type) => [
    `${typeName(type)} (${type.size} bytes)`,
    `  Error()  ${messageLine(type, map)}`,
    ...(type.unwrap.kind === "none" ? [] : [`  Unwrap() ${unwrapLine(type)}`]),
    ...type.fields.map((f) => `  +${String(f.offset).padEnd(4)} ${f.name || "value"} ${f.typeName}`),
  ]);
}

/** `%T`, with the package's path where its last part isn't all that there is to it. */
function typeName({ name, pkgPath }: ErrorType): string {
  return pkgPath.includes("/") ? `${name} of ${pkgPath}` : name;
}

function messageLine(type: ErrorType, { binary }: ErrorMap): string {
  const { message } = type;
  if (message.kind === "unresolved") return `not determined, the fields are shown: ${message.reason}`;
  const text = templateText(type, binary.types) || '""';
  const gaps = message.kind === "template" ? message.template.gaps : [];
  return gaps.length === 0 ? text : `${text}  (… not determined: ${gaps.join("; ")})`;
}

function unwrapLine({ unwrap, fields }: ErrorType): string {
  if (unwrap.kind === "none") return "";
  if (unwrap.kind === "unresolved") return `not determined: ${unwrap.reason}`;
  if (unwrap.kind === "elsewhere") return unwrap.how;
  const field = fields.find(({ offset }) => offset === unwrap.offset);
  const through =
    unwrap.kind === "error" && unwrap.through !== undefined ? `, and there +${unwrap.through}` : "";
  return `${field?.name ?? "value"} (+${Math.max(0, unwrap.offset)}${through})`;
}

/** One line a site, with the types of what is made there. */
export function siteLines(map: ErrorMap): string[] {
  return map.plan.sites.map((site) => {
    const { pc, op, types, function: name, file, line } = siteEntry(map, site);
    return `${pc} ${op.padEnd(8)} ${[types.join(" or "), "in", name, `${file}:${line}`].filter(Boolean).join(" ")}`;
  });
}

export function unresolvedLines(map: ErrorMap): string[] {
  return [
    ...map.plan.unresolved.map((u) => `site ${hex(u.pc)} in ${u.function}: ${u.class}`),
    ...map.errorTypes.flatMap((type) =>
      type.unwrap.kind === "unresolved" ? [`Unwrap of ${typeName(type)}: ${type.unwrap.reason}`] : [],
    ),
    ...map.errorTypes.flatMap((type) => {
      const { message } = type;
      if (message.kind === "unresolved") return [`Error of ${typeName(type)}: ${message.reason}`];
      const gaps = message.kind === "template" ? message.template.gaps : [];
      return gaps.length === 0 ? [] : [`Error of ${typeName(type)}, in part: ${gaps.join("; ")}`];
    }),
  ];
}
