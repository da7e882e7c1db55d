import type { ExitEvent } from "../../server/events/index.ts";

/** How a process ended, in words: `exit status 1`, `killed by SIGKILL`. */
export function endWords({ code, signal }: Pick<ExitEvent, "code" | "signal">): string {
  return signal ? `killed by ${signal}` : `exit status ${code}`;
}
