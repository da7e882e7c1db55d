/** The linker's, the symbol table's and DWARF's account of a program against what server/binary reads of its stripped build. */
import type { ErrorMap, GoBinary, GoType } from "../../../server/binary/index.ts";
import { type GroundTruth, localTypes, type TrueType, tableName } from "../../support/groundtruth.ts";
import type { Linked } from "./linked.ts";

export interface Score {
  /** How many there are. */
  true: number;
  /** How many were read. */
  found: number;
  /** How many of those are right. */
  right: number;
  /** What is missing, wrong or too much. */
  differences: string[];
}

const INTERFACE = 20;
const KINDS = [
  "", "bool", "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr", "float32",
  "float64", "complex64", "complex128", "array", "chan", "func", "interface", "map", "ptr", "slice", "string", "struct",
  "unsafe.Pointer",
]; // biome-ignore format: a table

/** Functions of the text: address, name and that they end where the next begins. */
export function compareFunctions(binary: GoBinary, truth: GroundTruth): Score {
  const { functions } = binary;
  const bound = (name: string) => truth.functions.find((f) => f.name === name)!.address;
  const [start, end] = [bound("runtime.text"), bound("runtime.etext")];
  const real = truth.functions.filter(
    (f) => f.address >= start && f.address < end && f.name !== "runtime.text",
  );
  const wrong = real.filter((want) => {
    const index = functions.find(want.address);
    const name = localTypes(tableName(want.name, binary.goMinor));
    return (
      functions.entry(index) !== want.address ||
      localTypes(functions.name(index)) !== name ||
      functions.end(index) < want.address + want.size
    );
  });
  const addresses = new Set(real.map((f) => f.address));
  const extra = Array.from({ length: functions.count }, (_, i) => i).filter(
    (i) => !addresses.has(functions.entry(i)),
  );
  return {
    true: real.length,
    found: functions.count,
    right: real.length - wrong.length,
    differences: [
      ...wrong.map((f) => `function ${f.name}`),
      ...extra.map((i) => `no function ${functions.name(i)}`),
    ],
  };
}

/**
 * Runtime types by address, kind and size as DWARF has them. DWARF leaves out a few that the linker lists: those must be
 * as many, and of the same names, as were found beside DWARF's.
 */
export function compareTypes(binary: GoBinary, truth: GroundTruth, linked: Linked): Score {
  const inDwarf = new Map(truth.types.map((type) => [type.address, type]));
  const wrong = truth.types.filter((want) => {
    const type = binary.types.get(want.address);
    return (
      !type ||
      (want.kind !== 0 && KINDS[want.kind] !== type.kind) ||
      (want.size !== 0 && want.size !== type.size)
    );
  });
  const names = new Set(truth.types.map((type) => type.name));
  const unlisted = [...linked.types].filter((name) => !names.has(name));
  const others = [...binary.types.values()].filter((type) => !inDwarf.has(type.address));
  const spell = spelling(binary);
  const left = count(unlisted.map(spell));
  const extra = others.filter((type) => !take(left, spell(type.name)));
  const missing = [...left].flatMap(([name, times]) => Array<string>(times).fill(name));
  return {
    true: truth.types.length + unlisted.length,
    found: binary.types.size,
    right: truth.types.length - wrong.length + others.length - extra.length,
    differences: [
      ...wrong.map((type) => `type ${type.name}`),
      ...extra.map((type) => `no type ${type.name}`),
      ...missing.map((name) => `type ${name}, not in DWARF`),
    ],
  };
}

/** Fields of structs: name, offset, type and whether embedded; `only`: of these types. */
export function compareFields(binary: GoBinary, truth: GroundTruth, only?: ReadonlySet<number>): Score {
  const score: Score = { true: 0, found: 0, right: 0, differences: [] };
  for (const want of truth.types) {
    if (!want.fields || (only && !only.has(want.address))) continue;
    const fields = binary.types.get(want.address)?.fields ?? [];
    score.true += want.fields.length;
    score.found += fields.length;
    for (const [i, field] of want.fields.entries()) {
      const have = fields[i];
      const right =
        have?.name === field.name &&
        have.offset === field.offset &&
        have.embedded === field.embedded &&
        (field.type === 0 || have.type === field.type);
      if (right) score.right++;
      else score.differences.push(`field ${want.name}.${field.name}: ${JSON.stringify([field, have])}`);
    }
  }
  return score;
}

export function compareItabs(binary: GoBinary, linked: Linked): Score {
  const spell = spelling(binary);
  const name = (address: number) => spell(binary.types.get(address)?.name ?? "?");
  const left = count([...linked.itabs].map(spell));
  const extra: string[] = [];
  for (const { concreteType, interfaceType } of binary.itabs) {
    const have = `${name(concreteType)},${name(interfaceType)}`;
    if (!take(left, have)) extra.push(have);
  }
  return {
    true: linked.itabs.size,
    found: binary.itabs.length,
    right: binary.itabs.length - extra.length,
    differences: [...extra.map((one) => `no itab ${one}`), ...[...left.keys()].map((one) => `itab ${one}`)],
  };
}

