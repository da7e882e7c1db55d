/** The layout of type descriptors (internal/abi/type.go; runtime/type.go before 1.21). */
import type { Kind } from "./model.ts";

/** Kinds by number (internal/abi/type.go); 0 is invalid. */
export const KINDS: readonly (Kind | undefined)[] = [
  undefined, "bool", "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr",
  "float32", "float64", "complex64", "complex128", "array", "chan", "func", "interface", "map", "ptr", "slice", "string",
  "struct", "unsafe.Pointer",
]; // biome-ignore format: a table
export const KIND_MASK = 31;
export const KIND_DIRECT = 32;
export const TFLAG_UNCOMMON = 1;
export const TFLAG_EXTRA_STAR = 2;
export const TFLAG_NAMED = 4;
export const TFLAG_DIRECT = 32;
export const NAME_EMBEDDED = 8;

/** Offsets in abi.Type and its size. */
export const TYPE = {
  size: 0,
  ptrBytes: 8,
  hash: 16,
  tflag: 20,
  align: 21,
  fieldAlign: 22,
  kind: 23,
  equal: 24,
  gcData: 32,
};
export const STR = 40;
export const PTR_TO_THIS = 44;
export const TYPE_SIZE = 48;
export const UNCOMMON_SIZE = 16;
export const METHOD_SIZE = 16;
export const FIELD_SIZE = 24;
/** Sizes up to UncommonType of the kinds that have more than abi.Type; a map's is in the version table. */
export const DESCRIPTOR_SIZES: Partial<Record<Kind, number>> = {
  array: 72,
  chan: 64,
  func: 56,
  interface: 80,
  ptr: 56,
  slice: 56,
  struct: 80,
};
/** Sizes of values of the kinds whose size is fixed. */
export const VALUE_SIZES: Partial<Record<Kind, number>> = {
  bool: 1, int: 8, int8: 1, int16: 2, int32: 4, int64: 8, uint: 8, uint8: 1, uint16: 2, uint32: 4, uint64: 8, uintptr: 8,
  float32: 4, float64: 8, complex64: 8, complex128: 16, chan: 8, func: 8, interface: 16, map: 8, ptr: 8, slice: 24,
  string: 16, "unsafe.Pointer": 8,
}; // biome-ignore format: a table
export const MAX_NAME = 1 << 16;
export const STAR = 0x2a;
export const MAX_FIELDS = 1 << 16;
