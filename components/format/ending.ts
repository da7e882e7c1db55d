import type { ExitEvent, PanicEvent } from "../../server/events/index.ts";

type Ending = Pick<ExitEvent, "code" | "signal" | "signalFrom" | "core">;

/** How a process ended, in words: `exit status 1`, `killed by SIGKILL from bash (pid 7)`. */
export function endWords({ code, signal, signalFrom, core }: Ending): string {
  if (!signal) return `exit status ${code}`;
  return `killed by ${senderWords(signal, signalFrom)}${core ? ", core dumped" : ""}`;
}

function senderWords(signal: string, from: Ending["signalFrom"]): string {
  switch (from?.kind) {
    case "oom-killer":
      return `${signal} for want of memory (the kernel's OOM killer)`;
    case "process":
      return `${signal} from ${from.name} (pid ${from.pid})`;
    case "fault":
      return faultWords({ signal, ...from });
    case "kernel":
      return `${signal} from the kernel`;
    default:
      return signal;
  }
}

/** `SIGSEGV at 0x68 (SEGV_MAPERR)`. */
export function faultWords({ signal, code, address }: NonNullable<PanicEvent["fault"]>): string {
  return `${signal} ${address === null ? "at an address that no memory can have" : `at ${address}`} (${code})`;
}
