/** Formats of package fmt, as far as messages use them. Pure. */

export interface Verb {
  kind: "verb";
  verb: string;
  plus: boolean;
}
export type FormatPiece = { kind: "text"; text: string } | Verb;

/**
 * The pieces of a constant format, or the reason why it isn't understood: widths, precisions, argument indexes and flags
 * other than `+` before v aren't. Rules: src/fmt/print.go, doPrintf, Go 1.20 to 1.27.
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
    const match = /^%(\+?)([a-zA-Z%])/.exec(rest);
    if (!match)
      return rest === "%"
        ? "fmt: a format that ends in %"
        : `fmt: the directive ${/^%.?[^a-zA-Z%]*.?/.exec(rest)![0]}`;
    const [whole, flag, verb] = match;
    if (verb === "%") {
      if (flag) return "fmt: the directive %+%";
      pieces.push({ kind: "text", text: "%" });
    } else {
      // a sign before a number, ASCII quotes: only %+v changes nothing for texts and numbers
      if (flag && verb !== "v") return `fmt: the directive ${whole}`;
      pieces.push({ kind: "verb", verb: verb!, plus: flag === "+" });
    }
    rest = rest.slice(whole!.length);
  }
  return pieces;
}
