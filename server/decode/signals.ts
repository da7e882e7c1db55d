/** Signals that end processes: who sent them, and what a thread could not reach. Pure. */
import type { ExitEvent, PanicEvent } from "../events/index.ts";
import type { RawSignal } from "./raw-event.ts";
import { remember } from "./remember.ts";
import { signalName } from "./signal.ts";

/** si_code of faults: include/uapi/asm-generic/siginfo.h. */
const CODES: Record<string, readonly string[]> = {
  SIGSEGV: ["SEGV_MAPERR", "SEGV_ACCERR", "SEGV_BNDERR", "SEGV_PKUERR"],
  SIGBUS: ["BUS_ADRALN", "BUS_ADRERR", "BUS_OBJERR", "BUS_MCEERR_AR", "BUS_MCEERR_AO"],
  SIGFPE: ["FPE_INTDIV", "FPE_INTOVF", "FPE_FLTDIV", "FPE_FLTOVF", "FPE_FLTUND", "FPE_FLTRES", "FPE_FLTINV"],
  SIGILL: ["ILL_ILLOPC", "ILL_ILLOPN", "ILL_ILLADR", "ILL_ILLTRP", "ILL_PRVOPC", "ILL_PRVREG", "ILL_COPROC"],
};
const SI_KERNEL = 128;
const SIGKILL = 9;
const MAX_THREADS = 10_000;
/** ns between a fault and the panic that the runtime makes of it, at most: it does little else. */
const JUST_NOW = 100_000_000n;

const codeName = (signal: string, code: number): string =>
  code === SI_KERNEL ? "SI_KERNEL" : (CODES[signal]?.[code - 1] ?? String(code));

/** The signals sent to one process. */
export class Signals {
  /** The last of each number. */
  readonly #last = new Map<number, RawSignal>();
  /** The last fault of each thread. */
  readonly #faults = new Map<number, RawSignal>();
  /** The kernel chose the process to be killed for want of memory. */
  #oom = false;

  push(signal: RawSignal): void {
    this.#last.set(signal.number, signal);
    if (signal.from === "oom-killer") this.#oom = true;
    if (signal.from === "fault") remember(this.#faults, signal.thread, signal, MAX_THREADS);
  }

  /** What sent the signal that ended the process; undefined where that wasn't seen. */
  behind(number: number): ExitEvent["signalFrom"] {
    const signal = this.#last.get(number);
    if (!signal) return undefined;
    // the kernel's own SIGKILL comes after it has chosen the process
    if (this.#oom && number === SIGKILL && signal.from !== "process") return { kind: "oom-killer" };
    if (signal.from === "process") return { kind: "process", ...signal.sender };
    if (signal.from !== "fault") return { kind: "kernel" };
    return { kind: "fault", thread: signal.thread, ...faultOf(signal) };
  }

  /**
   * The fault that the runtime made a panic of on this thread just now; it is told once.
   * @param mono CLOCK_MONOTONIC ns of the panic.
   */
  takeFault(thread: number, mono: bigint): PanicEvent["fault"] {
    const signal = this.#faults.get(thread);
    this.#faults.delete(thread);
    if (!signal || mono < signal.mono || mono - signal.mono > JUST_NOW) return undefined;
    return { signal: signalName(signal.number), ...faultOf(signal) };
  }
}

/** Of a fault that has no page (an address that no memory can have) the kernel doesn't know the address, and gives 0. */
function faultOf({ number, code, address }: RawSignal): { address: string | null; code: string } {
  return {
    address: code === SI_KERNEL ? null : `0x${address.toString(16)}`,
    code: codeName(signalName(number), code),
  };
}
