/** How package fmt prints integers (src/fmt/format.go, fmtInteger, fmtC, fmtQc, fmtUnicode; Go 1.20 to 1.27). Pure. */
import { durationText } from "./duration.ts";
import { isPrintable, isSettled, quoteRune } from "./quote.ts";

/** Flags, width and verb of a directive for an integer. */
const DIRECTIVE = /^%([-+# 0]*)([0-9]{0,3})([dvxXobcqU])$/;
/** In place of a directive: time.Duration's String. */
export const DURATION = "duration";

const BASES: Record<string, number> = { d: 10, v: 10, x: 16, X: 16, o: 8, b: 2 };
const MAX_RUNE = 0x10ffffn;
const REPLACEMENT = 0xfffd;

/** True if `formatInteger` knows the directive. */
export const isIntegerDirective = (directive: string): boolean => {
  const match = DIRECTIVE.exec(directive);
  if (!match) return false;
  const flags = match[1]!;
  switch (match[3]) {
    case "v":
      return !flags.includes("#");
    // zeros before a character, and escapes instead of it, aren't made here
    case "c":
      return !flags.includes("0");
    case "q":
      return !flags.includes("0") && !flags.includes("+");
    default:
      return true;
  }
};

/** False where Go versions differ on whether the character that `directive` shows is printable. */
export const isSettledInteger = (value: bigint, directive: string): boolean =>
  !/[qU]$/.test(directive) || value < 0n || value > MAX_RUNE || isSettled(Number(value));

/** The integer as fmt prints it by `directive` (`%d`, `%#x`, `%03d`, `%c`, …), or as a duration. */
export function formatInteger(value: bigint, directive: string): string {
  if (directive === DURATION) return durationText(value);
  const match = DIRECTIVE.exec(directive);
  if (!match) throw new RangeError(`not a directive for an integer: ${directive}`);
  const flags = new Set(match[1]);
  const width = match[2] === "" ? 0 : Number(match[2]);
  const verb = match[3]!;
  // %+v asks for field names; for an integer that's nothing
  if (verb === "v") flags.delete("+");
  const text = verb in BASES ? digits(value, verb, flags, width) : character(value, verb, flags.has("#"));
  const missing = " ".repeat(Math.max(0, width - [...text].length));
  return flags.has("-") ? text + missing : missing + text;
}

function digits(value: bigint, verb: string, flags: ReadonlySet<string>, width: number): string {
  const negative = value < 0n;
  const sign = negative ? "-" : flags.has("+") ? "+" : flags.has(" ") ? " " : "";
  let text = (negative ? -value : value).toString(BASES[verb]);
  if (verb === "X") text = text.toUpperCase();
  // zeros fill the width up to the sign; a prefix comes on top of it
  if (flags.has("0") && !flags.has("-")) text = text.padStart(width - sign.length, "0");
  const prefix = flags.has("#") ? prefixOf(verb, text) : "";
  return sign + prefix + text;
}

function prefixOf(verb: string, text: string): string {
  if (verb === "x" || verb === "X") return `0${verb}`;
  if (verb === "b") return "0b";
  return verb === "o" && !text.startsWith("0") ? "0" : "";
}

function character(value: bigint, verb: string, sharp: boolean): string {
  const unsigned = BigInt.asUintN(64, value);
  if (verb === "U") {
    const code = `U+${unsigned.toString(16).toUpperCase().padStart(4, "0")}`;
    const shown = sharp && unsigned <= MAX_RUNE && isPrintable(Number(unsigned));
    return shown ? `${code} '${String.fromCodePoint(Number(unsigned))}'` : code;
  }
  const rune =
    unsigned > MAX_RUNE || (unsigned >= 0xd800n && unsigned < 0xe000n) ? REPLACEMENT : Number(unsigned);
  return verb === "c" ? String.fromCodePoint(rune) : `'${quoteRune(rune, 0x27)}'`;
}
