import type { GoLayout } from "./go-versions.ts";
import type { ElfImage } from "./image.ts";
import type { Derivation } from "./model.ts";
import type { RuntimeType } from "./runtime-type.ts";
import { KINDS } from "./type-descriptor.ts";
import type { TypeReader } from "./types.ts";

const MAP = KINDS.indexOf("map");
/** TFlagUncommon and TFlagNamed. */
const NAMED_TYPE = 1 | 4;

/**
 * The size of a map type's own part, which GOEXPERIMENT=noswissmap changes: the one that puts a believable UncommonType
 * behind the most named map types. abi.UncommonType.Moff is its own size there, as maps have no other data.
 */
export function deriveMapTypeSize(reader: TypeReader): { size: number; derivation: Derivation } {
  const sizes = reader.layout.mapTypeSizes;
  const votes = new Map<number, number>();
  let maps = 0;
  const { start, end, image } = reader;
  const bytes = image.bytes(start, end - start)!;
  for (let at = 0; at + 48 <= bytes.length; at += 8) {
    if ((bytes[at + 23]! & 31) !== MAP || (bytes[at + 20]! & NAMED_TYPE) !== NAMED_TYPE) continue;
    if (bytes[at] !== 8 || bytes[at + 8] !== 8 || bytes[at + 21] !== 8 || bytes[at + 22] !== 8) continue;
    maps++;
    for (const size of sizes) {
      if (hasUncommonAt(reader, image, start + at + size)) votes.set(size, (votes.get(size) ?? 0) + 1);
    }
  }
  // The sort is stable and the usual size comes first: it wins where the votes are equal.
  const size = sizes.toSorted((a, b) => (votes.get(b) ?? 0) - (votes.get(a) ?? 0))[0]!;
  const count = votes.get(size) ?? 0;
  const derivation: Derivation = {
    name: "map type size",
    value: String(size),
    from: `${count} of ${maps} named map types`,
    checked: count > 0 && count === maps,
  };
  if (maps === 0) derivation.note = "no named map type; from the version table";
  return { size, derivation };
}

function hasUncommonAt(reader: TypeReader, image: ElfImage, address: number): boolean {
  const path = reader.name(image.i32(address) ?? 0);
  const methods = image.u16(address + 4);
  const exported = image.u16(address + 6);
  if (!path?.text || methods === null || exported === null || exported > methods) return false;
  return image.u32(address + 8) === 16 && image.u32(address + 12) === 0;
}

/** Kinds that an interface holds directly, unless they point outside the heap (pointer bytes 0), and some never held so. */
const DIRECT = new Set(["ptr", "map", "chan", "func", "unsafe.Pointer"]);
const INDIRECT = new Set(["string", "slice", "interface", "complex128", "bool", "int64"]);

/** Whether the kind byte or the flags say "stored directly in an interface": the one that is right for the plain kinds. */
export function deriveDirectBit(
  types: Iterable<RuntimeType>,
  layout: GoLayout,
): { bit: GoLayout["directBit"]; derivation: Derivation } {
  const right = { kind: 0, tflag: 0 };
  let asked = 0;
  for (const type of types) {
    const pointer = DIRECT.has(type.kind);
    if (!pointer && !INDIRECT.has(type.kind)) continue;
    const direct = pointer && type.pointerBytes === 8;
    asked++;
    if (type.directBits.kind === direct) right.kind++;
    if (type.directBits.tflag === direct) right.tflag++;
  }
  const bit = right.kind > right.tflag ? "kind" : "tflag";
  const derivation: Derivation = {
    name: "direct-interface bit",
    value: bit === "kind" ? "kind & 32" : "tflag & 32",
    from: `${right[bit]} of ${asked} types of plain kinds`,
    checked: asked > 0 && right[bit] === asked,
  };
  if (bit !== layout.directBit) derivation.note = "not as in the version table";
  return { bit, derivation };
}
