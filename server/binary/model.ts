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
  /** Index by exact name, or -1. */
  byName(name: string): number;
  /** Indices of the functions that initialise packages (`pkg.init`, `pkg.init.0`). */
  inits(): number[];
  /** Source position of an instruction with its inlined frames, innermost first; empty if `pc` is in no function. */
  frames(pc: number): SourceFrame[];
  /** Bytes from SP at `pc` to the caller's return address (pcsp table); null where the table has no entry. */
  spDelta(pc: number): number | null;
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
  mapTypeSize: number;
  directBit: "kind" | "tflag";
  /** Static addresses of all types. */
  types: Float64Array;
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

/** One type with `Error() string`. For a pointer type the fields are those of what it points at. */
export interface ErrorType {
  /** Static address of the dynamic type (the one in the itab). */
  address: number;
  /** `%T`. */
  name: string;
  pkgPath: string;
  pointer: boolean;
  direct: boolean;
  /** Of the object that the data word leads to. */
  size: number;
  /** Flattened: nested and embedded structs' fields have dotted names. */
  fields: ErrorField[];
  unwrap: UnwrapInfo;
  message: MessageInfo;
}
export type FieldShape =
  | "string" | "bytes" | "error" | "errors" | "any" | "iface" | "pointer" | "bool" | "int" | "uint" | "float" | "other"; // biome-ignore format: a table
export interface ErrorField {
  name: string;
  offset: number;
  size: number;
  type: number;
  typeName: string;
  shape: FieldShape;
}
export type UnwrapInfo =
  | { kind: "none" }
  /** Unwrap() error returns the interface (or pointer) at `offset`; with `through`, the interface at that offset of the
   * error that the pointer at `offset` leads to (a method promoted from an embedded pointer). */
  | { kind: "error"; offset: number; through?: number; how: string }
  /** Unwrap() []error returns the slice at `offset`; offset -1: the receiver itself is the slice. */
  | { kind: "errors"; offset: number; how: string }
  /** It returns no field: a package's variable, a constant, or an error or a slice that it makes. */
  | { kind: "elsewhere"; how: string }
  | { kind: "unresolved"; reason: string };

/** How Error() makes its text. */
export type MessageInfo =
  | { kind: "field"; offset: number }
  | { kind: "template"; template: MessageTemplate }
  | { kind: "unresolved"; reason: string };

/** A small program evaluated on captured fields (`renderMessage`). `part`s are joined. */
export interface MessageTemplate {
  parts: MessagePart[];
  /** Why some branch has an `unknown` part; empty: every text that Error() can return is understood. */
  gaps: string[];
}
/** Offsets are in bytes from the start of the object that the data word leads to. */
export type MessagePart =
  | { kind: "text"; text: string }
  /** A string (or []byte) field at `offset`. */
  | { kind: "string"; offset: number }
  /** An integer field in base 10, or by `format`: fmt's directive (`%x`, `%03d`, `%c`, …) or "duration" (time.Duration). */
  | { kind: "int"; offset: number; size: IntegerSize; signed: boolean; format?: string }
  | { kind: "bool"; offset: number }
  /** The joined parts in quotes: strconv.Quote / %q, or as package time does by itself. */
  | { kind: "quoted"; parts: MessagePart[]; style?: "time" }
  /** Error() of the error at `offset` (interface, or pointer of static type `type`). `formatted`: fmt asks for it, so
   * that a Format method of the cause's type, if it has one, decides the text instead. */
  | { kind: "error"; offset: number; type?: number; formatted?: true }
  /** String() of the value in the interface at `offset`, which isn't nil. */
  | { kind: "stringer"; offset: number }
  /** What fmt prints by `verb` (v, s, q, d, …) for the value in the interface at `offset`. */
  | { kind: "any"; offset: number; verb: string }
  /** Error() of each element of the []error at `offset`. */
  | { kind: "join"; offset: number; separator: string }
  /** The integer at `offset` selects a text; `fallback` where it is none of these. */
  | {
      kind: "switch";
      offset: number;
      size: IntegerSize;
      signed: boolean;
      cases: [number, string][];
      fallback: MessagePart[];
    }
  /** `yes` if min <= integer at `offset` <= max, else `no`; null: no bound. min null, max 0 is "is zero" (unsigned), for
   * pointers and interfaces (their first word) too. */
  | {
      kind: "if";
      offset: number;
      size: IntegerSize;
      signed: boolean;
      min: number | null;
      max: number | null;
      yes: MessagePart[];
      no: MessagePart[];
    }
  /** `yes` if the bytes of the string at `offset` from index `at` on are `text`, else `no`. */
  | { kind: "ifText"; offset: number; at: number; text: string; yes: MessagePart[]; no: MessagePart[] }
  /** What Error() does here isn't understood, or it panics. */
  | { kind: "unknown"; reason: string };
