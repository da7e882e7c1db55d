import { argumentRegisters } from "./arguments.ts";
import { allocation, allocationBefore, type Body } from "./body.ts";
import {
  ABI_REGISTERS,
  addressTaken,
  buildGraph,
  type Callees,
  type Code,
  Disassembler,
  type Hit,
  indexOf,
  MAX_FUNCTION,
  Operand,
  pcOf,
  Reg,
  scanForLea,
  scanForLoad,
  Values,
} from "./code/index.ts";
import { errorItabs, type ItabUse } from "./error-itabs.ts";
import { type HopCandidate, methodResults, type Result } from "./error-results.ts";
import { packageOf } from "./function-name.ts";
import { type Made, placeReferences } from "./function-sites.ts";
import { REGISTER_ABI } from "./go-versions.ts";
import type { GoBinary, Sentinel, Site, SitePlan } from "./model.ts";
import { type Placement, type ProbeAt, probesOf, type Reference } from "./placement.ts";
import { returnHops } from "./return-hops.ts";
import { constructedSentinels, madeSentinels, sentinelLoad, staticSentinels } from "./sentinels.ts";
import {
  type DictionaryUse,
  dictionaryEntries,
  dictionaryLoads,
  dictionaryUses,
} from "./sites-dictionary.ts";
import { runtimeSites } from "./sites-runtime.ts";

/** What planning some of a binary's functions gives. */
export interface PlanPart extends Omit<SitePlan, "sentinels"> {
  /** Return hops, if what they pass on is an error. */
  hops: HopCandidate[];
  /** Results that are errors. */
  returns: Result[];
}

const nothing = (): PlanPart => ({
  sites: [],
  uses: { found: 0, resolved: 0 },
  references: 0,
  resolved: 0,
  unresolved: [],
  hops: [],
  returns: [],
});

/** What a search over all code found: plain data, for other threads. */
export interface SiteSearch {
  /** `dictionaryEntries`. */
  constants: ReadonlyMap<number, number>;
  /** `dictionaryUses`, by the index of the generic function. */
  uses: Map<number, DictionaryUse[]>;
  /** References by the index of their function; -1: in none. */
  hits: Map<number, Hit[]>;
  /** By their address. */
  sentinels: Map<number, Sentinel>;
}

/**
 * Plans the probes of an amd64 binary in steps that threads can share: `initialisation`, of which the
 * sentinels come that other functions load; then `functions` from 0 to `count`, in any order. Each gives its part of the
 * plan. A second planner needs the first one's `search` after `initialisation`, and only plans functions.
 */
export class SitePlanner {
  readonly #binary: GoBinary;
  readonly #text: Uint8Array;
  readonly #start: number;
  readonly #itabs: Map<number, ItabUse>;
  readonly #callees: Callees;
  readonly #search: SiteSearch;
  /** For the function that is planned; and for others that are looked at meanwhile. */
  readonly #disassembler = new Disassembler();
  readonly #aside = new Disassembler();
  /** `argumentRegisters` by a function's address. */
  readonly #arguments = new Map<number, number | null>();

  readonly #inits: ReadonlySet<number>;
  /** Interface types by itab. */
  readonly #interfaces: ReadonlyMap<number, number>;
  /** Functions of which the return hops are planned. */
  readonly #passing: ReadonlySet<number>;
  #order: number[] = [];

  /** @param hops true for the packages whose functions' return hops are planned. */
  constructor(
    binary: GoBinary,
    callees: Callees,
    search?: SiteSearch,
    hops: (packagePath: string) => boolean = ownPackages(binary),
  ) {
    const { text: start, etext } = binary.moduleData;
    this.#binary = binary;
    this.#text = binary.image.bytes(start, etext - start) ?? new Uint8Array();
    this.#start = start;
    this.#itabs = errorItabs(binary);
    this.#callees = callees;
    this.#inits = new Set(binary.functions.inits());
    this.#passing = functionsOf(binary, hops);
    this.#interfaces = new Map(binary.itabs.map((itab) => [itab.address, itab.interfaceType]));
    this.#search = search ?? this.#searchCode();
    if (search) this.#list();
  }

