/** What travels over `/ws`. The page gets the whole state on every (re)connect, then numbered batches. */
import { z } from "zod";
import { certificateSchema } from "./certificate.ts";
import { eventSchema } from "./event.ts";
import { graphSchema, groupSchema } from "./graph.ts";

export const SOCKET_VERSION = 1;

export const targetSchema = z.object({
  /** `pid:starttime`, starttime in clock ticks since boot (proc(5) stat field 22). */
  id: z.string(),
  pid: z.number().int(),
  /** As in an event's `process`. */
  nsPid: z.number().int().optional(),
  container: z.string().nullable().optional(),
  name: z.string(),
  exe: z.string(),
  buildId: z.string().nullable(),
  goVersion: z.string().nullable(),
  module: z.string().nullable(),
  state: z.enum(["attaching", "attached", "refused", "exited", "detached"]),
  /** Set with `refused`, and where an exit was not clean. */
  reason: z.string().nullable(),
  certificate: certificateSchema.nullable(),
  /** As in its `attach` event. */
  lateNs: z.number().optional(),
});
export type Target = z.infer<typeof targetSchema>;

/** made = shown + sampled + lost, summed over all sites. */
export const countersSchema = z.object({
  hits: z.number().int(),
  shown: z.number().int(),
  sampled: z.number().int(),
  lost: z.number().int(),
  /** Hits whose words were not an error of the plan: nil or another type at a shared instruction. */
  passed: z.number().int(),
  mismatched: z.number().int(),
});
export type Counters = z.infer<typeof countersSchema>;

export const stateSchema = z.object({
  targets: z.array(targetSchema),
  groups: z.array(groupSchema),
  graph: graphSchema,
  /** Newest last, at most 2,000. */
  events: z.array(eventSchema),
  counters: countersSchema,
});
export type State = z.infer<typeof stateSchema>;

export const serverMessageSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("hello"),
    v: z.literal(SOCKET_VERSION),
    version: z.string(),
    /** RFC 3339. */
    serverTime: z.string(),
    seq: z.number().int(),
    state: stateSchema,
  }),
  z.object({
    type: z.literal("batch"),
    seq: z.number().int(),
    /** Unix ms of the collector's clock when the batch was cut. */
    now: z.number(),
    events: z.array(eventSchema),
    /** Groups that changed, whole. */
    groups: z.array(groupSchema),
    /** The whole graph when it changed, else null. */
    graph: graphSchema.nullable(),
    targets: z.array(targetSchema),
    counters: countersSchema,
  }),
  z.object({
    type: z.literal("resync"),
    seq: z.number().int(),
    reason: z.string(),
    /** Events that this client did not get one by one. */
    missed: z.number().int(),
    serverTime: z.string(),
    state: stateSchema,
  }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;

/** The first thing a client sends. */
export const clientHelloSchema = z.object({ type: z.literal("hello"), v: z.number().int() });
export type ClientHello = z.infer<typeof clientHelloSchema>;
