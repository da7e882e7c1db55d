import type { ErrorEvent, Frame } from "../../server/events/index.ts";
import { packageOf, shortFunction } from "../format/index.ts";

/** How an error that was given to package fmt went out, and the frame of the code that did it. */
export interface Mention {
  how: "logged" | "written" | "formatted" | "part of a text";
  at: Frame | null;
}

/** Package fmt asks these for a text. */
const TEXT_METHOD = /\.(Error|String|GoString|Format)$/;
const isLogging = (name: string) => /^log(\/|$)/.test(packageOf(name));

/** By the stack: through `log` or `log/slog` it was logged; by fmt.Print… or fmt.Fprint… written; by fmt.Sprint…, Append… or
 * Errorf made a text. Formatted in an Error or String method, it is part of the text of the error that holds it. */
export function mentionOf({ stack }: ErrorEvent): Mention {
  const caller = stack.findIndex((frame) => packageOf(frame.function) !== "fmt");
  if (caller < 0) return { how: "formatted", at: null };
  const at = stack[caller]!;
  if (TEXT_METHOD.test(at.function)) return { how: "part of a text", at };
  const logger = stack.findLastIndex((frame) => isLogging(frame.function));
  if (logger >= 0) return { how: "logged", at: stack[logger + 1] ?? at };
  const entry = stack[caller - 1]?.function ?? "";
  return { how: /^fmt\.F?[Pp]rint/.test(shortFunction(entry)) ? "written" : "formatted", at };
}