  #searchCode(): SiteSearch {
    const itabs = new Set(this.#itabs.keys());
    const constants = dictionaryEntries(this.#binary, itabs);
    const hits = new Map<number, Hit[]>();
    for (const hit of scanForLea(this.#text, this.#start, itabs)) this.#note(hits, hit);
    for (const { pc, target } of scanForLoad(this.#text, this.#start, new Set(constants.keys())))
      this.#note(hits, { pc, target: constants.get(target)! });
    const uses = dictionaryUses(this.#binary, this.#text, this.#start, constants, (index) =>
      this.#decodeAt(index),
    );
    for (const index of uses.keys()) if (!hits.has(index)) hits.set(index, []);
    return { constants, uses, hits, sentinels: staticSentinels(this.#binary, itabs) };
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
    for (const index of hits.keys()) if (this.#inits.has(index)) this.#planFunction(part, index);
    for (const one of constructedSentinels(this.#binary, this.#inits, (index) => this.#decodeAt(index)))
      if (!sentinels.has(one.address)) sentinels.set(one.address, one);
    part.sites.push(...runtimeSites(this.#binary, (entry, end) => this.#decode(entry, end)));
    for (const hit of scanForLoad(this.#text, this.#start, new Set(sentinels.keys()))) this.#note(hits, hit);
    this.#list();
    part.returns.push(...methodResults(this.#binary));
    return part;
  }

  #list(): void {
    const wanted = new Set([...this.#search.hits.keys(), ...this.#passing]);
    this.#order = [...wanted].filter((index) => index >= 0 && !this.#inits.has(index));
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

  #decodeAt(index: number): Code | null {
    const bytes = this.#bytesAt(index);
    return bytes && this.#aside.decode(bytes, this.#binary.functions.entry(index));
  }

  #decode(entry: number, end: number) {
    return this.#aside.decode(this.#text.subarray(entry - this.#start, end - this.#start), entry);
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
    const graph = buildGraph(code, callees.returns(code));
    const body: Body = {
      code,
      graph,
      callees,
      values: new Values(),
      taken: addressTaken(code),
      constants,
      abiInternal: this.#binary.goMinor >= REGISTER_ABI && !functions.name(index).endsWith(".abi0"),
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
      const { objectSize } = this.#itabs.get(hit.target)!;
      references.push({ i, itab: hit.target, itabs: [hit.target], objectSize, typeOffset });
    }
    for (const use of uses) {
      const itabs = [...use.itabs];
      const objectSize = Math.max(...itabs.map((itab) => this.#itabs.get(itab)!.objectSize));
      for (const i of dictionaryLoads(body, use))
        references.push({ i, itab: null, itabs, objectSize, typeOffset });
    }
    const { made, unresolved, resolved } = placeReferences(body, references, probeAt);
    const isUse = new Set(references.filter((one) => one.sentinel !== undefined).map((one) => one.i));
    const usesResolved = made.filter(({ reference }) => reference.sentinel !== undefined).length;
    const usesLeft = unresolved.filter(({ i }) => isUse.has(i)).length;
    plan.uses.found += usesResolved + usesLeft;
    plan.uses.resolved += usesResolved;
    plan.references += resolved - usesResolved + unresolved.length - usesLeft;
    plan.resolved += resolved - usesResolved;
    const name = functions.name(index);
    for (const { i, why } of unresolved)
      plan.unresolved.push({
        pc: pcOf(code, i),
        function: name,
        class: isUse.has(i) ? `use of a sentinel: ${why}` : why,
      });
    const sites = this.#sites(body, made);
    plan.sites.push(...sites);
    plan.returns.push(...this.#returns(index, made));
    if (this.#passing.has(index)) plan.hops.push(...this.#hops(index, body, probeAt, sites));
    if (this.#inits.has(index)) for (const one of madeSentinels(body, made)) sentinels.set(one.address, one);
  }

  /** One instruction has one probe: that of a site that makes an error goes first. */
  #hops(index: number, body: Body, probeAt: ProbeAt, sites: readonly Site[]): HopCandidate[] {
    const taken = new Set(sites.map((site) => site.pc));
    const { image, functions } = this.#binary;
    return returnHops(body, this.#binary.itabLayout.type, probeAt).flatMap((hop) => {
      const { i, word0, word1, emulated } = hop;
      const pc = pcOf(body.code, i);
      if (taken.has(pc)) return [];
      const site: Site = {
        pc,
        fileOffset: image.fileOffset(pc),
        op: "return",
        origins: [{ pc, itab: 0 }],
        word0,
        word1,
        spDelta: functions.spDelta(pc) ?? 0,
        // it may be a value of another interface
        shared: true,
        emulated,
        consumer: "ret",
        eface: false,
      };
      const callee = functions.find(body.code.target[hop.call]!);
      const given = callee < 0 ? null : { index: callee, position: hop.given };
      return { site, result: { index, position: hop.position }, sure: hop.sure, given };
    });
  }

  /** The results that the function's own errors leave as. */
  #returns(index: number, made: readonly Made[]): Result[] {
    const positions = new Set<number>();
    for (const { reference, consumers } of made) {
      const isError = reference.itabs.every(
        (itab) => itab === 0 || this.#interfaces.get(itab) === this.#binary.errorInterface,
      );
      for (const { kind, itab, eface } of isError ? consumers : [])
        if (kind === "ret" && !eface) positions.add(ABI_REGISTERS.indexOf(itab.register));
    }
    positions.delete(-1);
    return [...positions].map((position) => ({ index, position }));
  }

  /** The probes of one function; references that share an instruction become one site. */
  #sites(body: Body, made: readonly Made[]): Site[] {
    const sites = new Map<number, Site>();
    for (const { reference, consumers, placements } of made) {
      for (const placement of placements) {
        // the line where the error is written, with what is inlined there: the itab may be materialised where paths met
        const { value } = consumers[placement.serves]!;
        const row =
          reference.sentinel === undefined
            ? (allocationRow(body, value, placement) ?? reference.i)
            : reference.i;
        const origins = reference.itabs.map((itab) => ({ pc: pcOf(body.code, row), itab }));
        const known = sites.get(placement.i);
        if (known) {
          for (const origin of origins)
            if (!known.origins.some((other) => other.pc === origin.pc && other.itab === origin.itab))
              known.origins.push(origin);
          continue;
        }
        const pc = pcOf(body.code, placement.i);
        sites.set(placement.i, {
          pc,
          fileOffset: this.#binary.image.fileOffset(pc),
          op: reference.sentinel === undefined ? this.#itabs.get(reference.itabs[0]!)!.op : "sentinel",
          origins,
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

/** The row that allocates the error's object; null where that isn't known, or where other paths share the probe. */
function allocationRow(body: Body, value: number, { i, word1, shared }: Placement): number | null {
  const known = allocation(body, value);
  if (known !== null || shared || word1.kind !== "reg") return known;
  return allocationBefore(body, i, word1.reg);
}

/** Packages of the program's own module; without build information only `main`. */
export function ownPackages({ module }: Pick<GoBinary, "module">): (packagePath: string) => boolean {
  return (path) => path === "main" || (module !== "" && (path === module || path.startsWith(`${module}/`)));
}

function functionsOf(
  { functions, goMinor }: GoBinary,
  wanted: (packagePath: string) => boolean,
): Set<number> {
  const found = new Set<number>();
  if (goMinor < REGISTER_ABI) return found;
  for (let i = 0; i < functions.count; i++) if (wanted(packageOf(functions.name(i)))) found.add(i);
  return found;
}
