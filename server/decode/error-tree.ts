/** The nodes of a raw event to the tree of error values that an event carries. */
import { type ErrorMap, type ErrorType, itabTypes, renderMessage } from "../binary/index.ts";
import type { Cause, ErrorValue, FieldValue, MessageFrom } from "../events/index.ts";
import { defaultPlanLimits } from "../tracer/index.ts";
import { type Detail, detailOf } from "./detail.ts";
import { errnoName } from "./errno.ts";
import { fieldsOf } from "./fields.ts";
import { digestOf, type IdentityTable, type Sighting } from "./identity.ts";
import { CapturedObject, type ReadOnlyMemory, unreadableAt } from "./object.ts";
import { type CausePart, ObjectReader, type ReaderParts } from "./object-reader.ts";
import type { RawEvent, RawNode } from "./raw-event.ts";
import { type CapturedText, decodeText, hashText } from "./text.ts";
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
    this.#itabTypes = itabTypes(map.binary.itabs);
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
  /** Set where its object comes from elsewhere: true for sites at which it may have been made, put into an `any`. */
  isMaking?: (site: number) => boolean;
}

export interface DecodedTree {
  root: ErrorValue;
  /** The root had not been seen before. */
  first: boolean;
  /** Ids of the values that are objects of their own: what the program shares at fixed addresses is not among them. */
  own: string[];
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
  readonly #own: string[] = [];
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
    return { root: this.#value(root), first: this.#first, own: this.#own };
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
    const parts = this.#partsOf(node);
    const { object, causes, details } = parts;
    const fields = type ? this.#fields(type, object, causes, details) : {};
    const name = type?.name ?? names.name(address);
    const message = messageOf(node, type, fields, parts);
    const notes = notesOf(node, type);
    return {
      id,
      type: name,
      ...(type && names.isAmbiguous(name) ? { typePath: pathOf(type) } : {}),
      ...message,
      fields,
      typedNil: node.typedNil,
      ...(notes.length > 0 ? { notes } : {}),
      causes: causes.flatMap(({ child, value }) => causesOf(child, value, type)),
    };
  }

