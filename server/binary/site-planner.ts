import type { AnyLookup, AnyType } from "./any-sites.ts";
import { argumentRegisters } from "./arguments.ts";
import type { Body } from "./body.ts";
import {
  type AddressScan,
  addressTaken,
  buildGraph,
  type Callees,
  type Code,
  type Decodes,
  decoderFor,
  GraphRoom,
  type Hit,
  type Isa,
  indexOf,
  isaOf,
  MAX_FUNCTION,
  Operand,
  pcOf,
  Reg,
  Values,
} from "./code/index.ts";
import { errorItabs, errorTypeUses, type ItabUse } from "./error-itabs.ts";
import type { HopCandidate, PassedResult, Result } from "./error-results.ts";
import { NO_ITAB } from "./follow.ts";
import { type FrameSlots, frameOf, frameSlots } from "./frame-slots.ts";
import { type FunctionKinds, functionKinds, ownPackages } from "./function-kinds.ts";
import { type Made, placeReferences } from "./function-sites.ts";
import { hopCandidates, passedResults } from "./hop-candidates.ts";
import { madeSites } from "./made-sites.ts";
import type { GoBinary, GoType, Sentinel, SitePlan } from "./model.ts";
import { probesOf, type Reference } from "./placement.ts";
import { constructedSentinels, madeSentinels, PANIC, sentinelLoad, staticSentinels } from "./sentinels.ts";
import {
  type DictionaryUse,
  dictionaryEntries,
  dictionaryLoads,
  dictionaryUses,
} from "./sites-dictionary.ts";

/** What planning some of a binary's functions gives. */
export interface PlanPart extends Omit<SitePlan, "sentinels"> {
  /** Return hops, if what they pass on is an error. */
  hops: HopCandidate[];
  /** Results that are errors. */
  returns: Result[];
  /** Results that are errors if those of calls are. */
  passed: PassedResult[];
}

export const nothing = (): PlanPart => ({
  sites: [],
  uses: { found: 0, resolved: 0 },
  intoAny: { found: 0, resolved: 0 },
  references: 0,
  resolved: 0,
  unresolved: [],
  hops: [],
  returns: [],
  passed: [],
});

/** What a search over all code found: plain data, for other threads. */
export interface SiteSearch {
  /** `dictionaryEntries`, and the type words of error itabs. */
  constants: ReadonlyMap<number, number>;
  /** `dictionaryUses`, by the index of the generic function. */
  uses: Map<number, DictionaryUse[]>;
  /** References by the index of their function; -1: in none. */
  hits: Map<number, Hit[]>;
  /** By their address. */
  sentinels: Map<number, Sentinel>;
  kinds: FunctionKinds;
}

/** What a planner needs of a binary, but for its types. */
export interface PlanAhead {
  kinds: FunctionKinds;
  /** Of all the code; null: it isn't begun yet. */
  scan: AddressScan | null;
}

/**
 * Plans the probes of a binary in steps that threads can share: `initialisation`, of which the
 * sentinels come that other functions load; then `functions` from 0 to `count`, in any order. Each gives its part of the
 * plan. A second planner needs the first one's `search` after `initialisation`, and only plans functions.
 */
export class SitePlanner {
  readonly #binary: GoBinary;
  readonly #text: Uint8Array;
  readonly #start: number;
  readonly #scan: AddressScan;
  readonly #itabs: Map<number, ItabUse>;
  /** By the address of the type. */
  readonly #types: Map<number, ItabUse>;
  readonly #callees: Callees;
  readonly #search: SiteSearch;
  /** For the function that is planned; and for others that are looked at meanwhile. */
  readonly #disassembler: Decodes;
  readonly #aside: Decodes;
  readonly #isa: Isa;
  /** Of the function that is planned. */
  readonly #values: Values;
  readonly #room = new GraphRoom();
  /** `argumentRegisters` by a function's address. */
  readonly #arguments = new Map<number, number | null>();

