/** Evaluates a message template on the fields of one captured error value. Pure. */
import type { MessagePart, MessageTemplate } from "../model.ts";
import { formatInteger, isSettledInteger } from "./integer-format.ts";
import { quoteBytes, quoteTimeBytes } from "./quote.ts";
import { trimSpace } from "./trim.ts";

/** A text as captured: its first bytes, and how many it has. */
export interface FieldText {
  bytes: Uint8Array;
  length: number;
}

/** The captured object; offsets are in bytes from its start. null: not captured or not readable. */
export interface FieldReader {
  /** The string (or []byte) whose header is at `offset`. */
  text(offset: number): FieldText | null;
  /** The unsigned little-endian integer of `size` bytes at `offset`. */
  uint(offset: number, size: number): bigint | null;
  /**
   * Error() of the cause at `offset`. null also where `formatted` is set and the cause's type has a Format method, since
   * then that method makes the text, and where the cause is nil.
   */
  error(offset: number, formatted: boolean): FieldText | null;
  /** String() of the value in the interface at `offset`. */
  stringer(offset: number): FieldText | null;
  /** What fmt prints by `verb` for the value in the interface at `offset`, which may be nil. */
  any(offset: number, verb: string): FieldText | null;
  /** Error() of each element of the []error at `offset`. */
  errors(offset: number): readonly FieldText[] | null;
  /** The runtime type whose address is at `offset`; its package is null where it isn't known for sure. */
  type(offset: number): { name: string; pkgPath: string | null } | null;
  /** What the pointer at `offset` leads to; null also where the pointer is nil. */
  behind(offset: number): FieldReader | null;
}

export interface RenderedMessage {
  /** The message's bytes, exactly those of Error() if `complete`. */
  bytes: Uint8Array;
  /** The bytes as UTF-8 text, with U+FFFD where they aren't. */
  text: string;
  /** False where something was missing, cut or not understood: `…` stands in its place. */
  complete: boolean;
}

/** What Error() returns for the object behind `read`, as far as the template and the captured bytes tell. */
export function renderMessage(template: Pick<MessageTemplate, "parts">, read: FieldReader): RenderedMessage {
  const rendering = new Rendering(read);
  rendering.parts(template.parts);
  const bytes = rendering.bytes();
  return {
    bytes,
    text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes),
    complete: rendering.complete,
  };
}

function numberAt(
  read: FieldReader,
  { offset, size, signed }: { offset: number; size: number; signed: boolean },
): bigint | null {
  const value = read.uint(offset, size);
  return value === null || !signed ? value : BigInt.asIntN(size * 8, value);
}

const ELLIPSIS = "…";
const GAP = new TextEncoder().encode(ELLIPSIS);

class Rendering {
  complete = true;
  readonly #read: FieldReader;
  readonly #pieces: Uint8Array[] = [];

  constructor(read: FieldReader) {
    this.#read = read;
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }

  parts(parts: readonly MessagePart[]): void {
    for (const part of parts) this.#part(part);
  }

  #part(part: MessagePart): void {
    if (part.kind === "text") return this.#add(part.text);
    if (part.kind === "unknown") return this.#missing();
    if (part.kind === "trimmed") return this.#trimmed(part.parts);
    if (part.kind === "quoted") return this.#quoted(part.parts, part.style);
    const read = part.behind === undefined ? this.#read : this.#read.behind(part.behind);
    if (!read) return this.#missing();
    switch (part.kind) {
      case "string":
        return this.#text(read.text(part.offset));
      case "error":
        return this.#text(read.error(part.offset, part.formatted ?? false));
      case "stringer":
        return this.#text(read.stringer(part.offset));
      case "any":
        return this.#text(read.any(part.offset, part.verb));
      case "int": {
        const value = numberAt(read, part);
        return value === null ? this.#missing() : this.#integer(value, part.format ?? "%d");
      }
      case "bool": {
        const value = read.uint(part.offset, 1);
        return value === null ? this.#missing() : this.#add(value === 0n ? "false" : "true");
      }
      case "join":
        return this.#join(read.errors(part.offset), part.separator);
      case "element":
        return this.#text(read.errors(part.offset)?.[part.index] ?? null);
      case "typeName": {
        const type = read.type(part.offset);
        return type ? this.#add(type.name) : this.#missing();
      }
      case "clash":
        return this.#clash(part, read);
      case "switch": {
        const value = numberAt(read, part);
        if (value === null) return this.#missing();
        const found = part.cases.find(([number]) => BigInt(number) === value);
        return found ? this.#add(found[1]) : this.parts(part.fallback);
      }
      case "if": {
        const value = numberAt(read, part);
        if (value === null) return this.#missing();
        const inside =
          (part.min === null || value >= BigInt(part.min)) &&
          (part.max === null || value <= BigInt(part.max));
        return this.parts(inside ? part.yes : part.no);
      }
      case "ifText":
        return this.#ifText(part, read);
    }
  }

  #integer(value: bigint, format: string): void {
    if (!isSettledInteger(value, format)) this.complete = false;
    this.#add(formatInteger(value, format));
  }

  #trimmed(parts: readonly MessagePart[]): void {
    const inner = new Rendering(this.#read);
    inner.parts(parts);
    if (!inner.complete) this.complete = false;
    this.#pieces.push(trimSpace(inner.bytes()));
  }

  #quoted(parts: readonly MessagePart[], style?: "time"): void {
    const inner = new Rendering(this.#read);
    inner.parts(parts);
    const bytes = inner.bytes();
    if (!inner.complete) this.complete = false;
    if (style === "time") {
      const text = quoteTimeBytes(bytes);
      // what stands for a gap is no part of the text, and stays readable
      return this.#add(inner.complete ? text : text.replaceAll(quoteTimeBytes(GAP).slice(1, -1), ELLIPSIS));
    }
    const { text, settled } = quoteBytes(bytes);
    if (!settled) this.complete = false;
    this.#add(text);
  }

  #clash(part: Extract<MessagePart, { kind: "clash" }>, read: FieldReader): void {
    const [one, other] = [read.type(part.offset), read.type(part.other)];
    if (!one || !other) return this.#missing();
    if (one.name !== other.name) return;
    if (one.pkgPath === null || other.pkgPath === null) return this.#missing();
    this.#add(one.pkgPath === other.pkgPath ? part.scopes : part.packages);
  }

  #join(texts: readonly FieldText[] | null, separator: string): void {
    if (!texts) return this.#missing();
    texts.forEach((text, i) => {
      if (i > 0) this.#add(separator);
      this.#text(text);
    });
  }

  #ifText(part: Extract<MessagePart, { kind: "ifText" }>, read: FieldReader): void {
    const found = read.text(part.offset);
    const wanted = new TextEncoder().encode(part.text);
    if (!found || found.bytes.length < Math.min(found.length, part.at + wanted.length))
      return this.#missing();
    const same = wanted.every((byte, i) => found.bytes[part.at + i] === byte);
    this.parts(same ? part.yes : part.no);
  }

  #text(text: FieldText | null): void {
    if (!text) return this.#missing();
    this.#pieces.push(text.bytes);
    if (text.bytes.length < text.length) this.#missing();
  }

  #add(text: string): void {
    this.#pieces.push(new TextEncoder().encode(text));
  }

  #missing(): void {
    this.complete = false;
    this.#add(ELLIPSIS);
  }
}