  /** What was captured of a value, and below it. */
  #partsOf(node: RawNode): ReaderParts {
    const children = (this.#children.get(node.index) ?? []).toSorted(
      (a, b) => a.fieldOffset - b.fieldOffset || a.element - b.element,
    );
    const gap = node.unreadable ? node.data + BigInt(node.object.length) : null;
    const object = new CapturedObject(node.object, node.strings, this.#context.readOnly, gap);
    const { types } = this.#context.names.map.binary;
    return {
      object,
      ...this.#sort(children),
      reflectType: (offset) => this.#reflectType(object, offset),
      typeAt: (address) => types.get(this.#static(address)),
      behind: (offset) => {
        const child = children.find((one) => one.fieldOffset === offset);
        const captured = child && (this.#raw.nodes[child.same] ?? child);
        return captured && !captured.typedNil && !captured.unreadable ? this.#partsOf(captured) : null;
      },
    };
  }

  /** What was captured below a value: its causes, and what is no error but part of a text. */
  #sort(children: readonly RawNode[]): { causes: CausePart[]; details: Map<number, Detail> } {
    const { names, readOnly } = this.#context;
    const { types } = names.map.binary;
    const causes: CausePart[] = [];
    const details = new Map<number, Detail>();
    for (const child of children) {
      const address = this.#static(child.type);
      const type = types.get(address);
      if (child.via === "unwrap" || names.errorType(address)) {
        const formatsItself = type?.methods.some((method) => method.name === "Format") ?? true;
        causes.push({ child, value: this.#value(child), formatsItself });
      } else {
        const captured = this.#raw.nodes[child.same] ?? child;
        const object = new CapturedObject(captured.object, captured.strings, readOnly);
        const detail = captured.unreadable ? null : detailOf(type, types, object);
        if (detail) details.set(child.fieldOffset, detail);
      }
    }
    return { causes, details };
  }

  /** The type that an interface of reflect.Type holds: its data word is the runtime type's address (reflect/type.go). */
  #reflectType(object: CapturedObject, offset: number): string | null {
    const itab = object.uint(offset, 8);
    const data = object.uint(offset + 8, 8);
    if (itab === null || data === null) return null;
    const { names } = this.#context;
    const isType = names.lookup(this.#raw.bias).nameOfItab(itab) === "*reflect.rtype";
    return (isType && names.map.binary.types.get(this.#static(data))?.name) || null;
  }

  #fields(
    type: ErrorType,
    object: CapturedObject,
    causes: readonly CausePart[],
    details: ReadonlyMap<number, Detail>,
  ): Record<string, FieldValue> {
    const followed = new Set(causes.map(({ child }) => child.fieldOffset));
    const lookup = this.#context.names.lookup(this.#raw.bias);
    const fields = fieldsOf(type.fields, object, lookup, (offset) => {
      if (followed.has(offset)) return "followed";
      const detail = details.get(offset);
      if (detail) return { value: detail.value };
      const reflected = this.#reflectType(object, offset);
      return reflected === null ? null : { value: reflected };
    });
    if (type.name === "syscall.Errno" && typeof fields.value === "number") {
      const errno = errnoName(fields.value);
      if (errno) fields.name = errno;
    }
    return fields;
  }

  #identify(node: RawNode): string {
    const { identity, madeAt, isMaking } = this.#context;
    const sighting: Sighting = {
      type: BigInt(this.#static(node.type)),
      data: node.data,
      digest: digestOf(node),
      static: this.#isStatic(node.data),
      goroutine: this.#raw.goroutine,
    };
    const again = node.index === 0 && isMaking ? identity.again(sighting, isMaking) : null;
    if (again !== null) return again;
    const isMade = node.index === 0 && madeAt !== null;
    const { id, first } = isMade
      ? { id: identity.made(sighting, madeAt), first: true }
      : identity.seen(sighting);
    if (node.index === 0) this.#first = first;
    if (!sighting.static) this.#own.push(id);
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

  #static(word: bigint): number {
    return Number(word - this.#raw.bias);
  }

  /** Nil, or an address in the executable's image: nothing that the garbage collector could give away again. */
  #isStatic(data: bigint): boolean {
    return data === 0n || this.#context.names.map.binary.image.mapped(this.#static(data));
  }
}

/** The text that Error() returns where that is known, else the fields. */
function messageOf(
  node: RawNode,
  type: ErrorType | undefined,
  fields: Record<string, FieldValue>,
  parts: ReaderParts,
): Pick<
  ErrorValue,
  "message" | "messageFrom" | "truncated" | "messageLength" | "messageHash" | "messageHex"
> {
  if (type && !node.typedNil && !node.unreadable) {
    const { message } = type;
    if (message.kind === "field") {
      const read = parts.object.text(message.offset);
      if ("text" in read) return textMessage(read.text, "field");
    } else if (message.kind === "template") {
      const reader = new ObjectReader(parts);
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

function textMessage(captured: CapturedText, from: MessageFrom) {
  const { text, hex, truncated } = decodeText(captured);
  return {
    message: text,
    messageFrom: from,
    truncated,
    messageLength: captured.length,
    ...(truncated && typeof captured.hash === "bigint" ? { messageHash: hashText(captured.hash) } : {}),
    ...(hex === null ? {} : { messageHex: hex }),
  };
}

/** None or one. */
function causesOf(child: RawNode, value: ErrorValue, parent: ErrorType | undefined): Cause[] {
  const field = parent?.fields.find((f) => f.offset === child.fieldOffset)?.name;
  const named = field && field !== "value" ? { field } : {};
  const { unwrap } = parent ?? {};
  const isThrough = unwrap?.kind === "error" && unwrap.through !== undefined;
  if (!isThrough || child.fieldOffset !== unwrap.offset)
    return [{ via: child.via ?? "field", ...named, error: value }];
  // Unwrap is the embedded error's: it gives that one's cause, not the embedded error itself
  return value.causes
    .filter((cause) => cause.via === "unwrap")
    .map((cause) => ({
      ...cause,
      ...(field ? { field: cause.field ? `${field}.${cause.field}` : field } : {}),
    }));
}

function pathOf(type: ErrorType): string {
  const star = type.name.startsWith("*") ? "*" : "";
  const bare = type.name.slice(star.length);
  const dot = bare.indexOf(".");
  return dot < 0 ? type.name : `${star}${type.pkgPath}${bare.slice(dot)}`;
}

function notesOf(node: RawNode, type: ErrorType | undefined): string[] {
  const notes: string[] = [];
  if (node.unreadable) notes.push(unreadableAt(node.data + BigInt(node.object.length)));
  if (node.noLayout) notes.push("not determined, because the type is not in the executable's type data");
  if (node.cut > 0) notes.push(`${node.cut} of its causes not followed: ${whyCut(node)}`);
  if (type?.unwrap.kind === "unresolved")
    notes.push(`what Unwrap returns is not determined: ${type.unwrap.reason}`);
  if (type?.unwrap.kind === "elsewhere") notes.push(`Unwrap returns no field of it: ${type.unwrap.how}`);
  return notes;
}

function whyCut({ listUnreadable, depth }: RawNode): string {
  const { maxDepth, maxNodes } = defaultPlanLimits;
  if (listUnreadable) return "memory that can't be read";
  if (depth >= maxDepth) return `deeper than ${maxDepth} levels`;
  return `the limit is ${maxNodes} values an event, or less while other long lists are read`;
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
