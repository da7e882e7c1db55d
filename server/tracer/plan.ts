/**
 * What the kernel side is told of one executable: plain numbers, turned into the bytes of ES_CMD_PLAN (bpf/wire.h).
 * The collector makes a PlanInput from the error map; nothing here knows how it was found out.
 */
import {
  type EsField,
  type EsLoc,
  esConstant,
  esFieldKind,
  esItab,
  esLayoutFlag,
  esLocKind,
  esOp,
  esPlanUpload,
  esSite,
  esSiteFlag,
  esTypeLayout,
  esVia,
} from "./wire.gen.ts";

/** Where a word is when the probed instruction is about to run; registers count in the ABI's encoding order. */
export type PlanLocation =
  | { kind: "none" }
  | { kind: "reg"; reg: number }
  /** The 8 bytes at register + disp. */
  | { kind: "mem"; reg: number; disp: number }
  /** register + disp itself. */
  | { kind: "addr"; reg: number; disp: number }
  /** A static address as the value. */
  | { kind: "const"; address: number }
  /** The 8 bytes at a static address. */
  | { kind: "global"; address: number };

export type PlanOp = Lowercase<keyof typeof esOp>;

export interface PlanSite {
  /** Static address of the probed instruction, and its place in the file. */
  pc: number;
  fileOffset: number;
  op: PlanOp;
  /** Static address of the only itab (or type, if `eface`) expected; 0: any of the plan's, or a dynamic one. */
  itab: number;
  word0: PlanLocation;
  word1: PlanLocation;
  /** Bytes from SP at `pc` to the caller's return address; null: not determined. */
  spDelta: number | null;
  /** word0 is a type word: an `any`. */
  eface: boolean;
  /** The words are no error: a string's address and length, or numbers as they are. */
  words?: "text" | "plain";
  /** Recorded only of goroutines with errors in flight; `argument`: of the one that word0 is. */
  mark?: "own" | "argument";
  /** Other paths reach this instruction too: nil or another type is normal. */
  shared: boolean;
  /** Token bucket of this site; burst 0: no limit; rate 0: the first `burst` events only. */
  burst: number;
  /** Events a second. */
  rate: number;
}

export interface PlanItab {
  /** Static addresses. */
  itab: number;
  type: number;
}

export type PlanFieldKind = "string" | "bytes" | "iface" | "eface" | "errors" | "pointer";
export interface PlanField {
  /** Bytes from the start of the object, a multiple of 8. */
  offset: number;
  kind: PlanFieldKind;
  /** How a cause is known; `unwrap` is followed whatever its type, the others only to a type flagged `error`. */
  via: "unwrap" | "field" | "mention";
  /** `pointer`: static address of the pointer's type. Else 0. */
  type: number;
}

/** A dynamic type whose values are read. Fields beyond 64 KB and after the 16th are not followed. */
export interface PlanLayout {
  /** Static address of the dynamic type: the pointer's for *T, whose size and fields are T's. */
  type: number;
  size: number;
  /** It has Error() string. */
  error: boolean;
  /** No error, but its text is part of some error's message: followed like a cause. */
  detail?: boolean;
  pointer: boolean;
  /** The data word is the value itself (map, chan, func, struct of one pointer; never set with `pointer`). */
  direct: boolean;
  fields: PlanField[];
}

/** Offsets in runtime structs; null: not determined. */
export interface PlanFacts {
  goid: number | null;
  parentGoid: number | null;
  gopc: number | null;
  /** g.m and m.curg: needed only for sites hit on a system stack. */
  gM: number | null;
  mCurg: number | null;
  /** g.waitreason. */
  waitReason: number | null;
  itabInter: number;
  itabType: number;
}

export interface PlanLimits {
  /** Bytes of a string, at most 4096. */
  maxString: number;
  /** Error values of one event, at most 32768. */
  maxNodes: number;
  /** Causes below the error itself. */
  maxDepth: number;
  /** Waits of a goroutine that are told of after each of its errors; 0: marks are off. */
  marks: number;
}

