import { ABI_REGISTERS, type Code, Flow, Mnemonic, Operand, pcOf, probeOf, Reg } from "./code/index.ts";
import type { GoBinary, Site } from "./model.ts";

/** Rows of the prologue that are looked at. */
const PROLOGUE = 24;

/**
 * The site of every panic: an instruction of runtime.gopanic(e any) behind its stack check (which would restart the
 * function and hit an entry probe twice), before the registers of `e` (AX type, BX data) are changed. Null if gopanic
 * isn't there or looks different. Source: runtime/panic.go, Go 1.20 to 1.27; ABIInternal.
 */
export function panicSite(binary: GoBinary, decode: (entry: number, end: number) => Code): Site | null {
  const index = binary.functions.byName("runtime.gopanic");
  if (index < 0) return null;
  const code = decode(binary.functions.entry(index), binary.functions.end(index));
  const words = (1 << ABI_REGISTERS[0]!) | (1 << ABI_REGISTERS[1]!);
  let best: { i: number; emulated: boolean } | null = null;
  let checked = false;
  for (let i = 0; i < Math.min(code.count, PROLOGUE); i++) {
    const flow = code.flow[i];
    if (checked && flow !== Flow.TRAP) {
      const pc = pcOf(code, i);
      const bytes = binary.image.bytes(pc, code.length[i]!);
      const probe = bytes ? probeOf(bytes) : "refused";
      if (probe === "emulated") {
        best = { i, emulated: true };
        break;
      }
      if (probe === "stepped") best ??= { i, emulated: false };
    }
    if (flow === Flow.CONDITIONAL && comparesStack(code, i - 1)) checked = true;
    else if (flow !== Flow.NEXT || code.writes[i]! & words) break;
  }
  if (!best) return null;
  return siteAt(binary, pcOf(code, best.i), {
    op: "panic",
    shared: false,
    emulated: best.emulated,
    consumer: "entry",
  });
}

/**
 * The sites of every recover: the returns of runtime.gorecover, which gives back the panic's value (AX type, BX data), or
 * nil where there was nothing to recover. Source: runtime/panic.go, Go 1.20 to 1.27; ABIInternal.
 */
export function recoverSites(binary: GoBinary, decode: (entry: number, end: number) => Code): Site[] {
  const index = binary.functions.byName("runtime.gorecover");
  if (index < 0) return [];
  const code = decode(binary.functions.entry(index), binary.functions.end(index));
  const sites: Site[] = [];
  for (let i = 0; i < code.count; i++) {
    if (code.flow[i] !== Flow.RETURN) continue;
    const site = siteAt(binary, pcOf(code, i), {
      op: "recover",
      shared: true,
      emulated: false,
      consumer: "ret",
    });
    if (site) sites.push(site);
  }
  return sites;
}

/** A site whose words are an `any` in the first two result or argument registers. */
function siteAt(
  binary: GoBinary,
  pc: number,
  about: Pick<Site, "op" | "shared" | "emulated" | "consumer">,
): Site | null {
  const spDelta = binary.functions.spDelta(pc);
  if (spDelta === null) return null;
  return {
    ...about,
    pc,
    fileOffset: binary.image.fileOffset(pc),
    origins: [],
    word0: { kind: "reg", reg: ABI_REGISTERS[0]! },
    word1: { kind: "reg", reg: ABI_REGISTERS[1]! },
    spDelta,
    eface: true,
  };
}

/** CMP SP (or SP minus the frame), [R14 + 0x10]: g.stackguard0. */
function comparesStack(code: Code, i: number): boolean {
  return (
    i >= 0 &&
    code.mnemonic[i] === Mnemonic.Cmp &&
    code.kind[1][i] === Operand.MEMORY &&
    code.base[i] === Reg.R14 &&
    code.displacement[i] === 0x10
  );
}
