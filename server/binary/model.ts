import type { Elf } from "./elf.ts";

export * from "./error-model.ts";

/**
 * What static analysis knows of one Go executable. Addresses (`pc`, `…Address`) are static: as in the ELF file, before
 * any load bias. Everything here is derived from the file's bytes; what could not be is in a list of reasons.
 */

export type Arch = "amd64" | "arm64";

/** One frame of a source position; several for one pc where the compiler inlined calls, innermost first. */
export interface SourceFrame {
  function: string;
  file: string;
  line: number;
  /** True if this call was inlined into the next frame out. */
  inlined: boolean;
}

export interface FunctionTable {
  readonly count: number;
  /** Index of the function that holds `pc`, or -1. */
  find(pc: number): number;
  /** Static address of the first instruction. */
  entry(index: number): number;
  /** Static address after the last byte. */
  end(index: number): number;
  name(index: number): string;
  /** True if the function's name begins so, in UTF-8. */
  isPrefixed(index: number, prefix: Uint8Array): boolean;
  /** Index by exact name, or -1. */
  byName(name: string): number;
  /** Indices of the functions that initialise packages (`pkg.init`, `pkg.init.0`). */
  inits(): number[];
  /** Name of the function that wrote the instruction, wherever it is inlined: the first of `frames`; "" if it is in none. */
  innermost(pc: number): string;
  /** Index of the call that was inlined there, among the function's; -1 for none: equal for two instructions of one call. */
  inlinedCall(pc: number): number;
  /** Source position of an instruction with its inlined frames, innermost first; empty if `pc` is in no function. */
  frames(pc: number): SourceFrame[];
  /** Bytes from SP at `pc` to the caller's return address (pcsp table); null where the table has no entry. */
  spDelta(pc: number): number | null;
  /** Bytes that a function's callers leave for it at the end of their frames: for stack arguments and results, and to spill
   * arguments in registers; null where the table doesn't say it (some assembly). */
  stackArguments(index: number): number | null;
  /** Variables with pointers whose address a function takes, by their offset below varp (FUNCDATA_StackObjects); none up to Go 1.16. */
  stackObjects(index: number): { offset: number; size: number }[];
  /** Static address of what a function's deferred calls are (FUNCDATA_OpenCodedDeferInfo); 0 where there is nothing. */
  openDefers(index: number): number;
}

/** runtime type kinds, as in internal/abi. */
export type Kind =
  | "bool" | "int" | "int8" | "int16" | "int32" | "int64" | "uint" | "uint8" | "uint16" | "uint32" | "uint64"
  | "uintptr" | "float32" | "float64" | "complex64" | "complex128" | "array" | "chan" | "func" | "interface" | "map"
  | "ptr" | "slice" | "string" | "struct" | "unsafe.Pointer"; // biome-ignore format: a table

export interface StructField {
  name: string;
  /** Static address of the field's type. */
  type: number;
  /** Bytes from the start of the struct. */
  offset: number;
  embedded: boolean;
}
export interface Method {
  name: string;
  /** Static address of the method's func type, 0 if the linker pruned it. */
  type: number;
  /** Entry for a call through an interface (receiver is the data word), 0 if pruned. */
  ifn: number;
  /** Entry for a direct call, 0 if pruned. */
  tfn: number;
}
export interface GoType {
  address: number;
  kind: Kind;
  size: number;
  /** As reflect's String(): package name, not path. */
  name: string;
  /** Import path for named types, else "". */
  pkgPath: string;
  named: boolean;
  /** The interface data word holds the value itself (abi.KindDirectIface / TFlagDirectIface). */
  direct: boolean;
  /** Static address of the element type (ptr, slice, array, chan, map value), else 0. */
  elem: number;
  key: number;
  /** Array length. */
  length: number;
  fields: StructField[];
  methods: Method[];
  /** Interface methods: name and static address of the func type. */
  interfaceMethods: { name: string; type: number }[];
  /** Func parameters and results, static type addresses. */
  params: number[];
  results: number[];
}
/** Offsets in runtime.itab of the pointers to the interface type and the concrete type. */
export interface ItabLayout {
  inter: number;
  type: number;
}
export interface Itab {
  address: number;
  interfaceType: number;
  concreteType: number;
}

