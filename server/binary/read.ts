import { readBuildIds } from "./build-id.ts";
import { type BuildInfo, readBuildInfo } from "./build-info.ts";
import { hex } from "./bytes.ts";
import { type Elf, readElf } from "./elf.ts";
import { errorAddresses } from "./error-types.ts";
import { Functions } from "./functions.ts";
import { GO_LAYOUTS } from "./go-versions.ts";
import { ElfImage, type UnreadRange } from "./image.ts";
import { itabAddresses, KNOWN_ITAB, readItabs, settleItabLayout } from "./itabs.ts";
import {
  BinaryError,
  type BinaryForm,
  type Derivation,
  type GoBinary,
  type GoType,
  type RememberedBinary,
} from "./model.ts";
import { findModule, type Module, moduleAt } from "./moduledata.ts";
import { notReadable } from "./not-go.ts";
import { findPcHeaders, pcHeaderAt } from "./pclntab.ts";
import { RememberedTypes } from "./remembered-types.ts";
import { deriveDirectBit, deriveMapTypeSize } from "./type-layout.ts";
import { type TypeWalk, walkTypes } from "./type-walk.ts";
import { TypeReader } from "./types.ts";
import { layoutsFor, namedVersions, settleVersion } from "./version.ts";

/**
 * Reads a Go executable: ELF64, amd64 or arm64, Go 1.16 or newer, stripped or not. The bytes are left as they are and
 * must stay so while the result is in use, since most of it is decoded when asked for.
 *
 * Throws BinaryError; its `code` says which of the reasons it is, its message what to do.
 * @param told of where the tables are, as soon as they are found.
 */
export function readGoBinary(bytes: Uint8Array, told: (place: ModulePlace) => void = () => {}): GoBinary {
  const elf = readElf(bytes);
  const image = ElfImage.of(elf);
  const info = readBuildInfo(image);
  const headers = findPcHeaders(elf, image);
  if (headers.length === 0) throw notReadable(elf, image, info);
  const named = namedVersions(image, info);
  const module = findModule(elf, image, headers, layoutsFor(named));
  const { version, derivation: versionFact } = settleVersion(named, module.layout);
  const place = placeOf(module);
  told({ ...place, goMinor: version.goMinor, module: info?.module ?? "" });
  const functions = new Functions(image, module);
  const functionFact = checkFunctions(functions);
  const reader = new TypeReader(image, module, functions);
  const mapType = deriveMapTypeSize(reader);
  reader.mapTypeSize = mapType.size;
  const itabs = itabAddresses(reader, module);
  const word = (address: number) => image.u64(address);
  const itabTypes = itabs.flatMap((a) => [word(a + KNOWN_ITAB.inter) ?? 0, word(a + KNOWN_ITAB.type) ?? 0]);
  const walk = walkTypes(reader, module, itabTypes);
  const { types } = walk;
  const direct = deriveDirectBit(types.values(), module.layout);
  reader.directBit = direct.bit;
  const itab = settleItabLayout(itabs, (address) => types.get(address) ?? null, word);
  const errorInterface = findErrorInterface(types);
  const facts: RememberedBinary["facts"] = {
    buildId: buildIdOf(elf),
    ...version,
    module: info?.module ?? "",
    mainPackage: info?.mainPackage ?? "",
    form: formOf(elf, functions, info),
    itabLayout: itab.layout,
    errorInterface,
    derivations: [
      versionFact,
      ...moduleFacts(image, module),
      functionFact,
      typeFact(walk),
      mapType.derivation,
      direct.derivation,
      itab.derivation,
      errorFact(errorInterface),
    ],
  };
  const remembered: RememberedBinary = {
    ...place,
    mapTypeSize: mapType.size,
    directBit: direct.bit,
    types: Float64Array.from(types.keys()).sort(),
    details: detailTypes(types),
    errors: errorAddresses(types),
    itabs: Float64Array.from(itabs),
    facts,
  };
  // most types are of no more use: decoded anew when asked for, they need no memory until then
  return binaryOf(image, module, functions, new RememberedTypes(reader, remembered.types), remembered);
}

function binaryOf(
  image: ElfImage,
  module: Module,
  functions: Functions,
  types: GoBinary["types"],
  remembered: RememberedBinary,
): GoBinary {
  const { facts } = remembered;
  return {
    image,
    arch: image.arch,
    ...facts,
    moduleData: module.data,
    functions,
    types,
    itabs: readItabs(remembered.itabs, facts.itabLayout, (address) => image.u64(address)),
    remembered,
  };
}

/**
 * The same again of the same bytes, without the search: types are decoded when asked for.
 *
 * Throws BinaryError where the bytes are others: their build ID is, or the tables aren't where they were.
 * @param unread a part of the bytes that isn't there yet: code, of which nothing is read here.
 */
export function readAgain(
  bytes: Uint8Array,
  remembered: RememberedBinary,
  unread: UnreadRange | null = null,
): GoBinary {
  const elf = readElf(bytes);
  if (buildIdOf(elf) !== remembered.facts.buildId)
    throw new BinaryError("bad-layout", "what is remembered is of a program with another build ID");
  return withTypes(openAt(elf, remembered, unread), remembered);
}

