import { findAhead } from "./code/index.ts";
import { codeRange } from "./elf.ts";

/**
 * Looks through the code of a file while another thread reads what else is in it: to plan its probes takes less then. Does nothing
 * where there is none.
 */
export function lookAhead(bytes: Uint8Array): void {
  const code = codeRange(bytes);
  if (code?.arch === "amd64") findAhead(bytes.subarray(code.start, code.end));
}
