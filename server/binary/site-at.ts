/** Probes at rows that are known by what they are, not by a reference that was followed to them. */
import { type Code, type Probe, pcOf } from "./code/index.ts";
import type { GoBinary, Site } from "./model.ts";

/** How the kernel runs the instruction at row `i` under a probe. */
export function probeAt(binary: GoBinary, code: Code, i: number): Probe {
  const bytes = binary.image.bytes(pcOf(code, i), code.length[i]!);
  return bytes ? code.isa.probeOf(bytes) : "refused";
}

/** The site at row `i`; null where no probe can be placed, or the place of the return address isn't known. */
export function siteAt(
  binary: GoBinary,
  code: Code,
  i: number,
  about: Pick<Site, "op" | "words" | "word0" | "word1" | "shared" | "consumer" | "eface">,
): Site | null {
  const pc = pcOf(code, i);
  const spDelta = binary.functions.spDelta(pc);
  const probe = probeAt(binary, code, i);
  if (spDelta === null || probe === "refused") return null;
  const emulated = probe === "emulated";
  return { ...about, pc, fileOffset: binary.image.fileOffset(pc), origins: [], spDelta, emulated };
}