export interface PlanInput {
  facts: PlanFacts;
  limits: PlanLimits;
  sites: PlanSite[];
  itabs: PlanItab[];
  /** Static addresses of interface types that include Error() string: what a dynamic itab may be of. */
  interfaces: number[];
  layouts: PlanLayout[];
}

/** Depth: checkers of JSON schemas recurse (zod 4 overflows Node's stack between 400 and 512 levels). */
export const defaultPlanLimits: PlanLimits = { maxString: 1024, maxNodes: 16_384, maxDepth: 256, marks: 0 };

/** Payload of ES_CMD_PLAN. @throws RangeError if a number can't be expressed: a bug of the caller. */
export function encodePlan(plan: PlanInput): Uint8Array {
  check(plan);
  const bytes = new Uint8Array(
    esPlanUpload.size +
      plan.sites.length * esSite.size +
      plan.itabs.length * esItab.size +
      plan.interfaces.length * 8 +
      plan.layouts.length * esTypeLayout.size,
  );
  const view = new DataView(bytes.buffer);
  const { facts, limits } = plan;
  esPlanUpload.write(view, 0, {
    sites: plan.sites.length,
    itabs: plan.itabs.length,
    interfaces: plan.interfaces.length,
    layouts: plan.layouts.length,
    plan: {
      goidOff: facts.goid ?? esConstant.NOT_DETERMINED,
      parentGoidOff: facts.parentGoid ?? esConstant.NOT_DETERMINED,
      gopcOff: facts.gopc ?? esConstant.NOT_DETERMINED,
      gMOff: facts.gM ?? esConstant.NOT_DETERMINED,
      mCurgOff: facts.mCurg ?? esConstant.NOT_DETERMINED,
      itabInterOff: facts.itabInter,
      itabTypeOff: facts.itabType,
      maxString: limits.maxString,
      maxNodes: limits.maxNodes,
      maxDepth: limits.maxDepth,
      filtered: 0,
      waitReasonOff: facts.waitReason ?? esConstant.NOT_DETERMINED,
      marks: limits.marks,
    },
  });
  let at: number = esPlanUpload.size;
  for (const site of plan.sites) {
    esSite.write(view, at, {
      pc: site.pc,
      offset: site.fileOffset,
      itab: site.itab,
      word0: location(site.word0),
      word1: location(site.word1),
      plan: 0,
      spDelta: site.spDelta ?? esConstant.NOT_DETERMINED,
      op: esOp[site.op.toUpperCase() as Uppercase<PlanOp>],
      flags:
        (site.eface ? esSiteFlag.EFACE : 0) |
        (site.shared ? esSiteFlag.SHARED : 0) |
        (site.words === "text" ? esSiteFlag.TEXT : 0) |
        (site.words === "plain" ? esSiteFlag.PLAIN : 0) |
        (site.mark ? esSiteFlag.MARK : 0) |
        (site.mark === "argument" ? esSiteFlag.G : 0),
      burst: site.burst,
      rate: site.rate,
    });
    at += esSite.size;
  }
  for (const itab of plan.itabs) {
    esItab.write(view, at, itab);
    at += esItab.size;
  }
  for (const address of plan.interfaces) {
    view.setBigUint64(at, BigInt(address), true);
    at += 8;
  }
  for (const layout of plan.layouts) {
    const fields = readableFields(layout).map(field);
    esTypeLayout.write(view, at, {
      type: layout.type,
      layout: {
        size: layout.size,
        nfields: fields.length,
        flags:
          (layout.error ? esLayoutFlag.ERROR : 0) |
          (layout.detail ? esLayoutFlag.DETAIL : 0) |
          (layout.pointer ? esLayoutFlag.POINTER : 0) |
          (layout.direct ? esLayoutFlag.DIRECT : 0),
        fields: [...fields, ...Array<EsField>(esConstant.MAX_FIELDS - fields.length).fill(noField)],
      },
    });
    at += esTypeLayout.size;
  }
  return bytes;
}

