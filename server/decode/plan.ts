/** What the kernel side must know of an executable, from what static analysis learnt of it. Pure. */
import {
  type ErrorMap,
  type ErrorType,
  type FieldShape,
  type GoType,
  hasErrorMethod,
  itabTypes,
  type Site,
} from "../binary/index.ts";
import {
  defaultPlanLimits,
  type PlanField,
  type PlanFieldKind,
  type PlanInput,
  type PlanLayout,
  type PlanSite,
} from "../tracer/index.ts";
import { isNetAddress } from "./net-address.ts";
import { pointeeLayouts, pointersBehind } from "./pointees.ts";

/** Per site: every event is recorded up to this many at once, then so many a second. */
export interface RateLimit {
  burst: number;
  perSecond: number;
}
export const defaultRateLimit: RateLimit = { burst: 5_000, perSecond: 500 };

/** Site i of the result is site i of the map. @param textBytes of a string, at most 4096. @param marks see PlanLimits. */
export function planOf(
  map: ErrorMap,
  rate: RateLimit = defaultRateLimit,
  textBytes = defaultPlanLimits.maxString,
  marks = 0,
): PlanInput {
  const { types, itabs } = map.binary;
  const isErrorInterface = (address: number) => {
    const type = types.get(address);
    return type?.kind === "interface" && hasErrorMethod(type, types);
  };
  const details = Array.from(map.binary.remembered.details, (address) => types.get(address)!);
  const interfaces = details.filter((t) => isErrorInterface(t.address)).map((t) => t.address);
  const typeOf = itabTypes(itabs);
  const errors = new Set(map.errorTypes.map((t) => t.address));
  return {
    facts: {
      ...map.facts,
      gM: map.facts.park?.gM ?? null,
      mCurg: map.facts.park?.mCurg ?? null,
      waitReason: map.facts.park?.waitReason ?? null,
    },
    limits: { ...defaultPlanLimits, maxString: textBytes, marks },
    sites: map.plan.sites.map((site) => siteOf(site, rate, typeOf)),
    itabs: itabs
      .filter((itab) => isErrorInterface(itab.interfaceType))
      .map((itab) => ({ itab: itab.address, type: itab.concreteType })),
    interfaces,
    layouts: firstOfType([
      ...map.errorTypes.map(errorLayout),
      ...details.filter((t) => !errors.has(t.address) && isPlain(t)).map(plainLayout),
      ...details.flatMap((t) => addressLayout(t, types.get(t.elem)) ?? []),
      ...pointeeLayouts(map.errorTypes, types),
    ]),
  };
}

/** One layout for each type. */
function firstOfType(layouts: readonly PlanLayout[]): PlanLayout[] {
  const found = new Map<number, PlanLayout>();
  for (const layout of layouts) if (!found.has(layout.type)) found.set(layout.type, layout);
  return [...found.values()];
}

/** What is passed on to an errgroup.Group, or asked of a context: errors like others, as far as the kernel side knows. */
const GIVEN_ON: ReadonlySet<Site["op"]> = new Set(["grouped", "kept", "cancelled", "cause"]);

function siteOf(site: Site, rate: RateLimit, typeOf: ReadonlyMap<number, number>): PlanSite {
  // The first word of an `any` is the type, not the itab.
  const first = (itab: number) => (site.eface ? (typeOf.get(itab) ?? itab) : itab);
  const words = new Set(site.origins.map((origin) => first(origin.itab)));
  const [only] = words;
  const { pc, fileOffset, op, word0, word1, spDelta, eface, shared } = site;
  const mark =
    site.op === "park" || site.op === "start"
      ? "own"
      : site.op === "resume" || site.op === "end"
        ? "argument"
        : null;
  // What ends a program or goroutine is always recorded; marks are few for each recorded error.
  const limit = site.words ? { burst: 0, rate: 0 } : { burst: rate.burst, rate: rate.perSecond };
  return {
    pc,
    fileOffset,
    op: GIVEN_ON.has(op) ? "return" : (op as PlanSite["op"]),
    itab: words.size === 1 ? (only ?? 0) : 0,
    word0,
    word1,
    spDelta,
    eface,
    shared,
    ...(site.words ? { words: site.words } : {}),
    ...(mark ? { mark } : {}),
    ...limit,
  };
}

/** Interfaces without Error() of which the value may be a detail of a message. */
const DETAIL_INTERFACES = new Set(["net.Addr"]);

const kinds: Partial<Record<FieldShape, PlanFieldKind>> = {
  string: "string",
  bytes: "bytes",
  error: "iface",
  iface: "iface",
  errors: "errors",
  any: "eface",
  pointer: "pointer",
};

function errorLayout(type: ErrorType): PlanLayout {
  const { unwrap } = type;
  const unwrapOffset = unwrap.kind === "error" || unwrap.kind === "errors" ? Math.max(0, unwrap.offset) : -1;
  const fields: PlanField[] = [];
  for (const field of type.fields) {
    const kind = DETAIL_INTERFACES.has(field.typeName) ? "iface" : kinds[field.shape];
    if (!kind) continue;
    const via = field.offset === unwrapOffset ? "unwrap" : "field";
    fields.push({ offset: field.offset, kind, via, type: kind === "pointer" ? field.type : 0 });
  }
  for (const pointer of pointersBehind(type)) {
    if (!fields.some(({ offset }) => offset === pointer.offset)) fields.push(pointer);
  }
  return {
    type: type.address,
    size: type.size,
    error: true,
    pointer: type.pointer,
    direct: type.direct && !type.pointer,
    fields,
  };
}

/** Values that programs panic with, or put into an `any`, and that can be shown: strings, numbers, booleans. */
function isPlain(type: GoType): boolean {
  return /^(string|bool|u?int(8|16|32|64|ptr)?|float(32|64))$/.test(type.kind);
}

function plainLayout(type: GoType): PlanLayout {
  const text: PlanField[] = [{ offset: 0, kind: "string", via: "field", type: 0 }];
  return {
    type: type.address,
    size: type.size,
    error: false,
    detail: true,
    pointer: false,
    direct: false,
    fields: type.kind === "string" ? text : [],
  };
}

/** The addresses of package net: their texts are in the messages of *net.OpError. */
function addressLayout(type: GoType, struct: GoType | undefined): PlanLayout | null {
  if (type.kind !== "ptr" || !struct || !isNetAddress(struct)) return null;
  const fields = struct.fields.flatMap(({ name, offset }): PlanField[] => {
    if (name === "IP") return [{ offset, kind: "bytes", via: "field", type: 0 }];
    return name === "Port" ? [] : [{ offset, kind: "string", via: "field", type: 0 }];
  });
  return {
    type: type.address,
    size: struct.size,
    error: false,
    detail: true,
    pointer: true,
    direct: false,
    fields,
  };
}
