/**
 * Whatever differs by Go version in what we read, in one table. Each row holds for `since` ≤ N ≤ `until` of go1.N and was
 * taken from the Go sources named beside its fields; rows are never trusted alone: moduledata.ts and types.ts check them
 * against the binary. A Go newer than the last row is read by the last row and marked so.
 */

/** Field of runtime.moduledata and its size in words (runtime/symtab.go). */
export type ModuleField = readonly [name: string, words: number];

export interface GoLayout {
  since: number;
  until: number;
  /** pcHeader.magic (runtime/symtab.go, debug/gosym/pclntab.go; internal/abi/symtab.go from 1.25). */
  magic: number;
  /** Offset in pcHeader of funcnameOffset, cuOffset, filetabOffset, pctabOffset, pclnOffset (8 bytes each). */
  headerOffsets: number;
  /** Bytes of a function table entry, half of it the entry PC: absolute (16) or relative to text (8). */
  ftabEntry: 8 | 16;
  /** Unit of cutab's length in moduledata (cmd/link/internal/ld/symtab.go); the linker wrote bytes by mistake. */
  cutabUnit: 1 | 4;
  /** runtime._func has startLine before funcID (runtime/runtime2.go). */
  startLine: boolean;
  /** runtime.inlinedCall: its size, and offsets of nameOff and parentPc (runtime/symtabinl.go). */
  inlinedCall: { size: number; name: number; parentPc: number };
  moduleData: readonly ModuleField[];
  /** Length of a type's or field's name: a varint, or two bytes big-endian (reflect/type.go, internal/abi/type.go). */
  nameLength: "varint" | "uint16";
  /** Where a struct field keeps its embedded bit: in the name's flags, or as bit 0 of the offset word. */
  embeddedBit: "name" | "offset";
  /** Where "stored directly in an interface" is: KindDirectIface in kind, or TFlagDirectIface (internal/abi/type.go). */
  directBit: "kind" | "tflag";
  /** Bytes of a map type before its UncommonType, the usual one first; others come of GOEXPERIMENT=noswissmap. */
  mapTypeSizes: readonly number[];
}

const BEFORE_END: readonly ModuleField[] = [
  ["pcHeader", 1],
  ["funcnametab", 3],
  ["cutab", 3],
  ["filetab", 3],
  ["pctab", 3],
  ["pclntable", 3],
  ["ftab", 3],
  ["findfunctab", 1],
  ["minpc", 1],
  ["maxpc", 1],
  ["text", 1],
  ["etext", 1],
  ["noptrdata", 1],
  ["enoptrdata", 1],
  ["data", 1],
  ["edata", 1],
  ["bss", 1],
  ["ebss", 1],
  ["noptrbss", 1],
  ["enoptrbss", 1],
];
const COVERAGE: readonly ModuleField[] = [
  ["covctrs", 1],
  ["ecovctrs", 1],
];
const END: readonly ModuleField[] = [
  ["end", 1],
  ["gcdata", 1],
  ["gcbss", 1],
];
const TYPES: readonly ModuleField[] = [
  ["types", 1],
  ["etypes", 1],
];
const RODATA: readonly ModuleField[] = [
  ["rodata", 1],
  ["gofunc", 1],
];
const LINKS: readonly ModuleField[] = [
  ["textsectmap", 3],
  ["typelinks", 3],
  ["itablinks", 3],
];
const TYPES_BY_SIZE: readonly ModuleField[] = [
  ["types", 1],
  ["typedesclen", 1],
  ["etypes", 1],
  ["itaboffset", 1],
  ["itabsize", 1],
];

const go116: GoLayout = {
  since: 16,
  until: 16,
  magic: 0xfffffffa,
  headerOffsets: 24,
  ftabEntry: 16,
  cutabUnit: 1,
  startLine: false,
  inlinedCall: { size: 20, name: 12, parentPc: 16 },
  moduleData: [...BEFORE_END, ...END, ...TYPES, ...LINKS],
  nameLength: "uint16",
  embeddedBit: "offset",
  directBit: "kind",
  mapTypeSizes: [88],
};
const go117: GoLayout = { ...go116, since: 17, until: 17, nameLength: "varint" };
const go118: GoLayout = {
  ...go117,
  since: 18,
  until: 18,
  magic: 0xfffffff0,
  headerOffsets: 32,
  ftabEntry: 8,
  moduleData: [...BEFORE_END, ...END, ...TYPES, ...RODATA, ...LINKS],
};
const go119: GoLayout = { ...go118, since: 19, until: 19, embeddedBit: "name" };
const go120: GoLayout = {
  ...go119,
  since: 20,
  until: 23,
  magic: 0xfffffff1,
  startLine: true,
  inlinedCall: { size: 16, name: 4, parentPc: 8 },
  moduleData: [...BEFORE_END, ...COVERAGE, ...END, ...TYPES, ...RODATA, ...LINKS],
};
const go124: GoLayout = { ...go120, since: 24, until: 25, mapTypeSizes: [112, 88] };
const go126: GoLayout = {
  ...go124,
  since: 26,
  until: 26,
  cutabUnit: 4,
  moduleData: [...BEFORE_END, ...COVERAGE, ...END, ...TYPES, ...RODATA, ["epclntab", 1], ...LINKS],
  directBit: "tflag",
  mapTypeSizes: [112],
};
const go127: GoLayout = {
  ...go126,
  since: 27,
  until: 27,
  moduleData: [
    ...BEFORE_END,
    ...COVERAGE,
    ...END,
    ...TYPES_BY_SIZE,
    ...RODATA,
    ["epclntab", 1],
    ["textsectmap", 3],
  ],
  mapTypeSizes: [136],
};

export const GO_LAYOUTS: readonly GoLayout[] = [go116, go117, go118, go119, go120, go124, go126, go127];
export const OLDEST_GO = 16;
export const NEWEST_GO = 27;
/** pcHeader.magic of Go 1.2 to 1.15, whose tables have no offsets. */
export const MAGIC_BEFORE_GO116 = 0xfffffffb;

/** The row for go1.`minor`; the last one for a Go newer than the table. */
export function layoutOf(minor: number): GoLayout | undefined {
  return (
    GO_LAYOUTS.find((l) => l.since <= minor && minor <= l.until) ?? (minor > NEWEST_GO ? go127 : undefined)
  );
}
