/** A whole executable that is damaged anywhere, and all that there is to read of it. */
import {
  BinaryError,
  buildErrorMap,
  errorSignatures,
  errorTypesOf,
  type GoBinary,
  readGoBinary,
} from "../../server/binary/index.ts";
import { inflate } from "../../server/cli/inflate.ts";
import { Damage, type Region } from "./damage.ts";
import type { Intact } from "./intact.ts";

/** One in so many that can be read is analysed whole, which takes ten times as long. */
const WHOLE = 40;

export class WholeFile {
  readonly #bytes: Uint8Array;
  readonly #regions: Region[];
  readonly #damage = new Damage();

  constructor(intact: Intact) {
    this.#bytes = Uint8Array.from(intact.bytes);
    this.#regions = intact.fileRegions().map(({ from, to }) => ({ bytes: this.#bytes, from, to }));
  }

  /** "read", or the code of the refusal. @throws anything else that the reader throws: that is a fault of it. */
  exercise(below: (n: number) => number): string {
    this.#damage.inflict(this.#regions, below);
    try {
      // one in sixteen is cut short as well
      const cut = below(16) === 0 ? below(this.#bytes.length) : this.#bytes.length;
      const bytes = this.#bytes.subarray(0, cut);
      const binary = readGoBinary(bytes);
      lookAround(binary);
      if (below(WHOLE) === 0) {
        buildErrorMap(binary);
        errorSignatures(binary.image.elf, inflate);
      } else errorTypesOf(binary);
      return "read";
    } catch (error) {
      if (error instanceof BinaryError) return error.code;
      throw error;
    } finally {
      this.#damage.mend();
    }
  }
}

function lookAround({ functions, types }: GoBinary): void {
  const step = Math.max(1, Math.floor(functions.count / 64));
  for (let i = 0; i < functions.count; i += step) {
    const pc = functions.entry(i);
    functions.name(i);
    functions.frames(pc + 9);
    functions.spDelta(pc + 9);
  }
  functions.byName("runtime.gopanic");
  for (const type of types.values()) {
    void [
      type.name,
      type.pkgPath,
      type.fields,
      type.methods,
      type.interfaceMethods,
      type.params,
      type.results,
    ];
  }
}
