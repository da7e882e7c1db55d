/** The nodes of a raw event to the tree of error values that an event carries. */
import {
  type ErrorMap,
  type ErrorType,
  type FieldReader,
  type FieldText,
  renderMessage,
} from "../binary/index.ts";
import type { Cause, ErrorValue, FieldValue, MessageFrom } from "../events/index.ts";
import { errnoName } from "./errno.ts";
import { fieldsOf } from "./fields.ts";
import { digestOf, type IdentityTable, type Sighting } from "./identity.ts";
import { CapturedObject, type ReadOnlyMemory } from "./object.ts";
import type { RawEvent, RawNode } from "./raw-event.ts";
import { type CapturedText, decodeText } from "./text.ts";
import type { TypeLookup } from "./value.ts";

/** Lookups in one binary, made once. */
export class TypeNames {
  readonly map: ErrorMap;
  readonly #errorTypes: Map<number, ErrorType>;
  readonly #itabTypes: Map<number, number>;
  readonly #ambiguous: Set<string>;

  constructor(map: ErrorMap) {
    this.map = map;
    this.#errorTypes = new Map(map.errorTypes.map((t) => [t.address, t]));
    this.#itabTypes = new Map(map.binary.itabs.map((i) => [i.address, i.concreteType]));
    const paths = new Map<string, string>();
    this.#ambiguous = new Set();
    for (const { name, pkgPath } of map.errorTypes) {
      if ((paths.get(name) ?? pkgPath) !== pkgPath) this.#ambiguous.add(name);
      paths.set(name, pkgPath);
    }
  }

  errorType(address: number): ErrorType | undefined {
    return this.#errorTypes.get(address);
  }

  /** `%T`, or a name that says that the type isn't in the file. */
  name(address: number): string {
    return this.map.binary.types.get(address)?.name ?? `type 0x${address.toString(16)}`;
  }

  isAmbiguous(name: string): boolean {
    return this.#ambiguous.has(name);
  }

  lookup(bias: bigint): TypeLookup {
    const { types } = this.map.binary;
    return {
      byStatic: (address) => types.get(address),
      nameOfType: (word) => types.get(Number(word - bias))?.name ?? null,
      nameOfItab: (word) => types.get(this.#itabTypes.get(Number(word - bias)) ?? -1)?.name ?? null,
    };
  }
}

/** How the ids of one event's values are found. */
export interface TreeContext {
  names: TypeNames;
  identity: IdentityTable;
  readOnly: ReadOnlyMemory;
  /** The root was made right here, at this site; null: seen only. */
  madeAt: number | null;
}

export interface DecodedTree {
  root: ErrorValue;
  /** The root had not been seen before. */
  first: boolean;
}

/** @returns null when the event has no nodes at all. */
export function decodeTree(raw: RawEvent, context: TreeContext): DecodedTree | null {
  const root = raw.nodes[0];
  return root ? new TreeDecoder(raw, context).decode(root) : null;
}

class TreeDecoder {
  readonly #raw: RawEvent;
  readonly #context: TreeContext;
  readonly #children = new Map<number, RawNode[]>();
  readonly #done = new Map<number, ErrorValue>();
  readonly #open = new Set<number>();
  #first = false;

  constructor(raw: RawEvent, context: TreeContext) {
    this.#raw = raw;
    this.#context = context;
    for (const node of raw.nodes) {
      const siblings = this.#children.get(node.parent);
      if (siblings) siblings.push(node);
      else this.#children.set(node.parent, [node]);
    }
  }

