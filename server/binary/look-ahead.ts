/**
 * What a thread that will search the code does while another one reads the rest of the file: the other needs some of it, too, and
 * the planning of probes takes less time then.
 */
import { findAhead } from "./code/index.ts";
import { codeRange, readElf } from "./elf.ts";
import { ElfImage } from "./image.ts";
import { type VariableUses, variableUses } from "./message/index.ts";
import { type ModulePlace, moduleOf } from "./read.ts";

/** Looks through the code of a file. Does nothing where there is none. */
export function lookAhead(bytes: Uint8Array): void {
  const code = codeRange(bytes);
  if (code?.arch === "amd64") findAhead(bytes.subarray(code.start, code.end));
}

/**
 * What refers to the program's variables, for `describeErrors`. Throws BinaryError where the tables aren't at `place`.
 */
export function usesAhead(bytes: Uint8Array, place: ModulePlace): VariableUses {
  const image = ElfImage.of(readElf(bytes));
  return variableUses({ arch: image.arch, image, moduleData: moduleOf(image, place).data });
}
