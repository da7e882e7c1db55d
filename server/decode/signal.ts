/** Names of Linux signals: include/uapi/asm-generic/signal.h, the same on x86-64 and arm64. In order from 1. */
const NAMES = `
  SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM
  SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO
  SIGPWR SIGSYS
`
  .trim()
  .split(/\s+/);

export function signalName(number: number): string {
  return NAMES[number - 1] ?? (number >= 32 && number <= 64 ? `SIGRT${number}` : `signal ${number}`);
}

/** Of a status as in wait(2): a core was dumped. */
const CORE = 0x80;

/** How a process ended, of a status as in wait(2): an exit code or the signal that ended it. */
export function waitStatus(status: number): { code: number | null; signal: string | null; core?: boolean } {
  const signal = status & 0x7f;
  return signal === 0
    ? { code: (status >> 8) & 0xff, signal: null }
    : { code: null, signal: signalName(signal), ...((status & CORE) !== 0 ? { core: true } : {}) };
}
