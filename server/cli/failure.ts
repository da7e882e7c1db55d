/**
 * A failure that ends a command with one clear sentence and an exit code, instead of a stack trace.
 * Codes per contract.md: 1 failed, 2 wrong usage.
 */
export class CommandFailure extends Error {
  readonly exitCode: 1 | 2;
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.name = "CommandFailure";
    this.exitCode = exitCode;
  }
}

export function usage(message: string): CommandFailure {
  return new CommandFailure(message, 2);
}

/** The sentence to print for anything that was thrown: typed errors speak for themselves, others keep their name. */
export function sentenceOf(error: unknown): string {
  if (error instanceof CommandFailure) return error.message;
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  if (typeof code === "string" && /^E[A-Z0-9]+$/.test(code)) return error.message;
  return typeof code === "string" ? error.message : `${error.name}: ${error.message}`;
}
