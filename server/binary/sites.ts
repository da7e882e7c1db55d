import { calleesOf } from "./callees.ts";
import {
  addressTaken,
  buildGraph,
  type Callees,
  Disassembler,
  type Hit,
  indexOf,
  MAX_FUNCTION,
  Mnemonic,
  pcOf,
  scanForLea,
  Values,
} from "./code/index.ts";
import { hasErrorMethod } from "./error-types.ts";
import { allocation, type Body } from "./follow.ts";
import { type Made, placeReferences } from "./function-sites.ts";
import type { GoBinary, GoType, Site, SiteOp, SitePlan } from "./model.ts";
import { probesOf, type Reference } from "./placement.ts";
import { panicSite } from "./sites-panic.ts";

/** What a conversion to each itab makes. */
interface ItabUse {
  type: GoType;
  op: SiteOp;
  objectSize: number;
}

/** The itabs of concrete types in interfaces that include `Error() string`, by static address. */
export function errorItabs(binary: GoBinary): Map<number, ItabUse> {
  const found = new Map<number, ItabUse>();
  const isError = new Map<number, boolean>();
  for (const itab of binary.itabs) {
    let wanted = isError.get(itab.interfaceType);
    if (wanted === undefined) {
      const interfaceType = binary.types.get(itab.interfaceType);
      wanted = interfaceType?.kind === "interface" && hasErrorMethod(interfaceType, binary.types);
      isError.set(itab.interfaceType, wanted);
    }
    const type = binary.types.get(itab.concreteType);
    if (!wanted || !type) continue;
    const object = type.kind === "ptr" ? binary.types.get(type.elem) : type;
    found.set(itab.address, { type, op: opOf(type), objectSize: object?.size ?? 0 });
  }
  return found;
}

/** Types that the standard library's own constructors make. */
const OPS: Record<string, SiteOp> = {
  "*errors.errorString": "new",
  "*fmt.wrapError": "wrap",
  "*fmt.wrapErrors": "wrap",
  "*errors.joinError": "join",
};

const opOf = (type: GoType): SiteOp => OPS[type.name] ?? (type.kind === "ptr" ? "new" : "convert");

/**
 * Plans the probes of an amd64 binary: every reference of its code to an error itab is resolved to instructions at which
 * both words of the new `error` are known, or listed with the reason why not. Other architectures give an empty plan.
 */
export function planSites(binary: GoBinary, callees = calleesOf(binary)): SitePlan {
  const plan: SitePlan = { sites: [], references: 0, resolved: 0, unresolved: [] };
  if (binary.arch !== "amd64") return plan;
  const { text: start, etext } = binary.moduleData;
  const text = binary.image.bytes(start, etext - start);
  if (!text) return plan;
  const planner = new Planner(binary, callees, text, start);
  try {
    planner.run(plan);
  } finally {
    planner.free();
  }
  return plan;
}

class Planner {
  readonly #binary: GoBinary;
  readonly #text: Uint8Array;
  readonly #start: number;
  readonly #itabs: Map<number, ItabUse>;
  readonly #callees: Callees;
  readonly #disassembler = new Disassembler();

  constructor(binary: GoBinary, callees: Callees, text: Uint8Array, start: number) {
    this.#binary = binary;
    this.#text = text;
    this.#start = start;
    this.#itabs = errorItabs(binary);
    this.#callees = callees;
  }

  free(): void {
    this.#disassembler.free();
  }

  run(plan: SitePlan): void {
    const hits = scanForLea(this.#text, this.#start, new Set(this.#itabs.keys()));
    const byFunction = new Map<number, Hit[]>();
    for (const hit of hits) {
      const index = this.#binary.functions.find(hit.pc);
      const list = byFunction.get(index);
      if (list) list.push(hit);
      else byFunction.set(index, [hit]);
    }
    for (const [index, inside] of byFunction) if (index >= 0) this.#planFunction(plan, index, inside);
    const panic = panicSite(this.#binary, (entry, end) => this.#decode(entry, end));
    if (panic) plan.sites.push(panic);
    plan.sites.sort((a, b) => a.pc - b.pc);
  }

  #decode(entry: number, end: number) {
    const bytes = this.#text.subarray(entry - this.#start, end - this.#start);
    return this.#disassembler.decode(bytes, entry);
  }

  #planFunction(plan: SitePlan, index: number, hits: readonly Hit[]): void {
    const { functions } = this.#binary;
    const entry = functions.entry(index);
    const end = functions.end(index);
    if (entry < this.#start || end - this.#start > this.#text.length || end - entry > MAX_FUNCTION) {
      const why = "its function's bounds are damaged";
      const name = functions.name(index);
      plan.references += hits.length;
      for (const { pc } of hits) plan.unresolved.push({ pc, function: name, class: why });
      return;
    }
    const code = this.#decode(entry, end);
    const callees = this.#callees;
    const graph = buildGraph(code, callees.returns(code));
    const body: Body = {
      code,
      graph,
      callees,
      values: new Values(),
      taken: addressTaken(code),
      abiInternal: !functions.name(index).endsWith(".abi0"),
    };
    const probeAt = probesOf(body, this.#text.subarray(entry - this.#start, end - this.#start));
    const typeOffset = this.#binary.itabLayout.type;
    const references: Reference[] = [];
    for (const hit of hits) {
      const i = indexOf(code, hit.pc);
      if (i < 0 || code.mnemonic[i] !== Mnemonic.Lea) continue;
      const { objectSize } = this.#itabs.get(hit.target)!;
      references.push({ i, itab: hit.target, objectSize, typeOffset });
    }
    const { made, unresolved } = placeReferences(body, references, probeAt);
    plan.references += made.length + unresolved.length;
    plan.resolved += made.length;
    const name = functions.name(index);
    for (const { i, why } of unresolved)
      plan.unresolved.push({ pc: pcOf(code, i), function: name, class: why });
    plan.sites.push(...this.#sites(body, made));
  }

  /** The probes of one function; references that share an instruction become one site. */
  #sites(body: Body, made: readonly Made[]): Site[] {
    const sites = new Map<number, Site>();
    for (const { reference, consumers, placements } of made) {
      for (const placement of placements) {
        // the line where the error is written, with what is inlined there: the itab may be materialised where paths met
        const row = allocation(body, consumers[placement.serves]!.value) ?? reference.i;
        const origin = { pc: pcOf(body.code, row), itab: reference.itab };
        const known = sites.get(placement.i);
        if (known) {
          if (!known.origins.some((other) => other.pc === origin.pc)) known.origins.push(origin);
          continue;
        }
        const pc = pcOf(body.code, placement.i);
        sites.set(placement.i, {
          pc,
          fileOffset: this.#binary.image.fileOffset(pc),
          op: this.#itabs.get(reference.itab)!.op,
          origins: [origin],
          word0: placement.word0,
          word1: placement.word1,
          spDelta: this.#binary.functions.spDelta(pc) ?? 0,
          shared: placement.shared,
          emulated: placement.emulated,
          consumer: placement.consumer,
          eface: placement.eface,
        });
      }
    }
    return [...sites.values()];
  }
}
