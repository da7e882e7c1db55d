import { CallFates, type ErrorMap, PF_W } from "../binary/index.ts";
import { TypeNames } from "./error-tree.ts";
import type { ReadOnlyMemory } from "./object.ts";
import { Symbolizer } from "./stack.ts";

/** What is common to all events of one executable. */
export class Executable {
  readonly map: ErrorMap;
  readonly names: TypeNames;
  readonly symbols: Symbolizer;
  readonly fates: CallFates;
  #hops: Set<number> | null = null;

  constructor(map: ErrorMap) {
    this.map = map;
    this.fates = new CallFates(map.binary);
    this.names = new TypeNames(map);
    this.symbols = new Symbolizer(map);
  }

  /** Whether the function, by its index, is probed where it passes errors up. */
  hasHops(index: number): boolean {
    const { plan, binary } = this.map;
    this.#hops ??= new Set(
      plan.sites.flatMap(({ op, pc }) => (op === "return" ? [binary.functions.find(pc)] : [])),
    );
    return this.#hops.has(index);
  }

  /** Memory of a process that is the file's own read-only data. */
  readOnly(bias: bigint): ReadOnlyMemory {
    const { image } = this.map.binary;
    return (address, length) => {
      const at = Number(address - bias);
      const segment = image.segments.find((s) => at >= s.address && at + length <= s.address + s.fileSize);
      return segment && !(segment.flags & PF_W) ? image.bytes(at, length) : null;
    };
  }
}