/** A typed failure of analysis; `code` is stable, `message` says what to do. */
export class BinaryError extends Error {
  readonly code: BinaryErrorCode;
  constructor(code: BinaryErrorCode, message: string) {
    super(message);
    this.name = "BinaryError";
    this.code = code;
  }
}
export type BinaryErrorCode =
  | "not-elf" | "unsupported-arch" | "truncated" | "not-go" | "packed" | "go-too-old" | "no-pclntab"
  | "no-moduledata" | "bad-layout"; // biome-ignore format: a table

export interface BinaryForm {
  /** No .symtab. */
  stripped: boolean;
  pie: boolean;
  cgo: boolean;
  /** No DWARF. */
  noDwarf: boolean;
  noSectionHeaders: boolean;
}
export interface Segment {
  address: number;
  offset: number;
  fileSize: number;
  memSize: number;
  flags: number;
}
export interface Derivation {
  name: string;
  value: string;
  from: string;
  checked: boolean;
  note?: string;
}

/** Static addresses [address, address + size). */
export interface AddressRange {
  address: number;
  size: number;
}

/** The image: reads by static address, relocations applied. Reads outside the file's bytes give null, never garbage. */
export interface Image {
  readonly arch: Arch;
  /** The file's headers. */
  readonly elf: Elf;
  readonly segments: readonly Segment[];
  /** The table of relocations: addresses that the loader reads and the program does not. */
  readonly relocationTable: AddressRange | null;
  u8(address: number): number | null;
  u32(address: number): number | null;
  i32(address: number): number | null;
  /** As a double; null also above 2^53 - 1. */
  u64(address: number): number | null;
  bytes(address: number, length: number): Uint8Array | null;
  /** File offset of an address, or -1 when it isn't backed by the file. */
  fileOffset(address: number): number;
  mapped(address: number): boolean;
}

export interface ModuleData {
  text: number; etext: number; noptrdata: number; enoptrdata: number; data: number; edata: number; bss: number;
  ebss: number; noptrbss: number; enoptrbss: number; types: number; etypes: number; rodata: number; gofunc: number;
} // biome-ignore format: a table

/** What reading found by search and derivation: plain data, with which the same bytes are read again at once. */
export interface RememberedBinary {
  /** `since` of the row of the version table that fits. */
  layout: number;
  /** Static addresses of the pclntab and of the module data. */
  pclntab: number;
  moduleAddress: number;
  mapTypeSize: number;
  directBit: "kind" | "tflag";
  /** Static addresses of all types, in ascending order. */
  types: Float64Array;
  /** Static addresses of the types that may be told of whatever the program does with them: see `detailTypes`. */
  details: Float64Array;
  /** Static addresses of the types that are errors: see `errorTypesOf`. */
  errors: Float64Array;
  /** Static addresses of all static itabs. */
  itabs: Float64Array;
  /** All of a GoBinary that is plain data. */
  facts: Pick<
    GoBinary,
    | "buildId"
    | "goVersion"
    | "goVersionFrom"
    | "goMinor"
    | "module"
    | "mainPackage"
    | "form"
    | "itabLayout"
    | "errorInterface"
    | "derivations"
  >;
}

/** What reading (without disassembly) yields. */
export interface GoBinary {
  readonly image: Image;
  readonly arch: Arch;
  readonly buildId: string | null;
  /** `go1.26.8`. */
  readonly goVersion: string;
  readonly goVersionFrom: "buildinfo" | "runtime.buildVersion" | "layout";
  /** Minor version N of go1.N. */
  readonly goMinor: number;
  /** Main module path, "" if unknown. */
  readonly module: string;
  /** Main package path, "" if unknown. */
  readonly mainPackage: string;
  readonly form: BinaryForm;
  readonly moduleData: ModuleData;
  readonly functions: FunctionTable;
  /** Every runtime type found, by static address. */
  readonly types: ReadonlyMap<number, GoType>;
  readonly itabs: readonly Itab[];
  /** Derived over all static itabs. */
  readonly itabLayout: ItabLayout;
  /** Static address of the type `error`, 0 when the binary has none. */
  readonly errorInterface: number;
  readonly derivations: readonly Derivation[];
  readonly remembered: RememberedBinary;
}
