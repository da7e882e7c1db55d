/** An error value with its fields and its chain. */
import { z } from "zod";

/** A captured field: string, number, boolean, null for a nil pointer, or a nested object. 64-bit integers that a double
 * can't hold are decimal strings. `{unreadable: reason}` where the memory could not be read; `{text, length}` with the true
 * length in bytes (and `hash` as in messageHash) where a text is cut. */
export type FieldValue = string | number | boolean | null | { [name: string]: FieldValue } | FieldValue[];
export const fieldValueSchema: z.ZodType<FieldValue> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(fieldValueSchema),
    z.record(z.string(), fieldValueSchema),
  ]),
);

/** `field`: read from a field that Error() returns; `rendered`: from a template recovered from Error()'s machine code;
 * `fields`: Error() computes its text in a way not understood, so `message` is a listing of the fields. */
export const messageFromSchema = z.enum(["field", "rendered", "fields"]);
export type MessageFrom = z.infer<typeof messageFromSchema>;

/** `unwrap`: errors.Is and errors.As see this cause; `field`: held in a field that Unwrap doesn't return;
 * `mention`: formatted by %v or %s, so the chain is lost to errors.Is; `context`: what the context was cancelled with of which the
 * error has `context canceled`, as context.Cause would tell. */
export const causeViaSchema = z.enum(["unwrap", "field", "mention", "context"]);
export type CauseVia = z.infer<typeof causeViaSchema>;

export interface ErrorValue {
  /** Identity of the value in its target: the same value seen again has the same id, a reused address a new one. */
  id: string;
  /** As Go's %T prints it. */
  type: string;
  /** With the import path in full, where `type` would be ambiguous. */
  typePath?: string | undefined;
  message: string;
  messageFrom: MessageFrom;
  fields: Record<string, FieldValue>;
  /** The non-nil interface that holds a nil pointer. */
  typedNil: boolean;
  truncated: boolean;
  /** True length of the message in bytes, also when the text was cut. */
  messageLength: number;
  /** Of the whole message where it is cut, if it is one string of at most 1 MB: `xxh64:…`, as `xxhsum -H1` has it. */
  messageHash?: string | undefined;
  /** The message's bytes in hexadecimal when they are not valid UTF-8. */
  messageHex?: string | undefined;
  /** Why something of this value isn't known: `memory at 0x… unreadable`, `9 of its causes not followed: …`, `cycle to e7`, … */
  notes?: string[] | undefined;
  causes: Cause[];
}
export interface Cause {
  via: CauseVia;
  /** Name of the field that holds the cause, where known. */
  field?: string | undefined;
  error: ErrorValue;
}

export const errorValueSchema: z.ZodType<ErrorValue> = z.lazy(() =>
  z.object({
    id: z.string(),
    type: z.string(),
    typePath: z.string().optional(),
    message: z.string(),
    messageFrom: messageFromSchema,
    fields: z.record(z.string(), fieldValueSchema),
    typedNil: z.boolean(),
    truncated: z.boolean(),
    messageLength: z.number().int(),
    messageHash: z.string().optional(),
    messageHex: z.string().optional(),
    notes: z.array(z.string()).optional(),
    causes: z.array(causeSchema),
  }),
);
export const causeSchema: z.ZodType<Cause> = z.lazy(() =>
  z.object({ via: causeViaSchema, field: z.string().optional(), error: errorValueSchema }),
);