export type IntegerSize = 1 | 2 | 4 | 8;

export type SiteOp =
  | "new"
  | "wrap"
  | "join"
  | "sentinel"
  | "convert"
  | "return"
  /** An error is given to package fmt, whatever the verb. */
  | "mention"
  | "panic"
  | "recover"
  /** The runtime ends the program. */
  | "fatal"
  | "goexit"
  /** os.Exit or syscall.Exit. */
  | "exit"
  /** The garbage collector begins or ends to mark, or to stop the world: no event of its own. */
  | "gc";
export type Location =
  | { kind: "none" }
  | { kind: "reg"; reg: number }
  | { kind: "mem"; reg: number; disp: number }
  | { kind: "addr"; reg: number; disp: number }
  | { kind: "const"; address: number }
  | { kind: "global"; address: number };

/** One probe: an instruction at which both words of an error are known. */
export interface Site {
  /** Static address of the probed instruction. */
  pc: number;
  fileOffset: number;
  op: SiteOp;
  /** Where the error was made: the call that allocates its object where known, else where its itab is materialised.
   * `frames(pc)` gives function, line and inline frames of the event (inlined errors.New and the like among them).
   * Several where paths share this probe; then the itab tells which, or none when ambiguous. */
  origins: { pc: number; itab: number }[];
  word0: Location;
  word1: Location;
  spDelta: number;
  /** Other paths reach this instruction too. */
  shared: boolean;
  /** The kernel emulates the instruction instead of single-stepping it. */
  emulated: boolean;
  consumer: "ret" | "call" | "tailcall" | "store" | "entry";
  /** The words are of an `any`. */
  eface: boolean;
  /** The words are no error: a string's address and length, or numbers as they are. */
  words?: "text" | "plain";
}
export interface UnresolvedSite {
  pc: number;
  function: string;
  class: string;
}
/** A package-level variable that holds an error from initialisation on. */
export interface Sentinel {
  /** Static address of its two words. */
  address: number;
  /** Static address; 0 where the type is known only at run time. */
  itab: number;
  /** Static address of the value, null for one that initialisation makes. */
  data: number | null;
  /** Where initialisation makes it, null for one that the linker laid down. */
  made: number | null;
}
export interface SitePlan {
  sites: Site[];
  sentinels: Sentinel[];
  /** Places in code that load a sentinel and give it on, comparisons excluded. */
  uses: { found: number; resolved: number };
  /** References to error itabs in code, type tests excluded. */
  references: number;
  resolved: number;
  unresolved: UnresolvedSite[];
}
/** Offsets in runtime.g; null: not determined. */
export interface RuntimeFacts {
  goid: number | null;
  parentGoid: number | null;
  gopc: number | null;
  itabInter: number;
  itabType: number;
  park?: ParkFacts | null;
}
/** What a goroutine waited for last, and how it is found from a system stack. Offsets in runtime.g and runtime.m. */
export interface ParkFacts {
  /** g.waitreason, one byte: an index in `reasons`. */
  waitReason: number;
  /** g.m and m.curg. */
  gM: number;
  mCurg: number;
  /** runtime.waitReasonStrings. */
  reasons: string[];
}

/** All that capture needs of one executable. */
export interface ErrorMap {
  binary: GoBinary;
  errorTypes: ErrorType[];
  plan: SitePlan;
  facts: RuntimeFacts;
  derivations: Derivation[];
  ms: number;
}
