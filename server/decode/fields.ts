/**
 * All fields of a captured error value. Fields of nested and embedded structs come as nested objects:
 * `Addr.Port` of the layout is `{"Addr": {"Port": …}}` of the event. A value that is no struct has one field, `value`.
 */
import type { ErrorField } from "../binary/index.ts";
import type { FieldValue } from "../events/index.ts";
import { goTime } from "./go-time.ts";
import type { CapturedObject } from "./object.ts";
import { fieldValue, type TypeLookup } from "./value.ts";

/** What the walk found behind a field: `followed` is shown as a cause instead, `value` stands for the field itself. */
export type FoundAt = (offset: number) => "followed" | { value: FieldValue } | null;

interface Branch {
  [name: string]: FieldValue;
}

export function fieldsOf(
  fields: readonly ErrorField[],
  object: CapturedObject,
  types: TypeLookup,
  foundAt: FoundAt,
): Record<string, FieldValue> {
  const root: Branch = {};
  const done = new Set<ErrorField>();
  for (const field of fields) {
    if (done.has(field) || field.name === "_" || field.name.endsWith("._")) continue;
    const time = timeAt(field, fields, object);
    if (time) {
      for (const part of time.parts) done.add(part);
      put(root, time.path, time.value);
      continue;
    }
    const found = foundAt(field.offset);
    if (found === "followed") continue;
    put(root, field.name || "value", found ? found.value : fieldValue(field, object, types));
  }
  return root;
}

/** The three words of a time.Time, flattened as `X.wall`, `X.ext` and `X.loc`, are one point in time. */
function timeAt(
  field: ErrorField,
  fields: readonly ErrorField[],
  object: CapturedObject,
): { path: string; parts: ErrorField[]; value: string } | null {
  if (!/(^|\.)wall$/.test(field.name) || field.typeName !== "uint64") return null;
  const prefix = field.name.slice(0, -"wall".length);
  const ext = fields.find((f) => f.name === `${prefix}ext` && f.offset === field.offset + 8);
  const loc = fields.find((f) => f.name === `${prefix}loc` && f.typeName === "*time.Location");
  const wall = object.uint(field.offset, 8);
  const seconds = object.int(field.offset + 8, 8);
  if (!ext || !loc || wall === null || seconds === null) return null;
  const value = goTime(wall, seconds);
  return value ? { path: prefix.slice(0, -1) || "value", parts: [field, ext, loc], value } : null;
}

/** Sets a dotted path. Own properties only, so that a field called `__proto__` is data like any other. */
function put(root: Branch, path: string, value: FieldValue): void {
  const names = path.split(".");
  let at = root;
  for (const name of names.slice(0, -1)) {
    const below = Object.hasOwn(at, name) ? at[name] : undefined;
    if (below && typeof below === "object" && !Array.isArray(below)) {
      at = below;
      continue;
    }
    const made: Branch = {};
    define(at, name, made);
    at = made;
  }
  define(at, names.at(-1) ?? path, value);
}

function define(branch: Branch, name: string, value: FieldValue): void {
  Object.defineProperty(branch, name, { value, enumerable: true, configurable: true, writable: true });
}
