/** What analysis makes of a GoBinary: its error types, the plan of its probes, the facts of its runtime. */
import type { Derivation, GoBinary } from "./model.ts";

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
/**
 * Offsets are in bytes from the start of the object that the data word leads to; where `behind` is set, from the start of
 * what the pointer at that offset of it leads to (there is no text where that pointer is nil).
 */
export type MessagePart =
  | { kind: "text"; text: string }
  /** A string (or []byte) field at `offset`. */
  | (At & { kind: "string" })
  /** An integer field in base 10, or by `format`: fmt's directive (`%x`, `%03d`, `%c`, …) or "duration" (time.Duration). */
  | (At & { kind: "int"; size: IntegerSize; signed: boolean; format?: string })
  | (At & { kind: "bool" })
  /** The joined parts in quotes: strconv.Quote / %q, or as package time does by itself. */
  | { kind: "quoted"; parts: MessagePart[]; style?: "time" }
  /** The joined parts without white space at either end: strings.TrimSpace. */
  | { kind: "trimmed"; parts: MessagePart[] }
  /** Error() of the error at `offset` (interface, or pointer of static type `type`). `formatted`: fmt asks for it, so
   * that a Format method of the cause's type, if it has one, decides the text instead. */
  | (At & { kind: "error"; type?: number; formatted?: true })
  /** String() of the value in the interface at `offset`, which isn't nil. */
  | (At & { kind: "stringer" })
  /** What fmt prints by `verb` (v, s, q, d, …) for the value in the interface at `offset`. */
  | (At & { kind: "any"; verb: string })
  /** Error() of each element of the []error at `offset`. */
  | (At & { kind: "join"; separator: string })
  /** Error() of one element of the []error at `offset`. */
  | (At & { kind: "element"; index: number })
  /** The name of the runtime type whose address is at `offset`, as %T prints it. */
  | (At & { kind: "typeName" })
  /** What sets two runtime types of one name apart: `packages` or else `scopes`; nothing where their names differ. */
  | (At & { kind: "clash"; other: number; packages: string; scopes: string })
  /** The integer at `offset` selects a text; `fallback` where it is none of these. */
  | (At & {
      kind: "switch";
      size: IntegerSize;
      signed: boolean;
      cases: [number, string][];
      fallback: MessagePart[];
    })
  /** `yes` if min <= integer at `offset` <= max, else `no`; null: no bound. min null, max 0 is "is zero" (unsigned), for
   * pointers and interfaces (their first word) too. */
  | (At & {
      kind: "if";
      size: IntegerSize;
      signed: boolean;
      min: number | null;
      max: number | null;
      yes: MessagePart[];
      no: MessagePart[];
    })
  /** `yes` if the bytes of the string at `offset` from index `at` on are `text`, else `no`. */
  | (At & { kind: "ifText"; at: number; text: string; yes: MessagePart[]; no: MessagePart[] })
  /** What Error() does here isn't understood, or it panics. */
  | { kind: "unknown"; reason: string };
interface At {
  offset: number;
  behind?: number;
}
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
  /** A function that an errgroup.Group runs returned an error; the group has kept another one: no event of its own. */
  | "grouped"
  | "kept"
  /** A cancelled context is asked for its error; and what it was cancelled with: no event of its own. */
  | "cancelled"
  | "cause"
  /** The garbage collector begins or ends to mark, or to stop the world: no event of its own. */
  | "gc"
  /** A goroutine waits, goes on, ends, starts another one. */
  | "park"
  | "resume"
  | "end"
  | "start";
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
   * Several where paths share this probe; then the itab tells which, or none when ambiguous. With `eface`, `itab` may be that of
   * a type. */
  origins: { pc: number; itab: number }[];
  word0: Location;
  word1: Location;
  spDelta: number | null;
  /** Other paths reach this instruction too. */
  shared: boolean;
  /** The kernel emulates the instruction instead of single-stepping it. */
  emulated: boolean;
  consumer: "ret" | "call" | "tailcall" | "store" | "entry";
  /** The words are of an `any`. */
  eface: boolean;
  /** The error's object comes from elsewhere: it may have been put into an `any` before. */
  elsewhere?: true | undefined;
  /** The words are no error: a string's address and length, or numbers as they are. */
  words?: "text" | "plain" | undefined;
  /** The function does nothing else with the error than return it: position of the first word among `ABI_REGISTERS`. */
  returns?: number | undefined;
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
  /** Conversions of error types to `any`; resolved are those that surely are of a new error. */
  intoAny: { found: number; resolved: number };
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
  /** Static address of the slice runtime.allgs. */
  allgs?: number | null;
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