/** The symbol of a method of a type; null for a type without a name. */
export function methodSymbol(type: string, method: string): string | null {
  const pointer = type.startsWith("*");
  const named = pointer ? type.slice(1) : type;
  const generic = named.indexOf("[");
  const plain = generic < 0 ? named : named.slice(0, generic);
  const dot = plain.indexOf(".", plain.lastIndexOf("/") + 1);
  if (dot < 0 || /^(struct|map|func|chan|interface|<-|\[|\*)/.test(plain)) return null;
  const name = named.slice(dot + 1);
  return `${named.slice(0, dot)}.${pointer ? `(*${name})` : name}.${method}`;
}

/** Types whose values get into interfaces and that have a method `Error() string`. */
export function trueErrorTypes(truth: GroundTruth, linked: Linked): TrueType[] {
  const methods = new Map(truth.methods.map((method) => [method.name, method]));
  const structs = new Map(truth.types.map((type) => [type.name, type]));
  /** Whether the type has the method; undefined where only a wrapper is there, whose signature DWARF leaves out up to 1.20. */
  const isError = (name: string, depth = 0): boolean | undefined => {
    if (name === "error") return true;
    if (depth > 8) return false;
    const symbol = methodSymbol(name, "Error");
    const method = methods.get(symbol ?? "");
    // of the types without a name, structs have the methods of what they embed
    if (symbol === null ? !/^\*?struct \{/.test(name) : !method) return false;
    if (method?.known)
      return (
        method.params === 0 &&
        method.results.length > 0 &&
        method.results.every((result) => result === "string")
      );
    const plain = name.replace(/^\*/, "");
    const value = methods.get(methodSymbol(plain, "Error") ?? "");
    if (value?.known) return isError(plain, depth + 1);
    if (linked.itabs.has(`*${plain},error`)) return true; // promoted from an interface, which DWARF has no methods of
    const fields = structs.get(plain)?.fields ?? [];
    if (fields.some((field) => field.name === "Error")) return false; // hides what is further in
    const embedded = fields.filter((field) => field.embedded);
    return embedded.some(
      (field) => isError(field.typeName, depth + 1) || isError(`*${field.typeName}`, depth + 1),
    );
  };
  return truth.types.filter(
    (type) => type.kind !== INTERFACE && linked.inInterfaces.has(type.name) && isError(type.name),
  );
}

export function compareErrorTypes(map: ErrorMap, truth: GroundTruth, linked: Linked): Score {
  const want = trueErrorTypes(truth, linked);
  const found = new Set(map.errorTypes.map((type) => type.address));
  const real = new Set(want.map((type) => type.address));
  const missing = want.filter((type) => !found.has(type.address));
  const extra = map.errorTypes.filter((type) => !real.has(type.address));
  return {
    true: want.length,
    found: map.errorTypes.length,
    right: want.length - missing.length,
    differences: [
      ...missing.map((t) => `error type ${t.name}`),
      ...extra.map((t) => `no error type ${t.pkgPath} ${t.name}`),
    ],
  };
}

/** The objects of the error types: of pointer types what they point at. */
export function errorObjects(map: ErrorMap): Set<number> {
  const object = (type: GoType | undefined) => (type?.kind === "ptr" ? type.elem : (type?.address ?? 0));
  return new Set(map.errorTypes.map((type) => object(map.binary.types.get(type.address))));
}

/**
 * The linker spells types with package paths, reflect with package names. Gives a function that turns both into one: paths
 * into the names that the program's own types tell.
 */
export function spelling(binary: GoBinary): (name: string) => string {
  const packages = new Map<string, string>();
  for (const type of binary.types.values()) {
    if (type.named && type.pkgPath) packages.set(type.pkgPath, type.name.slice(0, type.name.indexOf(".")));
  }
  const shorten = (token: string): string => {
    for (
      let dot = token.indexOf(".", token.lastIndexOf("/") + 1);
      dot >= 0;
      dot = token.indexOf(".", dot + 1)
    ) {
      const known = packages.get(decodeURIComponent(token.slice(0, dot)));
      if (known !== undefined) return known + token.slice(dot);
    }
    return token.slice(token.lastIndexOf("/") + 1);
  };
  return (name) =>
    name
      .replace(/^noalg\./, "")
      .replace(/[\w%~+-][\w.%~+/-]*/g, shorten)
      // embedded aliases
      .replace(/\w+ = (\S+)/g, "$1")
      // unexported fields have their package in symbols
      .replace(/(struct \{|;) \w+\.(\.?\w+) /g, "$1 $2 ")
      .replace(/·\d+/g, "");
}

function count(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function take(counts: Map<string, number>, name: string): boolean {
  const left = counts.get(name) ?? 0;
  if (left > 1) counts.set(name, left - 1);
  else counts.delete(name);
  return left > 0;
}
