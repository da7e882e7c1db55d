import { findAhead, isaOf } from "./code/index.ts";
import { codeRange, readElf } from "./elf.ts";
import { functionKinds, type Passes } from "./function-kinds.ts";
import { type VariableUses, variableUses } from "./message/index.ts";
import type { GoBinary, RememberedBinary } from "./model.ts";
import { type ModulePlace, type OpenedBinary, openAt, withTypes } from "./read.ts";
import type { PlanAhead } from "./site-planner.ts";

/**
 * What a thread that will search the code does while another one reads the types: the other needs some of it, too, and the planning
 * of probes takes less time then.
 */
export class LookAhead {
  readonly #opened: OpenedBinary;
  readonly #place: ModulePlace;

  /** Looks through the code of a file before anything is known of it. Does nothing where there is none. */
  static atCode(bytes: Uint8Array): void {
    const code = codeRange(bytes);
    if (code?.arch === "amd64") findAhead(bytes.subarray(code.start, code.end));
  }

  /** Throws BinaryError where the tables aren't at `place`. */
  constructor(bytes: Uint8Array, place: ModulePlace) {
    this.#opened = openAt(readElf(bytes), place);
    this.#place = place;
  }

  /** What refers to the program's variables, for `describeErrors`. */
  uses(): VariableUses {
    const { image, module } = this.#opened;
    return variableUses({ arch: image.arch, image, moduleData: module.data });
  }

  /** For a `SitePlanner`. */
  plan(passes: Passes): PlanAhead {
    const { image, module, functions } = this.#opened;
    const { text, etext } = module.data;
    const scan = isaOf(image.arch).scan(image.bytes(text, etext - text) ?? new Uint8Array(), text);
    scan.prepare();
    return {
      kinds: functionKinds({ arch: image.arch, functions, goMinor: this.#place.goMinor }, passes),
      scan,
    };
  }

  /** The binary, once its types are read. */
  binary(remembered: RememberedBinary): GoBinary {
    return withTypes(this.#opened, remembered);
  }
}
