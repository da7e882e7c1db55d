/**
 * Reads the structs, unions and enums of a BPF object's .BTF section: enough of the format to generate wire.gen.ts.
 * Format: Documentation/bpf/btf.rst of Linux 6.12.
 */

export type BtfType =
  | { kind: "int"; name: string; size: number; signed: boolean }
  | { kind: "struct"; name: string; size: number; members: BtfMember[] }
  | { kind: "enum"; name: string; size: number; values: { name: string; value: number }[] }
  | { kind: "array"; element: number; length: number }
  /** typedef, const, volatile and the like: another name for `target`. */
  | { kind: "alias"; target: number }
  | { kind: "other" };
export interface BtfMember {
  name: string;
  type: number;
  /** Bytes from the start of the struct. */
  offset: number;
}

const btfMagic = 0xeb9f;
const maxTypes = 1_000_000;
/** BTF_KIND_… by number. */
const kinds = [
  "void", "int", "ptr", "array", "struct", "union", "enum", "fwd", "typedef", "volatile", "const", "restrict",
  "func", "func_proto", "var", "datasec", "float", "decl_tag", "type_tag", "enum64",
] as const; // biome-ignore format: a table

/** Bytes of a 64-bit little-endian ELF file's section. @throws if there is none of that name. */
export function elfSection(elf: Uint8Array, wanted: string): Uint8Array {
  const view = new DataView(elf.buffer, elf.byteOffset, elf.byteLength);
  if (elf.length < 64 || view.getUint32(0, false) !== 0x7f454c46 || elf[4] !== 2 || elf[5] !== 1) {
    throw new Error("not a 64-bit little-endian ELF file");
  }
  const table = Number(view.getBigUint64(40, true));
  const count = view.getUint16(60, true);
  const header = (index: number) => {
    const at = table + index * 64;
    const offset = Number(view.getBigUint64(at + 24, true));
    return { name: view.getUint32(at, true), offset, size: Number(view.getBigUint64(at + 32, true)) };
  };
  const names = header(view.getUint16(62, true));
  for (let index = 1; index < count; index++) {
    const { name, offset, size } = header(index);
    if (text(elf, names.offset + name) === wanted) return elf.subarray(offset, offset + size);
  }
  throw new Error(`the object has no section ${wanted}: was it built with clang -g?`);
}

/** Types by id; id 0 is void. @throws if the bytes are no BTF. */
export function parseBtf(bytes: Uint8Array): BtfType[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u32 = (at: number) => view.getUint32(at, true);
  if (bytes.length < 24 || view.getUint16(0, true) !== btfMagic) throw new Error("not BTF: wrong magic");
  const start = u32(4) + u32(8);
  const end = start + u32(12);
  const strings = u32(4) + u32(16);
  const types: BtfType[] = [{ kind: "other" }];
  let at = start;
  while (at < end && types.length < maxTypes) {
    const name = text(bytes, strings + u32(at));
    const info = u32(at + 4);
    const size = u32(at + 8);
    const length = info & 0xffff;
    const bitfields = info >>> 31 === 1;
    const kind = kinds[(info >>> 24) & 0x1f];
    at += 12;
    switch (kind) {
      case "int":
        types.push({ kind, name, size, signed: ((u32(at) >>> 24) & 1) === 1 });
        at += 4;
        break;
      case "array":
        types.push({ kind, element: u32(at), length: u32(at + 8) });
        at += 12;
        break;
      case "struct":
      case "union": {
        const members = [];
        for (let index = 0; index < length; index++, at += 12) {
          const bits = bitfields ? u32(at + 8) & 0xffffff : u32(at + 8);
          members.push({ name: text(bytes, strings + u32(at)), type: u32(at + 4), offset: bits / 8 });
        }
        types.push(kind === "struct" ? { kind, name, size, members } : { kind: "other" });
        break;
      }
      case "enum": {
        const values = [];
        for (let index = 0; index < length; index++, at += 8) {
          // bit 31 of info: the values are signed
          const value = bitfields ? view.getInt32(at + 4, true) : u32(at + 4);
          values.push({ name: text(bytes, strings + u32(at)), value });
        }
        types.push({ kind, name, size, values });
        break;
      }
      case "typedef":
      case "volatile":
      case "const":
      case "restrict":
      case "type_tag":
        types.push({ kind: "alias", target: size });
        break;
      case "ptr":
      case "fwd":
      case "func":
      case "float":
        types.push({ kind: "other" });
        break;
      case "func_proto":
        types.push({ kind: "other" });
        at += length * 8;
        break;
      case "datasec":
      case "enum64":
        types.push({ kind: "other" });
        at += length * 12;
        break;
      case "var":
      case "decl_tag":
        types.push({ kind: "other" });
        at += 4;
        break;
      default:
        throw new Error(`BTF kind ${(info >>> 24) & 0x1f} at type ${types.length} is not known`);
    }
  }
  return types;
}

function text(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  return new TextDecoder().decode(bytes.subarray(at, end < 0 ? bytes.length : end));
}
