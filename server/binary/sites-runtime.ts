import { type Code, Flow, GENERAL, type Isa, Mnemonic, Operand } from "./code/index.ts";
import type { GoBinary, Location, Site } from "./model.ts";
import { probeAt, siteAt } from "./site-at.ts";
import { contextSites } from "./sites-context.ts";
import { errgroupSites } from "./sites-errgroup.ts";
import { mentionSites } from "./sites-mention.ts";

export type Decode = (entry: number, end: number) => Code;

/** Rows of the prologue that are looked at. */
const PROLOGUE = 24;
/** Rows between the load of the stack guard and its comparison. */
const GUARD_WINDOW = 4;

/**
 * The functions that are probed where they begin, with what their first two argument words hold. Source:
 * runtime/panic.go, runtime/proc.go, os/proc.go, Go 1.16 to 1.27; runtime.fatal is there from 1.19.
 */
const ENTRIES: readonly {
  name: string;
  op: Site["op"];
  words: NonNullable<Site["words"]> | "any";
  /** Argument that is the first word, if it isn't the first; only where arguments are in registers. */
  first?: number;
  /** The first word is what that argument points at. */
  pointed?: true;
}[] = [
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
  // goroutines that wait, go on and end (runtime/proc.go); Go 1.16 has no register that holds g
  { name: "runtime.gopark", op: "park", words: "plain", first: 2 }, // (unlockf, lock, reason waitReason, …)
  { name: "runtime.execute", op: "resume", words: "plain", first: 0 }, // (gp *g, …)
  { name: "runtime.goexit0", op: "end", words: "plain", first: 0 }, // (gp *g)
  { name: "runtime.newproc", op: "start", words: "plain", first: 0, pointed: true }, // (fn *funcval), whose first word is the code
];

/** Panics, recovers, endings and errors given to package fmt: what needs no error itab to be found. */
export function runtimeSites(binary: GoBinary, decode: Decode): Site[] {
  const entries = ENTRIES.flatMap((entry) => entrySite(binary, decode, entry) ?? []);
  return [
    ...entries,
    ...recoverSites(binary, decode),
    ...mentionSites(binary, decode),
    ...errgroupSites(binary, decode),
    ...contextSites(binary, decode),
  ];
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
  { name, op, words, first, pointed }: (typeof ENTRIES)[number],
): Site | null {
  const code = codeOf(binary, decode, name);
  if (!code) return null;
  const { isa } = code;
  const onStack = binary.goMinor < isa.registerAbi;
  if (onStack && first !== undefined) return null;
  const at = first ?? 0;
  const arguments_ = onStack ? 1 << isa.sp : (1 << isa.arguments[at]!) | (1 << isa.arguments[at + 1]!);
  const from = afterStackCheck(code);
  let best = -1;
  for (let i = from; i < Math.min(code.count, from + PROLOGUE); i++) {
    if (code.flow[i] === Flow.TRAP) break;
    const probe = probeAt(binary, code, i);
    if (probe === "emulated") {
      best = i;
      break;
    }
    if (probe === "stepped" && best < 0) best = i;
    // What changes an argument, or may leave, is itself still a good place; what comes after it isn't.
    if (code.flow[i] !== Flow.NEXT || code.writes[i]! & arguments_) break;
  }
  if (best < 0) return null;
  // The first argument is above the return address, to which SP points until the function's frame is made (on arm64: where
  // the return address will be).
  const inRegisters = pointed ? pointedWords(isa.arguments[at]!) : registerWords(isa, at);
  return siteAt(binary, code, best, {
    op,
    ...(onStack ? stackWords(isa, 8) : inRegisters),
    ...(words === "any" ? {} : { words }),
    shared: false,
    consumer: "entry",
    eface: words === "any",
  });
}

/** Row after the stack check of the prologue, 0 if there is none. */
function afterStackCheck(code: Code): number {
  for (let i = 1; i < Math.min(code.count, PROLOGUE); i++) {
    if (code.flow[i] === Flow.CONDITIONAL) return comparesStack(code, i - 1) ? i + 1 : 0;
    if (code.flow[i] !== Flow.NEXT) return 0;
  }
  return 0;
}

/**
 * CMP SP (or SP minus the frame), [g + 0x10]: g.stackguard0; g is in R14, up to Go 1.16 loaded from the thread's storage. On
 * arm64 it is loaded into a register before.
 */
function comparesStack(code: Code, i: number): boolean {
  if (code.mnemonic[i] !== Mnemonic.Cmp) return false;
  if (code.kind[1][i] === Operand.MEMORY) return isStackGuard(code, i);
  const compared = code.reads[i]!;
  for (let at = i - 1; at >= Math.max(0, i - GUARD_WINDOW); at--)
    if (code.writes[at]! & compared && code.kind[1][at] === Operand.MEMORY && isStackGuard(code, at))
      return true;
  return false;
}

const isStackGuard = (code: Code, i: number): boolean =>
  code.base[i]! < GENERAL && code.base[i] !== code.isa.sp && code.displacement[i] === 0x10;

/**
 * The sites of every recover: the returns of runtime.gorecover, which gives back the panic's value (type and data in the first two
 * result registers), or nil where there was nothing to recover. Before ABIInternal the results are behind the argument (argp uintptr) on the
 * stack. Source: runtime/panic.go, Go 1.16 to 1.27.
 */
function recoverSites(binary: GoBinary, decode: Decode): Site[] {
  const code = codeOf(binary, decode, "runtime.gorecover");
  if (!code) return [];
  const about = { op: "recover", shared: true, consumer: "ret", eface: true } as const;
  const returns = Array.from({ length: code.count }, (_, i) => i).filter((i) => code.flow[i] === Flow.RETURN);
  const { isa } = code;
  const places = binary.goMinor < isa.registerAbi ? stackWords(isa, 16) : registerWords(isa);
  return returns.flatMap((i) => siteAt(binary, code, i, { ...about, ...places }) ?? []);
}

type Words = Record<"word0" | "word1", Location>;

/** Two words of arguments or results, from the `first`-th on. */
const registerWords = (isa: Isa, first = 0): Words => ({
  word0: { kind: "reg", reg: isa.arguments[first]! },
  word1: { kind: "reg", reg: isa.arguments[first + 1]! },
});

/** The word that a register points at, and the register. */
const pointedWords = (reg: number): Words => ({
  word0: { kind: "mem", reg, disp: 0 },
  word1: { kind: "reg", reg },
});

/** Two words of arguments or results, the first at SP + `disp`. */
const stackWords = (isa: Isa, disp: number): Words => ({
  word0: { kind: "mem", reg: isa.sp, disp },
  word1: { kind: "mem", reg: isa.sp, disp: disp + 8 },
});
