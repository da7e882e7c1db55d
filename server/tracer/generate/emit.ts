/** Turns wire.h's types, as BTF describes them, into TypeScript: an interface, a reader and a writer for each struct. */
import { createHash } from "node:crypto";
import type { BtfType } from "./btf.ts";

type Struct = Extract<BtfType, { kind: "struct" }>;
type Enum = Extract<BtfType, { kind: "enum" }>;

const wirePrefix = "es_";

/** Of wire.h's text: wire.gen.ts carries it, so that a test needs no compiler to see that the two belong together. */
export function wireDigest(wireHeader: string): string {
  return createHash("sha256").update(wireHeader).digest("hex");
}

/** Text of wire.gen.ts. @throws if a struct has a hole, a bit field or a member that can't cross. */
export function emitWire(types: readonly BtfType[], wireHeader: string): string {
  const named = types.filter(
    (type): type is Struct | Enum =>
      (type.kind === "struct" || type.kind === "enum") && type.name.startsWith(wirePrefix),
  );
  // the order of types in BTF depends on the programs; that of wire.h is stable
  const place = (type: Struct | Enum) =>
    wireHeader.search(new RegExp(`^(struct|enum) ${type.name} \\{`, "m"));
  named.sort((a, b) => place(a) - place(b));
  const enums = named.filter((type) => type.kind === "enum");
  const structs = named.filter((type) => type.kind === "struct");
  return [
    "/* Generated from bpf/wire.h by server/tracer/generate/main.ts: don't edit. */",
    "",
    `export const wireDigest = "${wireDigest(wireHeader)}";`,
    helpers,
    ...enums.map(emitEnum),
    ...structs.map((type) => emitStruct(type, types)),
  ].join("\n");
}

/** Numbers above 2^53 are rounded: no address, length or time reaches that, only garbage does. */
const helpers = `
/* 64-bit values are numbers: above 2^53, which no address, length or time reaches, they are rounded. */
const u64 = (view: DataView, at: number) => view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
const s64 = (view: DataView, at: number) => view.getInt32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
const set64 = (view: DataView, at: number, value: number) => {
  view.setUint32(at, value % 0x1_0000_0000, true);
  view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
};
`;

function emitEnum({ name, values }: Enum): string {
  const cut = commonPrefix(values.map((value) => value.name));
  const lines = values.map((value) => `  ${value.name.slice(cut)}: ${value.value},`);
  return `export const ${camel(name)} = {\n${lines.join("\n")}\n} as const;\n`;
}

/** Length of the part up to an underscore that all names share and that leaves none of them empty. */
function commonPrefix(names: readonly string[]): number {
  let cut = 0;
  const first = names[0] ?? "";
  for (let at = first.indexOf("_"); at >= 0; at = first.indexOf("_", at + 1)) {
    const prefix = first.slice(0, at + 1);
    if (names.every((name) => name.startsWith(prefix) && name.length > prefix.length)) cut = at + 1;
  }
  return cut;
}

interface Field {
  name: string;
  offset: number;
  type: string;
  read: string;
  /** Statements that write `value.name`; for padding a constant 0. */
  write: string;
}

function emitStruct(struct: Struct, types: readonly BtfType[]): string {
  let end = 0;
  const fields: Field[] = [];
  for (const member of struct.members) {
    if (member.offset !== end)
      throw new Error(`${struct.name}.${member.name}: a hole or bit field before it`);
    const type = resolve(types, member.type);
    end += sizeOf(types, type);
    if (/^pad\d*$/.test(member.name)) continue;
    fields.push(emitField(types, type, camel(member.name), member.offset));
  }
  if (end !== struct.size) throw new Error(`${struct.name}: padding at its end`);
  const type = pascal(struct.name);
  const writes = fields.map((field) => `    ${field.write}`).join("\n");
  return `export interface ${type} {
${fields.map((field) => `  ${field.name}: ${field.type};`).join("\n")}
}
export const ${camel(struct.name)} = {
  size: ${struct.size},
  offset: { ${fields.map((field) => `${field.name}: ${field.offset}`).join(", ")} },
  read: (view: DataView, at: number): ${type} => ({
${fields.map((field) => `    ${field.name}: ${field.read},`).join("\n")}
  }),
  /** The bytes of padding are left as they are. */
  write(view: DataView, at: number, value: ${type}): void {
${writes}
  },
} as const;
`;
}

function emitField(types: readonly BtfType[], type: BtfType, name: string, offset: number): Field {
  const at = offset === 0 ? "at" : `at + ${offset}`;
  const access = accessors(type, at);
  if (access) {
    return { name, offset, type: access.type, read: access.read, write: access.write(`value.${name}`) };
  }
  if (type.kind !== "array") throw new Error(`${name}: a type that cannot cross`);
  const element = resolve(types, type.element);
  const step = accessors(element, `${at} + index * ${sizeOf(types, element)}`);
  if (!step) throw new Error(`${name}: an array of a type that cannot cross`);
  return {
    name,
    offset,
    type: `${step.type}[]`,
    read: `Array.from({ length: ${type.length} }, (_, index) => ${step.read})`,
    write: `for (let index = 0; index < ${type.length}; index++) ${step.write(`value.${name}[index]!`)}`,
  };
}

function accessors(type: BtfType, at: string) {
  if (type.kind === "struct") {
    const codec = camel(type.name);
    return {
      type: pascal(type.name),
      read: `${codec}.read(view, ${at})`,
      write: (value: string) => `${codec}.write(view, ${at}, ${value});`,
    };
  }
  if (type.kind !== "int") return null;
  const { size, signed } = type;
  if (size === 8) {
    return {
      type: "number",
      read: `${signed ? "s64" : "u64"}(view, ${at})`,
      write: (value: string) => `set64(view, ${at}, ${value});`,
    };
  }
  const method = `${signed ? "Int" : "Uint"}${size * 8}`;
  const order = size === 1 ? "" : ", true";
  return {
    type: "number",
    read: `view.get${method}(${at}${order})`,
    write: (value: string) => `view.set${method}(${at}, ${value}${order});`,
  };
}

function resolve(types: readonly BtfType[], id: number): BtfType {
  let type = types[id];
  for (let hops = 0; type?.kind === "alias" && hops < 32; hops++) type = types[type.target];
  if (!type) throw new Error(`BTF type ${id} is missing`);
  return type;
}
function sizeOf(types: readonly BtfType[], type: BtfType): number {
  if (type.kind === "array") return type.length * sizeOf(types, resolve(types, type.element));
  return "size" in type ? type.size : Number.NaN;
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
function pascal(name: string): string {
  return camel(`_${name}`);
}
