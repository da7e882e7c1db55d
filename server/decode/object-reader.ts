/** What a message template may read of one captured value. */
import type { FieldReader, FieldText, GoType } from "../binary/index.ts";
import type { ErrorValue } from "../events/index.ts";
import type { Detail } from "./detail.ts";
import type { CapturedObject } from "./object.ts";
import type { RawNode } from "./raw-event.ts";

export interface CausePart {
  child: RawNode;
  value: ErrorValue;
  /** Its type has a Format method, which fmt asks instead of Error(). */
  formatsItself: boolean;
}

export interface ReaderParts {
  object: CapturedObject;
  causes: readonly CausePart[];
  /** By offset of the interface in the object. */
  details: ReadonlyMap<number, Detail>;
  /** Name of the type that a reflect.Type at an offset stands for, null if it is none. */
  reflectType(offset: number): string | null;
  /** The runtime type at a run-time address; undefined where the executable has none there. */
  typeAt(address: bigint): GoType | undefined;
  /** What the pointer at an offset leads to, where that was captured. */
  behind(offset: number): ReaderParts | null;
}

/** What was asked for in vain, by one message's readers together. */
interface Gaps {
  /** Bytes of texts that were not captured. */
  cut: number;
  /** Something asked for is not there. */
  missed: boolean;
}

export class ObjectReader implements FieldReader {
  readonly #parts: ReaderParts;
  readonly #gaps: Gaps;

  constructor(parts: ReaderParts, gaps: Gaps = { cut: 0, missed: false }) {
    this.#parts = parts;
    this.#gaps = gaps;
  }

  get cut(): number {
    return this.#gaps.cut;
  }

  get missed(): boolean {
    return this.#gaps.missed;
  }

  text(offset: number): FieldText | null {
    const read = this.#parts.object.text(offset);
    return "text" in read ? this.#found(read.text) : this.#missing();
  }

  uint(offset: number, size: number): bigint | null {
    return this.#parts.object.uint(offset, size) ?? this.#missing();
  }

  error(offset: number, formatted: boolean): FieldText | null {
    const cause = this.#parts.causes.find(({ child }) => child.fieldOffset === offset);
    if (!cause || (formatted && cause.formatsItself)) return this.#missing();
    return this.#textOf(cause.value);
  }

  stringer(offset: number): FieldText | null {
    const text = this.#parts.details.get(offset)?.string;
    if (text) return this.#found(text);
    const name = this.#parts.reflectType(offset);
    if (name === null) return this.#missing();
    const bytes = Buffer.from(name);
    return this.#found({ bytes, length: bytes.length });
  }

  any(offset: number, verb: string): FieldText | null {
    if (verb !== "v" && verb !== "s") return this.#missing();
    if (this.#parts.object.uint(offset, 8) === 0n) {
      const bytes = Buffer.from(verb === "v" ? "<nil>" : "%!s(<nil>)");
      return this.#found({ bytes, length: bytes.length });
    }
    if (this.#parts.causes.some(({ child }) => child.fieldOffset === offset)) return this.error(offset, true);
    const detail = this.#parts.details.get(offset);
    const isText = typeof detail?.value === "string";
    return detail?.formatted && (verb === "v" || isText) ? this.#found(detail.formatted) : this.#missing();
  }

  errors(offset: number): FieldText[] | null {
    const length = this.#parts.object.uint(offset + 8, 8);
    const found = this.#parts.causes.filter(({ child }) => child.fieldOffset === offset);
    if (length === null || BigInt(found.length) !== length) return this.#missing();
    const texts = found.map(({ value }) => this.#textOf(value));
    return texts.every((text) => text !== null) ? texts : null;
  }

  type(offset: number): { name: string; pkgPath: string | null } | null {
    const address = this.#parts.object.uint(offset, 8);
    const type = address === null ? undefined : this.#parts.typeAt(address);
    // The runtime tells types without a name apart by more than we read.
    return type ? { name: type.name, pkgPath: type.named ? type.pkgPath : null } : this.#missing();
  }

  behind(offset: number): FieldReader | null {
    const parts = this.#parts.behind(offset);
    return parts ? new ObjectReader(parts, this.#gaps) : this.#missing();
  }

  #textOf(value: ErrorValue): FieldText | null {
    if (value.messageFrom === "fields") return this.#missing();
    const bytes = value.messageHex ? Buffer.from(value.messageHex, "hex") : Buffer.from(value.message);
    return this.#found({ bytes, length: value.messageLength });
  }

  #found(text: FieldText): FieldText {
    this.#gaps.cut += text.length - text.bytes.length;
    return text;
  }

  #missing(): null {
    this.#gaps.missed = true;
    return null;
  }
}