const fieldSizes: Record<PlanFieldKind, number> = {
  string: 16,
  bytes: 24,
  iface: 16,
  eface: 16,
  errors: 24,
  pointer: 8,
};

/** Largest offset that es_field can say. */
const MAX_OFFSET = 0xffff;

/** Those that the kernel side can follow. Where there are too many: what Unwrap returns, lists of errors, texts, the rest. */
function readableFields(layout: PlanLayout): PlanField[] {
  const fits = (f: PlanField) => f.offset <= MAX_OFFSET && f.offset + fieldSizes[f.kind] <= layout.size;
  const readable = layout.fields.filter((f) => f.offset % 8 === 0 && fits(f));
  if (readable.length <= esConstant.MAX_FIELDS) return readable;
  const isText = (f: PlanField) => f.kind === "string" || f.kind === "bytes";
  const rank = (f: PlanField) => (f.via === "unwrap" ? 0 : f.kind === "errors" ? 1 : isText(f) ? 2 : 3);
  const chosen = readable.toSorted((a, b) => rank(a) - rank(b)).slice(0, esConstant.MAX_FIELDS);
  return chosen.sort((a, b) => a.offset - b.offset);
}

const noField: EsField = { off: 0, kind: 0, via: 0, type: 0 };
const fieldKinds: Record<PlanFieldKind, number> = {
  string: esFieldKind.STRING,
  bytes: esFieldKind.BYTES,
  iface: esFieldKind.IFACE,
  eface: esFieldKind.EFACE,
  errors: esFieldKind.ERRORS,
  pointer: esFieldKind.PTR,
};
const vias = { unwrap: esVia.UNWRAP, field: esVia.FIELD, mention: esVia.MENTION } as const;
function field({ offset, kind, via, type }: PlanField): EsField {
  return { off: offset, kind: fieldKinds[kind], via: vias[via], type };
}

function location(place: PlanLocation): EsLoc {
  switch (place.kind) {
    case "none":
      return { kind: esLocKind.NONE, reg: 0, disp: 0 };
    case "reg":
      return { kind: esLocKind.REG, reg: place.reg, disp: 0 };
    case "mem":
      return { kind: esLocKind.MEM, reg: place.reg, disp: place.disp };
    case "addr":
      return { kind: esLocKind.ADDR, reg: place.reg, disp: place.disp };
    case "const":
      return { kind: esLocKind.CONST, reg: 0, disp: place.address };
    case "global":
      return { kind: esLocKind.GLOBAL, reg: 0, disp: place.address };
  }
}

const FACTS = ["goid", "parentGoid", "gopc", "gM", "mCurg", "waitReason", "itabInter", "itabType"] as const;

function check({ sites, limits, layouts, facts }: PlanInput): void {
  const within = (name: string, value: number, low: number, high: number) => {
    if (!Number.isSafeInteger(value) || value < low || value > high) {
      throw new RangeError(`plan: ${name} is ${value}, not an integer in ${low}..${high}`);
    }
  };
  const u32 = 0xffff_ffff;
  within("maxString", limits.maxString, 0, esConstant.STRING_MAX);
  within("maxNodes", limits.maxNodes, 1, esConstant.NODES_MAX);
  within("maxDepth", limits.maxDepth, 0, u32);
  within("marks", limits.marks, 0, u32);
  for (const name of FACTS) within(name, facts[name] ?? 0, 0, u32);
  for (const site of sites) {
    within("pc", site.pc, 0, Number.MAX_SAFE_INTEGER);
    within("fileOffset", site.fileOffset, 0, Number.MAX_SAFE_INTEGER);
    within("spDelta", site.spDelta ?? 0, 0, u32);
    within("burst", site.burst, 0, u32);
    within("rate", site.rate, 0, 1_000_000_000);
    for (const word of [site.word0, site.word1]) if ("reg" in word) within("reg", word.reg, 0, 31);
  }
  for (const layout of layouts) within("layout size", layout.size, 0, u32);
}
