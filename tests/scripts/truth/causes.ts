/** What Unwrap methods return by their source, against what was read from their machine code. */
import type { ErrorMap, ErrorType } from "../../../server/binary/index.ts";
import type { GroundTruth, TrueMethod } from "../../support/groundtruth.ts";
import { methodSymbol } from "./compare.ts";

export interface CauseScore {
  /** Types with an Unwrap (or Cause) method that gives errors. */
  types: number;
  /** Those of which the field is claimed to be known. */
  claimed: number;
  /** Claims that the source says something of, and those of them that it agrees with. */
  checked: number;
  right: number;
  wrong: string[];
  unclaimed: string[];
}

export function compareCauses(map: ErrorMap, truth: GroundTruth): CauseScore {
  const score: CauseScore = { types: 0, claimed: 0, checked: 0, right: 0, wrong: [], unclaimed: [] };
  const sources = new Source(truth);
  for (const type of map.errorTypes) {
    const { unwrap } = type;
    if (unwrap.kind === "none") continue;
    score.types++;
    const name = `${type.pkgPath} ${type.name}`;
    if (unwrap.kind === "unresolved") {
      score.unclaimed.push(`${name}: ${unwrap.reason}`);
      continue;
    }
    score.claimed++;
    const linkName = sources.names.get(type.address);
    const path = linkName ? sources.path(linkName, methodOf(map, type)) : null;
    if (path === null) continue;
    score.checked++;
    if (unwrap.kind === "elsewhere") {
      // a field of a concrete type becomes an error by being copied, or by its address
      if (/^(a new|the address of)/.test(unwrap.how)) score.right++;
      else score.wrong.push(`${name}: ${unwrap.how}, in its source ${path}`);
      continue;
    }
    const field = fieldName(map, type, unwrap);
    if (field === path || field.endsWith(`.${path}`) || (path === "." && field === "value")) score.right++;
    else score.wrong.push(`${name}: ${field}, in its source ${path}`);
  }
  return score;
}

function fieldName(map: ErrorMap, type: ErrorType, unwrap: { offset: number; through?: number }): string {
  const field = type.fields.find((one) => one.offset === unwrap.offset);
  if (!field || unwrap.through === undefined) return field?.name ?? "?";
  const inner = map.errorTypes.find((one) => one.address === field.type);
  return `${field.name}.${inner?.fields.find((one) => one.offset === unwrap.through)?.name ?? "?"}`;
}

function methodOf(map: ErrorMap, type: ErrorType): string {
  const methods = map.binary.types.get(type.address)?.methods ?? [];
  return methods.some((method) => method.name === "Unwrap") ? "Unwrap" : "Cause";
}

class Source {
  readonly names: ReadonlyMap<number, string>;
  readonly #structs;
  readonly #methods = new Map<string, TrueMethod>();

  constructor(truth: GroundTruth) {
    this.names = new Map(truth.types.map((type) => [type.address, type.name]));
    this.#structs = new Map(truth.types.map((type) => [type.name, type]));
    // Methods of generic types have one source for all instances.
    for (const method of truth.methods) {
      if (method.returns.length > 0) this.#methods.set(withoutArguments(method.name), method);
    }
  }

  /** The one field that the method returns where it returns no nil; null where the source is another, or not there. */
  path(type: string, method: string, depth = 0): string | null {
    const plain = type.replace(/^\*/, "");
    for (const name of [`*${plain}`, plain]) {
      const found = this.#methods.get(withoutArguments(methodSymbol(name, method) ?? ""));
      if (!found) continue;
      const fields = found.returns.filter((text) => text !== "nil");
      return fields.length === 1 && !fields[0]!.startsWith("?") ? fields[0]! : null;
    }
    if (depth > 8) return null;
    for (const field of this.#structs.get(plain)?.fields ?? []) {
      const inner = field.embedded ? this.path(field.typeName, method, depth + 1) : null;
      if (inner !== null) return inner === "." ? field.name : `${field.name}.${inner}`;
    }
    return null;
  }
}

const withoutArguments = (name: string): string => name.replace(/\[.*\]/, "");
