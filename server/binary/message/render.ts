/** Evaluates a message template on what was captured of one error value. Pure. */
import type { IntegerSize, MessagePart } from "../model.ts";

/** Access to one captured object and its causes. Null: not captured or unreadable. */
export interface FieldReader {
  /** The text of the string or []byte whose header is at `offset`. */
  text(offset: number): string | null;
  integer(offset: number, size: IntegerSize, signed: boolean): bigint | null;
  /** Error() of the error at `offset`. */
  error(offset: number): string | null;
  /** Error() of each element of the []error at `offset`. */
  errors(offset: number): string[] | null;
}
export type RenderedMessage = { text: string } | { unknown: string };

/** Templates come from a bounded reader; a text that would still grow beyond this is not worth having. */
const MAX_TEXT = 1 << 20;

/** The text that Error() would return, or why it can't be told. Never a guess. */
export function renderMessage(parts: readonly MessagePart[], reader: FieldReader): RenderedMessage {
  let text = "";
  for (const part of parts) {
    const piece = renderPart(part, reader);
    if ("unknown" in piece) return piece;
    text += piece.text;
    if (text.length > MAX_TEXT) return { unknown: "the message is over 1 MiB" };
  }
  return { text };
}

const missing = (offset: number): RenderedMessage => ({
  unknown: `the field at offset ${offset} was not captured`,
});
const found = (text: string | null, offset: number): RenderedMessage =>
  text === null ? missing(offset) : { text };

function renderPart(part: MessagePart, reader: FieldReader): RenderedMessage {
  switch (part.kind) {
    case "text":
      return { text: part.text };
    case "string":
      return found(reader.text(part.offset), part.offset);
    case "int": {
      const value = reader.integer(part.offset, part.size, part.signed);
      return value === null ? missing(part.offset) : { text: integerText(value, part.as) };
    }
    case "bool": {
      const value = reader.integer(part.offset, 1, false);
      return value === null ? missing(part.offset) : { text: value === 0n ? "false" : "true" };
    }
    case "quoted": {
      const inner = renderMessage(part.parts, reader);
      return "unknown" in inner ? inner : { text: quote(inner.text) };
    }
    case "error":
      return part.formatted
        ? { unknown: "fmt formats the cause, which may have a Format method" }
        : found(reader.error(part.offset), part.offset);
    case "join": {
      const texts = reader.errors(part.offset);
      return found(texts && texts.join(part.separator), part.offset);
    }
    case "switch": {
      const value = reader.integer(part.offset, part.size, part.signed);
      if (value === null) return missing(part.offset);
      const chosen = part.cases.find(([key]) => BigInt(key) === value);
      return chosen ? { text: chosen[1] } : renderMessage(part.fallback, reader);
    }
    case "if": {
      const value = reader.integer(part.offset, part.size, part.signed);
      if (value === null) return missing(part.offset);
      const inside =
        (part.min === null || value >= BigInt(part.min)) && (part.max === null || value <= BigInt(part.max));
      return renderMessage(inside ? part.then : part.else, reader);
    }
    case "ifText": {
      const text = reader.text(part.offset);
      if (text === null) return missing(part.offset);
      const bytes = Buffer.from(text);
      const wanted = Buffer.from(part.text);
      const same = bytes.subarray(part.at, part.at + wanted.length).equals(wanted);
      return renderMessage(same ? part.then : part.else, reader);
    }
    case "unknown":
      return { unknown: part.reason };
  }
}

function integerText(value: bigint, as: "hexadecimal" | "duration" | undefined): string {
  if (as === "duration") return durationText(value);
  return value.toString(as === "hexadecimal" ? 16 : 10);
}

/** time.Duration's String (time/time.go, go1.20 to go1.27): largest units first, no trailing zeros. */
export function durationText(ns: bigint): string {
  if (ns === 0n) return "0s";
  const sign = ns < 0n ? "-" : "";
  const abs = ns < 0n ? -ns : ns;
  if (abs < 1_000n) return `${sign}${abs}ns`;
  if (abs < 1_000_000n) return `${sign}${decimal(abs, 3)}µs`;
  if (abs < 1_000_000_000n) return `${sign}${decimal(abs, 6)}ms`;
  const minutes = abs / 60_000_000_000n;
  const seconds = `${decimal(abs % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return `${sign}${hours > 0n ? `${hours}h` : ""}${minutes % 60n}m${seconds}`;
}

/** value / 10^digits without trailing zeros. */
function decimal(value: bigint, digits: number): string {
  const padded = value.toString().padStart(digits + 1, "0");
  const fraction = padded.slice(-digits).replace(/0+$/, "");
  return padded.slice(0, -digits) + (fraction ? `.${fraction}` : "");
}

const ESCAPES: Record<string, string> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  '"': '\\"',
  "\\": "\\\\",
};

/** strconv.Quote for text that is valid UTF-8 (strconv/quote.go): printable characters stay as they are. */
function quote(text: string): string {
  let out = '"';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (ESCAPES[char]) out += ESCAPES[char];
    else if (code < 0x20 || code === 0x7f) out += `\\x${code.toString(16).padStart(2, "0")}`;
    else if (char === " " || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char)) out += char;
    else
      out +=
        code > 0xffff
          ? `\\U${code.toString(16).padStart(8, "0")}`
          : `\\u${code.toString(16).padStart(4, "0")}`;
  }
  return `${out}"`;
}
