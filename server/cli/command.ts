import type { FlagTable, Parsed } from "./options.ts";

/** One command of the command line: one file each. */
export interface Command {
  /** After `errscope `, as usage shows it. */
  synopsis: string;
  /** A few words for the list of commands. */
  summary: string;
  /** For --help. */
  description: string;
  flags: FlagTable;
  /** @returns the exit status. @throws CommandFailure and typed errors, printed as one sentence. */
  run(parsed: Parsed): Promise<number>;
}