  decode(root: RawNode): DecodedTree {
    return { root: this.#value(root), first: this.#first };
  }

  #value(node: RawNode): ErrorValue {
    const index = node.same >= 0 ? node.same : node.index;
    const known = this.#done.get(index);
    if (known) return known;
    const original = this.#raw.nodes[index] ?? node;
    if (this.#open.has(index)) return this.#cycle(original);
    this.#open.add(index);
    const value = this.#build(original);
    this.#open.delete(index);
    this.#done.set(index, value);
    return value;
  }

  #build(node: RawNode): ErrorValue {
    const { names } = this.#context;
    const address = this.#static(node.type);
    const type = names.errorType(address);
    const id = this.#identify(node);
    const children = (this.#children.get(node.index) ?? []).toSorted(
      (a, b) => a.fieldOffset - b.fieldOffset || a.element - b.element,
    );
    const causes = children.map((child) => ({ child, value: this.#value(child) }));
    const object = new CapturedObject(node.object, node.strings, this.#context.readOnly);
    const fields = type ? this.#fields(type, object, children) : {};
    const name = type?.name ?? names.name(address);
    const message = this.#message(node, type, object, fields, causes);
    const notes = notesOf(node, type);
    return {
      id,
      type: name,
      ...(type && names.isAmbiguous(name) ? { typePath: pathOf(type) } : {}),
      ...message,
      fields,
      typedNil: node.typedNil,
      ...(notes.length > 0 ? { notes } : {}),
      causes: causes.map(({ child, value }) => causeOf(child, value, type)),
    };
  }

  #fields(type: ErrorType, object: CapturedObject, children: readonly RawNode[]): Record<string, FieldValue> {
    const followed = new Set(children.map((child) => child.fieldOffset));
    const lookup = this.#context.names.lookup(this.#raw.bias);
    const fields = fieldsOf(type.fields, object, lookup, (offset) =>
      followed.has(offset) ? "followed" : null,
    );
    if (type.name === "syscall.Errno" && typeof fields.value === "number") {
      const errno = errnoName(fields.value);
      if (errno) fields.name = errno;
    }
    return fields;
  }

  #message(
    node: RawNode,
    type: ErrorType | undefined,
    object: CapturedObject,
    fields: Record<string, FieldValue>,
    causes: readonly { child: RawNode; value: ErrorValue }[],
  ): Pick<ErrorValue, "message" | "messageFrom" | "truncated" | "messageLength" | "messageHex"> {
    if (type && !node.typedNil && !node.unreadable) {
      const { message } = type;
      if (message.kind === "field") {
        const read = object.text(message.offset);
        if ("text" in read) return textMessage(read.text, "field");
      } else if (message.kind === "template") {
        const reader = new ObjectReader(object, causes, (child) => this.#formatsItself(child));
        const rendered = renderMessage(message.template, reader);
        // A text that is only cut is still the text; one with a part missing is not.
        const cut = reader.cut > 0 && !reader.missed && message.template.gaps.length === 0;
        if (rendered.complete || cut) {
          const length = rendered.bytes.length + reader.cut;
          return {
            ...textMessage({ bytes: rendered.bytes, length }, "rendered"),
            truncated: !rendered.complete,
          };
        }
      }
    }
    const text = node.typedNil ? "<nil>" : listing(fields);
    return { message: text, messageFrom: "fields", truncated: false, messageLength: Buffer.byteLength(text) };
  }

  #identify(node: RawNode): string {
    const { identity, madeAt } = this.#context;
    const sighting: Sighting = {
      type: BigInt(this.#static(node.type)),
      data: node.data,
      digest: digestOf(node),
      static: this.#isStatic(node.data),
      goroutine: this.#raw.goroutine,
    };
    if (node.index === 0 && madeAt !== null) {
      this.#first = true;
      return identity.made(sighting, madeAt);
    }
    const { id, first } = identity.seen(sighting);
    if (node.index === 0) this.#first = first;
    return id;
  }

  #cycle(node: RawNode): ErrorValue {
    const name = this.#context.names.name(this.#static(node.type));
    const { id } = this.#context.identity.seen({
      type: BigInt(this.#static(node.type)),
      data: node.data,
      digest: digestOf(node),
      static: this.#isStatic(node.data),
      goroutine: this.#raw.goroutine,
    });
    const text = `(cycle: ${name} holds itself)`;
    return {
      id,
      type: name,
      message: text,
      messageFrom: "fields",
      fields: {},
      typedNil: false,
      truncated: false,
      messageLength: text.length,
      notes: [`cycle to ${id}`],
      causes: [],
    };
  }

  /** fmt asks a Format method for the text, where there is one, instead of Error(). */
  #formatsItself(child: RawNode): boolean {
    const type = this.#context.names.map.binary.types.get(this.#static(child.type));
    return type?.methods.some((method) => method.name === "Format") ?? true;
  }

  #static(word: bigint): number {
    return Number(word - this.#raw.bias);
  }

  /** Nil, or an address in the executable's image: nothing that the garbage collector could give away again. */
  #isStatic(data: bigint): boolean {
    return data === 0n || this.#context.names.map.binary.image.mapped(this.#static(data));
  }
}