  /** Interface types by itab. */
  readonly #interfaces: ReadonlyMap<number, number>;
  readonly #lookup: AnyLookup = {
    objectOf: (address) => {
      const use = this.#itabs.get(address) ?? this.#types.get(address);
      return use ? objectOf(use.type) : 0;
    },
    isItab: (address) => this.#interfaces.has(address),
  };
  #order: number[] = [];

  /** @param known what another planner's search found; or what was found ahead; else hops are planned of the program's own module. */
  constructor(binary: GoBinary, callees: Callees, known: SiteSearch | PlanAhead | null = null) {
    const { text: start, etext } = binary.moduleData;
    this.#binary = binary;
    this.#isa = isaOf(binary.arch);
    this.#disassembler = decoderFor(binary.arch);
    this.#aside = decoderFor(binary.arch);
    this.#text = binary.image.bytes(start, etext - start) ?? new Uint8Array();
    this.#start = start;
    const scan = known && "scan" in known ? known.scan : null;
    this.#scan = scan ?? this.#isa.scan(this.#text, start);
    this.#values = new Values(this.#isa);
    this.#itabs = errorItabs(binary);
    this.#types = errorTypeUses(binary);
    this.#callees = callees;
    this.#interfaces = new Map(binary.itabs.map((itab) => [itab.address, itab.interfaceType]));
    const kinds = known?.kinds ?? functionKinds(binary, ownPackages(binary));
    this.#search = known && "hits" in known ? known : { ...this.#searchCode(), kinds };
    if (known && "hits" in known) this.#list();
  }

  #searchCode(): Omit<SiteSearch, "kinds"> {
    const itabs = new Set(this.#itabs.keys());
    const entries = dictionaryEntries(this.#binary, itabs);
    const constants = new Map([...this.#typeWords(), ...entries]);
    const hits = new Map<number, Hit[]>();
    const addresses = new Set([...itabs, ...this.#types.keys()]);
    for (const hit of this.#scan.leas(addresses))
      if (itabs.has(hit.target) || this.#mayConvert(hit)) this.#note(hits, hit);
    for (const { pc, target } of this.#scan.loads(new Set(constants.keys()))) {
      const hit = { pc, target: constants.get(target)! };
      if (entries.has(target) || this.#mayConvert(hit)) this.#note(hits, hit);
    }
    const uses = dictionaryUses(this.#binary, this.#scan, entries, (...what) => this.#decodeAt(...what));
    for (const index of uses.keys()) if (!hits.has(index)) hits.set(index, []);
    return { constants, uses, hits, sentinels: staticSentinels(this.#binary, itabs) };
  }

  /** The type words of error itabs, by their own address: before Go 1.22 a conversion of a known `error` to `any` loads one. */
  #typeWords(): [number, number][] {
    const { type: offset } = this.#binary.itabLayout;
    const words: [number, number][] = [];
    for (const [itab, { type }] of this.#itabs)
      if (this.#types.has(type.address)) words.push([itab + offset, type.address]);
    return words;
  }

  /** False for the address of a type that goes straight to the runtime: to allocate, to compare, … */
  #mayConvert({ pc }: Hit): boolean {
    const { name } = this.#callees.at(this.#isa.calledBehind(this.#text, this.#start, pc));
    return !name.startsWith("runtime.") || name === PANIC;
  }

  get search(): SiteSearch {
    return this.#search;
  }

  free(): void {
    this.#disassembler.free();
    this.#aside.free();
  }

  /** The functions that initialise packages, for the sentinels that they make or get. */
  initialisation(): PlanPart {
    const part = nothing();
    const { hits, sentinels } = this.#search;
    for (const index of hits.keys()) if (this.#search.kinds.inits.has(index)) this.#planFunction(part, index);
    for (const one of constructedSentinels(this.#binary, this.#search.kinds.inits, (index) =>
      this.#decodeAt(index),
    ))
      if (!sentinels.has(one.address)) sentinels.set(one.address, one);
    for (const hit of this.#scan.loads(new Set(sentinels.keys()))) this.#note(hits, hit);
    this.#scan.forget();
    this.#list();
    return part;
  }

  #list(): void {
    const wanted = new Set([...this.#search.hits.keys(), ...this.#search.kinds.passing]);
    this.#order = [...wanted].filter((index) => index >= 0 && !this.#search.kinds.inits.has(index));
    this.#order.sort((a, b) => a - b);
  }

  /** Functions left to plan. */
  get count(): number {
    return this.#order.length;
  }

  /** The `from`th to the `to`th of them, that excluded. */
  functions(from: number, to: number): PlanPart {
    const part = nothing();
    for (const index of this.#order.slice(from, to)) this.#planFunction(part, index);
    return part;
  }

  /** All known, by address. */
  sentinels(): Sentinel[] {
    return [...this.#search.sentinels.values()].sort((a, b) => a.address - b.address);
  }

  #note(hits: Map<number, Hit[]>, hit: Hit): void {
    const index = this.#binary.functions.find(hit.pc);
    const list = hits.get(index);
    if (list) list.push(hit);
    else hits.set(index, [hit]);
  }

  /** The function's bytes; null where its bounds can't be. */
  #bytesAt(index: number): Uint8Array | null {
    const { functions } = this.#binary;
    const entry = functions.entry(index);
    const end = functions.end(index);
    if (entry < this.#start || end - this.#start > this.#text.length || end - entry > MAX_FUNCTION)
      return null;
    return this.#text.subarray(entry - this.#start, end - this.#start);
  }

  /** A function, or the part of it in [from, to); done with before anything else is decoded aside. */
  #decodeAt(index: number, from = this.#binary.functions.entry(index), to = Infinity): Code | null {
    const bytes = this.#bytesAt(index);
    const entry = this.#binary.functions.entry(index);
    return bytes && this.#aside.decodeForNow(bytes.subarray(from - entry, to - entry), from);
  }

  #argumentsOf(address: number): number | null {
    const known = this.#arguments.get(address);
    if (known !== undefined) return known;
    const index = this.#binary.functions.find(address);
    const starts = index >= 0 && this.#binary.functions.entry(index) === address;
    const code = starts ? this.#decodeAt(index) : null;
    const registers = code ? argumentRegisters(code, this.#callees) : null;
    this.#arguments.set(address, registers);
    return registers;
  }

  #planFunction(plan: PlanPart, index: number): void {
    const { functions } = this.#binary;
    const { constants, sentinels } = this.#search;
    const hits = this.#search.hits.get(index) ?? [];
    const uses = this.#search.uses.get(index) ?? [];
    const bytes = this.#bytesAt(index);
    if (!bytes) {
      const why = "its function's bounds are damaged";
      const name = functions.name(index);
      plan.references += hits.length;
      for (const { pc } of hits) plan.unresolved.push({ pc, function: name, class: why });
      return;
    }
    const callees = this.#callees;
    const code = this.#disassembler.decodeForNow(bytes, functions.entry(index));
    const graph = buildGraph(code, callees.returns(code), this.#room);
    this.#values.reset();
    let frame: FrameSlots | undefined;
    const body: Body = {
      code,
      graph,
      callees,
      values: this.#values,
      taken: addressTaken(code),
      frame: () => (frame ??= frameSlots(code, callees, frameOf(functions, index, code, callees))),
      constants,
      leads: new Map(),
      abiInternal: this.#binary.goMinor >= this.#isa.registerAbi && !functions.name(index).endsWith(".abi0"),
      argumentsOf: (address) => this.#argumentsOf(address),
    };
    const probeAt = probesOf(body, bytes);
    const typeOffset = this.#binary.itabLayout.type;
    const references: Reference[] = [];
    for (const hit of hits) {
      const i = indexOf(code, hit.pc);
      // not in the middle of another instruction
      if (i < 0 || code.base[i] !== Reg.RIP || code.kind[0][i] !== Operand.REGISTER) continue;
      const sentinel = sentinels.get(hit.target);
      if (sentinel) {
        const { address, itab } = sentinel;
        if (sentinelLoad(code, i))
          references.push({ i, itab: null, itabs: [itab], objectSize: 0, typeOffset, sentinel: address });
        continue;
      }
      const itab = this.#itabs.get(hit.target);
      const { objectSize, type } = itab ?? this.#types.get(hit.target)!;
      const common = { i, itab: hit.target, itabs: [hit.target], objectSize };
      if (itab) references.push({ ...common, typeOffset });
      else references.push({ ...common, typeOffset: NO_ITAB, any: anyTypeOf(type, objectSize) });
    }
    for (const use of uses) {
      const itabs = [...use.itabs];
      const objectSize = Math.max(...itabs.map((itab) => this.#itabs.get(itab)!.objectSize));
      for (const i of dictionaryLoads(body, use))
        references.push({ i, itab: null, itabs, objectSize, typeOffset });
    }
    const { made, unresolved, resolved, intoAny } = placeReferences(body, references, probeAt, this.#lookup);
    const isUse = new Set(references.filter((one) => one.sentinel !== undefined).map((one) => one.i));
    const usesResolved = made.filter(({ reference }) => reference.sentinel !== undefined).length;
    const usesLeft = unresolved.filter(({ i }) => isUse.has(i)).length;
    plan.uses.found += usesResolved + usesLeft;
    plan.uses.resolved += usesResolved;
    plan.intoAny.found += intoAny.found;
    plan.intoAny.resolved += intoAny.resolved;
    plan.references +=
      resolved - usesResolved + unresolved.length - usesLeft - intoAny.found + intoAny.resolved;
    plan.resolved += resolved - usesResolved;
    const name = functions.name(index);
    for (const { i, why } of unresolved)
      plan.unresolved.push({
        pc: pcOf(code, i),
        function: name,
        class: isUse.has(i) ? `use of a sentinel: ${why}` : why,
      });
    const sites = madeSites(this.#binary, body, made, (address) => this.#use(address).op);
    plan.sites.push(...sites);
    plan.returns.push(...this.#returns(index, made));
    if (this.#search.kinds.passing.has(index)) {
      plan.hops.push(...hopCandidates(this.#binary, index, body, probeAt, sites));
      plan.passed.push(...passedResults(this.#binary, index, body));
    }
    if (this.#search.kinds.inits.has(index))
      for (const one of madeSentinels(body, made)) sentinels.set(one.address, one);
  }

  /** The results that the function's own errors leave as. */
  #returns(index: number, made: readonly Made[]): Result[] {
    const positions = new Set<number>();
    for (const { reference, consumers } of made) {
      const isError = reference.itabs.every(
        (itab) => itab === 0 || this.#interfaces.get(itab) === this.#binary.errorInterface,
      );
      for (const { kind, itab, eface } of isError ? consumers : [])
        if (kind === "ret" && !eface) positions.add(this.#isa.arguments.indexOf(itab.register));
    }
    positions.delete(-1);
    return [...positions].map((position) => ({ index, position }));
  }

  #use(address: number): ItabUse {
    return (this.#itabs.get(address) ?? this.#types.get(address))!;
  }
}

const objectOf = (type: GoType): number => (type.kind === "ptr" ? type.elem : type.address);

const anyTypeOf = (type: GoType, size: number): AnyType => ({
  pointer: type.kind === "ptr",
  direct: type.kind !== "ptr" && type.direct,
  object: objectOf(type),
  size,
});
