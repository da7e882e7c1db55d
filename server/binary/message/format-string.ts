/** Formats of package fmt, as far as messages use them. Pure. */

export interface Verb {
  kind: "verb";
  verb: string;
  /** The whole directive. */
  directive: string;
  /** No flags and no width, or `%+v`. */
  plain: boolean;
}
export type FormatPiece = { kind: "text"; text: string } | Verb;

/** Flags, width (no precision, no argument index), verb. */
const DIRECTIVE = /^%([-+# 0]*)([0-9]*)([a-zA-Z%])/;

/**
 * The pieces of a constant format, or the reason why it isn't understood. Rules: src/fmt/print.go, doPrintf, Go 1.20 to
 * 1.27.
 */
export function parseFormat(format: string): FormatPiece[] | string {
  const pieces: FormatPiece[] = [];
  let rest = format;
  while (rest !== "") {
    const percent = rest.indexOf("%");
    if (percent !== 0) {
      pieces.push({ kind: "text", text: percent < 0 ? rest : rest.slice(0, percent) });
      if (percent < 0) break;
      rest = rest.slice(percent);
    }
    const match = DIRECTIVE.exec(rest);
    if (!match) return `fmt: the directive ${/^%[^a-zA-Z]*.?/.exec(rest)![0]}`;
    const [directive, flags, width, verb] = match;
    const bare = flags === "" && width === "";
    if (verb !== "%")
      pieces.push({ kind: "verb", verb: verb!, directive: directive!, plain: bare || directive === "%+v" });
    else if (bare) pieces.push({ kind: "text", text: "%" });
    else return `fmt: the directive ${directive}`;
    rest = rest.slice(directive!.length);
  }
  return pieces;
}