/** What a message template may read of one value. */
class ObjectReader implements FieldReader {
  readonly #object: CapturedObject;
  readonly #causes: readonly { child: RawNode; value: ErrorValue }[];
  readonly #formatsItself: (child: RawNode) => boolean;
  /** Bytes of texts that were not captured. */
  cut = 0;
  /** Something asked for is not there. */
  missed = false;

  constructor(
    object: CapturedObject,
    causes: readonly { child: RawNode; value: ErrorValue }[],
    formatsItself: (child: RawNode) => boolean,
  ) {
    this.#object = object;
    this.#causes = causes;
    this.#formatsItself = formatsItself;
  }

  text(offset: number): FieldText | null {
    const read = this.#object.text(offset);
    return "text" in read ? this.#found(read.text) : this.#missing();
  }

  uint(offset: number, size: number): bigint | null {
    return this.#object.uint(offset, size) ?? this.#missing();
  }

  error(offset: number, formatted: boolean): FieldText | null {
    const cause = this.#causes.find(({ child }) => child.fieldOffset === offset);
    if (!cause || (formatted && this.#formatsItself(cause.child))) return this.#missing();
    return this.#textOf(cause.value);
  }

  /** A String method's code is not read: its text is not known. */
  stringer(_offset: number): FieldText | null {
    return this.#missing();
  }

  any(_offset: number, _verb: string): FieldText | null {
    return this.#missing();
  }

  errors(offset: number): FieldText[] | null {
    const length = this.#object.uint(offset + 8, 8);
    const found = this.#causes.filter(({ child }) => child.fieldOffset === offset);
    if (length === null || BigInt(found.length) !== length) return this.#missing();
    const texts = found.map(({ value }) => this.#textOf(value));
    return texts.every((text) => text !== null) ? texts : null;
  }

  #textOf(value: ErrorValue): FieldText | null {
    if (value.messageFrom === "fields") return this.#missing();
    const bytes = value.messageHex ? Buffer.from(value.messageHex, "hex") : Buffer.from(value.message);
    return this.#found({ bytes, length: value.messageLength });
  }

  #found(text: FieldText): FieldText {
    this.cut += text.length - text.bytes.length;
    return text;
  }

  #missing(): null {
    this.missed = true;
    return null;
  }
}

function textMessage(captured: CapturedText, from: MessageFrom) {
  const { text, hex, truncated } = decodeText(captured);
  return {
    message: text,
    messageFrom: from,
    truncated,
    messageLength: captured.length,
    ...(hex === null ? {} : { messageHex: hex }),
  };
}

function causeOf(child: RawNode, value: ErrorValue, parent: ErrorType | undefined): Cause {
  const field = parent?.fields.find((f) => f.offset === child.fieldOffset)?.name;
  return { via: child.via ?? "field", ...(field && field !== "value" ? { field } : {}), error: value };
}

function pathOf(type: ErrorType): string {
  const star = type.name.startsWith("*") ? "*" : "";
  const bare = type.name.slice(star.length);
  const dot = bare.indexOf(".");
  return dot < 0 ? type.name : `${star}${type.pkgPath}${bare.slice(dot)}`;
}

function notesOf(node: RawNode, type: ErrorType | undefined): string[] {
  const notes: string[] = [];
  if (node.unreadable) notes.push(`memory at 0x${node.data.toString(16)} unreadable`);
  if (node.noLayout) notes.push("not determined, because the type is not in the executable's type data");
  if (node.cut) notes.push("some causes were not followed: a limit was reached");
  if (type?.unwrap.kind === "unresolved")
    notes.push(`what Unwrap returns is not determined: ${type.unwrap.reason}`);
  return notes;
}

/** The fields in one line, as Go's %+v would: what is shown where Error()'s text isn't known. */
export function listing(fields: Record<string, FieldValue>): string {
  const parts = Object.entries(fields).map(([name, value]) => `${name}:${short(value)}`);
  return `{${parts.join(" ")}}`;
}

function short(value: FieldValue): string {
  if (value === null) return "<nil>";
  if (typeof value === "string") return value.length > 200 ? `${value.slice(0, 200)}…` : value;
  if (Array.isArray(value)) return `[${value.map(short).join(" ")}]`;
  return typeof value === "object" ? listing(value) : String(value);
}
