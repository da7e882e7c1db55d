/** What the linker says it put into a program (cmd/link -dumpdep): one line a symbol, `from <flags> -> to <flags>`. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

export interface Linked {
  /** Names of runtime types, as in DWARF: with whole package paths. */
  types: Set<string>;
  /** Those whose values get into interfaces: only they keep their methods. */
  inInterfaces: Set<string>;
  /** `concrete,interface`. */
  itabs: Set<string>;
}

/** Before Go 1.20 a dot stands for the colon. */
const TYPE = /^type[:.](?!\.)/;
const ITAB = /^go[:.]itab\./;

export async function readLinked(path: string): Promise<Linked> {
  const linked: Linked = { types: new Set(), inInterfaces: new Set(), itabs: new Set() };
  for await (const line of createInterface({ input: createReadStream(path) })) {
    for (const part of line.split(" -> ")) {
      const name = part.replace(/ <[^<>]*>$/, "");
      if (ITAB.test(name)) linked.itabs.add(name.replace(ITAB, ""));
      if (!TYPE.test(name)) continue;
      linked.types.add(name.replace(TYPE, ""));
      if (/ <[^<>]*UsedInIface[^<>]*>$/.test(part)) linked.inInterfaces.add(name.replace(TYPE, ""));
    }
  }
  return linked;
}
