/** The error map of a binary in the form of `inspect --json` (contract.md), and as lines for people. Pure. */
import {
  type ErrorMap,
  type ErrorType,
  functionsReturningError,
  type Sentinel,
  type Site,
} from "../binary/index.ts";

const hex = (address: number) => `0x${address.toString(16)}`;

function siteEntry(map: ErrorMap, site: Site) {
  const frame = map.binary.functions.frames(site.origins[0]?.pc ?? site.pc)[0];
  return {
    pc: hex(site.pc),
    op: site.op,
    function: frame?.function ?? "",
    file: frame?.file ?? "",
    line: frame?.line ?? 0,
    emulated: site.emulated,
    shared: site.shared,
  };
}

export function inspectionOf(file: string, map: ErrorMap, withSites: boolean) {
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
    functionsReturningError: functionsReturningError(map).map(({ index, from }) => ({
      function: binary.functions.name(index),
      pc: hex(binary.functions.entry(index)),
      from,
    })),
    derivations: map.derivations,
    ms: Math.round(map.ms),
  };
}

/** A stripped binary has no names of variables: what a sentinel is called is not in it. */
function sentinelEntry(map: ErrorMap, { address, itab, made }: Sentinel) {
  const { itabs, types, functions } = map.binary;
  const type = itabs.find((one) => one.address === itab)?.concreteType ?? 0;
  const frame = made === null ? undefined : functions.frames(made).at(-1);
  return {
    address: hex(address),
    type: types.get(type)?.name ?? null,
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
  return {
    template:
      message.kind === "field" ? [{ kind: "string", offset: message.offset }] : message.template.parts,
  };
}

function count(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

export function typeLines(map: ErrorMap): string[] {
  return map.errorTypes.flatMap((type) => {
    const { unwrap, message } = type;
    const causes =
      unwrap.kind === "unresolved"
        ? `; Unwrap not determined: ${unwrap.reason}`
        : unwrap.kind === "none"
          ? ""
          : unwrap.kind === "elsewhere"
            ? `; Unwrap returns ${unwrap.how}`
            : `; Unwrap returns +${unwrap.offset}`;
    const text = message.kind === "unresolved" ? `fields shown: ${message.reason}` : message.kind;
    return [
      `${type.name} (${type.size} bytes; message: ${text}${causes})`,
      ...type.fields.map((f) => `  +${String(f.offset).padEnd(4)} ${f.name || "value"} ${f.typeName}`),
    ];
  });
}

export function unresolvedLines(map: ErrorMap): string[] {
  return [
    ...map.plan.unresolved.map((u) => `site ${hex(u.pc)} in ${u.function}: ${u.class}`),
    ...map.errorTypes.flatMap((t) =>
      t.unwrap.kind === "unresolved" ? [`${t.name}.Unwrap: ${t.unwrap.reason}`] : [],
    ),
    ...map.errorTypes.flatMap((t) =>
      t.message.kind === "unresolved" ? [`${t.name}.Error: ${t.message.reason}`] : [],
    ),
  ];
}
