/** Real programs as data: where they come from, how to make them fail, and which errors they are then known to make. */
import type { FieldValue } from "../../../server/events/index.ts";

export interface RealError {
  type: string;
  /** What Error() gives, from what the program prints or from its source. */
  message: string;
  /**
   * Error() calls what can't be followed statically (methods of an interface, reflection): the event may then say
   * `messageFrom: "fields"`, and these must be among the fields.
   */
  orFields?: Readonly<Record<string, FieldValue>>;
  /** Types of the causes that errors.Unwrap gives, outermost first. */
  chainTypes: readonly string[];
}

export interface RealCase {
  what: string;
  args: readonly string[];
  /** Files that the case needs in its working directory. */
  files?: Readonly<Record<string, string>>;
  /** Exit status. */
  status: number;
  /** These are among the errors made; a real program makes others besides. */
  expect: readonly RealError[];
  /** Types of the panics that must be seen, in order. */
  panics?: readonly string[];
}

export interface RealProgram {
  name: string;
  version: string;
  /** The Go that built it, where that is known beforehand: the certificate must say the same. */
  go?: string;
  /** How it was built and where it comes from. */
  form: string;
  /** It is compiled here, by the Go named above. */
  compiled?: true;
  /** Path of the executable, fetched if need be. */
  fetch: () => Promise<string>;
  /** Why it can't be had on this machine. */
  unavailable?: string | undefined;
  cases: readonly RealCase[];
}

/** What the os package makes of a system call that failed. */
export function pathError(op: string, path: string, text = "no such file or directory"): RealError {
  return { type: "*fs.PathError", message: `${op} ${path}: ${text}`, chainTypes: ["syscall.Errno"] };
}

/** errors.New and fmt.Errorf without %w. */
export function text(message: string): RealError {
  return { type: "*errors.errorString", message, chainTypes: [] };
}