/** A binary of which the types were read by another thread. */
export function withTypes(
  { image, module, functions }: OpenedBinary,
  remembered: RememberedBinary,
): GoBinary {
  const reader = new TypeReader(image, module, functions);
  reader.mapTypeSize = remembered.mapTypeSize;
  reader.directBit = remembered.directBit;
  return binaryOf(image, module, functions, new RememberedTypes(reader, remembered.types), remembered);
}

type Tables = Pick<RememberedBinary, "layout" | "pclntab" | "moduleAddress">;
/** What is known of a program before its types: where its tables are, its Go and its module. Plain data, for another thread. */
export type ModulePlace = Tables & Pick<GoBinary, "goMinor" | "module">;

/** A binary without its types. */
export interface OpenedBinary {
  image: ElfImage;
  module: Module;
  functions: Functions;
}

const placeOf = ({ layout, header, address }: Module): Tables => ({
  layout: layout.since,
  pclntab: header.address,
  moduleAddress: address,
});

/** Finds the tables without a search. Throws BinaryError where they aren't there. */
export function openAt(
  elf: Elf,
  { layout, pclntab, moduleAddress }: Tables,
  unread: UnreadRange | null = null,
): OpenedBinary {
  const image = ElfImage.of(elf, unread);
  const layouts = GO_LAYOUTS.filter(({ since }) => since === layout);
  const module = moduleAt(image, moduleAddress, pcHeaderAt(image, pclntab), layouts);
  return { image, module, functions: new Functions(image, module) };
}

function buildIdOf(elf: Elf): string | null {
  const ids = readBuildIds(elf);
  return ids.go ?? ids.gnu;
}

function moduleFacts(image: ElfImage, module: Module): Derivation[] {
  const { layout, header } = module;
  const facts: Derivation[] = [
    { name: "pclntab", value: hex(header.address), from: header.from, checked: true },
    {
      name: "module data",
      value: hex(module.address),
      from: module.from,
      checked: true,
      note: `layout of go1.${layout.since} to go1.${layout.until}; held: ${module.checks.join("; ")}`,
    },
  ];
  if (!header.knownMagic) facts[0]!.note = `unknown magic ${hex(header.magic)}: obfuscated, names may be too`;
  if (image.relocations > 0) {
    const value = String(image.relocations);
    facts.push({ name: "relocations applied", value, from: "PT_DYNAMIC, RELATIVE", checked: true });
  }
  return facts;
}

const SAMPLED = 4096;

/** Decodes functions spread over the table; one that doesn't decode means that its layout is misread. */
function checkFunctions(functions: Functions): Derivation {
  const step = Math.max(1, Math.floor(functions.count / SAMPLED));
  let sampled = 0;
  for (let i = 0; i < functions.count; i += step, sampled++) functions.check(i);
  return {
    name: "functions",
    value: String(functions.count),
    from: `pclntab; name, frame size and inline tree of ${sampled} decode`,
    checked: true,
  };
}

function typeFact({ types, found }: TypeWalk): Derivation {
  const from = `${found.typelinks} from typelinks, ${found.graph} referred to, ${found.sweep} by sweep`;
  return { name: "types", value: String(types.size), from, checked: true };
}

function errorFact(address: number): Derivation {
  const fact: Derivation = {
    name: "error interface",
    value: hex(address),
    from: "types",
    checked: address !== 0,
  };
  if (address === 0) fact.note = "the program has no value of type error";
  return fact;
}

const PLAIN_KIND = /^(string|bool|u?int(8|16|32|64|ptr)?|float(32|64))$/;

/** Strings, numbers, booleans, interfaces, and pointers to structs of package net, by address: few of a program's types. */
function detailTypes(types: ReadonlyMap<number, GoType>): Float64Array {
  const isDetail = ({ kind, elem }: GoType) => {
    if (kind === "interface" || PLAIN_KIND.test(kind)) return true;
    const object = kind === "ptr" ? types.get(elem) : undefined;
    return object?.kind === "struct" && object.pkgPath === "net";
  };
  const found = [...types.values()].filter(isDetail);
  return Float64Array.from(found, ({ address }) => address).sort();
}

/** The predeclared `error`: a named interface outside any package. */
function findErrorInterface(types: ReadonlyMap<number, GoType>): number {
  for (const type of types.values()) {
    if (type.kind === "interface" && type.named && type.name === "error" && type.pkgPath === "")
      return type.address;
  }
  return 0;
}

const SHT_SYMTAB = 2;

function formOf(elf: Elf, functions: Functions, info: BuildInfo | null): BinaryForm {
  const sections = [...elf.sections.values()];
  return {
    stripped: !sections.some((s) => s.type === SHT_SYMTAB),
    pie: elf.positionIndependent,
    // crosscall2 (runtime/cgo) is how C calls Go; it is linked whenever package runtime/cgo is.
    cgo: info?.settings.get("CGO_ENABLED") !== "0" && functions.byName("crosscall2") >= 0,
    noDwarf: !elf.sections.has(".debug_info") && !elf.sections.has(".zdebug_info"),
    noSectionHeaders: sections.length === 0,
  };
}
