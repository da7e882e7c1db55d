import { ABI_REGISTERS, type Code, Flow, Mnemonic, Operand, pcOf, probeOf, Reg } from "./code/index.ts";
import { REGISTER_ABI } from "./go-versions.ts";
import type { GoBinary, Location, Site } from "./model.ts";
import { mentionSites } from "./sites-mention.ts";

export type Decode = (entry: number, end: number) => Code;

/** Rows of the prologue that are looked at. */
const PROLOGUE = 24;

/**
 * The functions that are probed where they begin, with what their first two argument words hold. Source:
 * runtime/panic.go, runtime/proc.go, os/proc.go, Go 1.16 to 1.27; runtime.fatal is there from 1.19.
 */
const ENTRIES: readonly { name: string; op: Site["op"]; words: NonNullable<Site["words"]> | "any" }[] = [
  { name: "runtime.gopanic", op: "panic", words: "any" }, // (e any)
  { name: "runtime.throw", op: "fatal", words: "text" }, // (s string)
  { name: "runtime.fatal", op: "fatal", words: "text" }, // (s string)
  { name: "runtime.fatalpanic", op: "fatal", words: "plain" }, // (msgs *_panic)
  { name: "runtime.Goexit", op: "goexit", words: "plain" }, // ()
  { name: "syscall.Exit", op: "exit", words: "plain" }, // (code int): the end of os.Exit, too
  // twice to four times a cycle, each (runtime/mgc.go, mgcpacer.go, proc.go)
  { name: "runtime.(*gcControllerState).startCycle", op: "gc", words: "plain" },
  { name: "runtime.gcMarkTermination", op: "gc", words: "plain" },
  { name: "runtime.stopTheWorldWithSema", op: "gc", words: "plain" },
  { name: "runtime.startTheWorldWithSema", op: "gc", words: "plain" },
];

/** Panics, recovers, endings and errors given to package fmt: what needs no error itab to be found. */
export function runtimeSites(binary: GoBinary, decode: Decode): Site[] {
  const entries = ENTRIES.flatMap(({ name, op, words }) => entrySite(binary, decode, name, op, words) ?? []);
  return [...entries, ...recoverSites(binary, decode), ...mentionSites(binary, decode)];
}

/** Code of a function, null if the binary has none of that name. */
export function codeOf(binary: GoBinary, decode: Decode, name: string): Code | null {
  const index = binary.functions.byName(name);
  return index < 0 ? null : decode(binary.functions.entry(index), binary.functions.end(index));
}

/**
 * A function's first instruction behind its stack check (which would restart the function and hit an entry probe twice),
 * before the first two argument registers are changed; the very first where it has no check. Null if the function isn't
 * there or looks different.
 */
function entrySite(
  binary: GoBinary,
  decode: Decode,
  name: string,
  op: Site["op"],
  words: NonNullable<Site["words"]> | "any",
): Site | null {
  const code = codeOf(binary, decode, name);
  if (!code) return null;
  const onStack = binary.goMinor < REGISTER_ABI;
  const arguments_ = onStack ? 1 << Reg.RSP : (1 << ABI_REGISTERS[0]!) | (1 << ABI_REGISTERS[1]!);
  const from = afterStackCheck(code);
  let best: { i: number; emulated: boolean } | null = null;
  for (let i = from; i < Math.min(code.count, from + PROLOGUE); i++) {
    if (code.flow[i] === Flow.TRAP) break;
    const bytes = binary.image.bytes(pcOf(code, i), code.length[i]!);
    const probe = bytes ? probeOf(bytes) : "refused";
    if (probe === "emulated") {
      best = { i, emulated: true };
      break;
    }
    if (probe === "stepped") best ??= { i, emulated: false };
    // What changes an argument, or may leave, is itself still a good place; what comes after it isn't.
    if (code.flow[i] !== Flow.NEXT || code.writes[i]! & arguments_) break;
  }
  if (!best) return null;
  const { i, emulated } = best;
  const about = { op, shared: false, emulated, consumer: "entry" as const };
  // The first argument is above the return address, to which SP points until the function's frame is made.
  const places = onStack ? stackWords(8) : registerWords();
  return anySite(binary, pcOf(code, i), words === "any" ? about : { ...about, words }, places);
}

/** Row after the stack check of the prologue, 0 if there is none. */
function afterStackCheck(code: Code): number {
  for (let i = 1; i < Math.min(code.count, PROLOGUE); i++) {
    if (code.flow[i] === Flow.CONDITIONAL) return comparesStack(code, i - 1) ? i + 1 : 0;
    if (code.flow[i] !== Flow.NEXT) return 0;
  }
  return 0;
}

/** CMP SP (or SP minus the frame), [g + 0x10]: g.stackguard0; g is in R14, up to Go 1.16 loaded from the thread's storage. */
function comparesStack(code: Code, i: number): boolean {
  return (
    code.mnemonic[i] === Mnemonic.Cmp &&
    code.kind[1][i] === Operand.MEMORY &&
    code.base[i]! < 16 &&
    code.base[i] !== Reg.RSP &&
    code.displacement[i] === 0x10
  );
}

/**
 * The sites of every recover: the returns of runtime.gorecover, which gives back the panic's value (AX type, BX data), or
 * nil where there was nothing to recover. Before ABIInternal the results are behind the argument (argp uintptr) on the
 * stack. Source: runtime/panic.go, Go 1.16 to 1.27.
 */
function recoverSites(binary: GoBinary, decode: Decode): Site[] {
  const code = codeOf(binary, decode, "runtime.gorecover");
  if (!code) return [];
  const about = { op: "recover", shared: true, emulated: false, consumer: "ret" } as const;
  const returns = Array.from({ length: code.count }, (_, i) => i).filter((i) => code.flow[i] === Flow.RETURN);
  const places = binary.goMinor < REGISTER_ABI ? stackWords(16) : registerWords();
  return returns.flatMap((i) => anySite(binary, pcOf(code, i), about, places) ?? []);
}

type Words = readonly [Location, Location];

const registerWords = (): Words => [
  { kind: "reg", reg: ABI_REGISTERS[0]! },
  { kind: "reg", reg: ABI_REGISTERS[1]! },
];

/** Two words of arguments or results, the first at SP + `disp`. */
const stackWords = (disp: number): Words => [
  { kind: "mem", reg: Reg.RSP, disp },
  { kind: "mem", reg: Reg.RSP, disp: disp + 8 },
];

/** A site whose two words are those of an `any`, unless `words` says otherwise. */
function anySite(
  binary: GoBinary,
  pc: number,
  about: Pick<Site, "op" | "shared" | "emulated" | "consumer" | "words">,
  [word0, word1]: Words,
): Site | null {
  const spDelta = binary.functions.spDelta(pc);
  if (spDelta === null) return null;
  return {
    ...about,
    pc,
    fileOffset: binary.image.fileOffset(pc),
    origins: [],
    word0,
    word1,
    spDelta,
    eface: about.words === undefined,
  };
}
