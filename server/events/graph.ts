/** Groups and the propagation graph as they travel from the collector to the page, the store and a snapshot. */
import { z } from "zod";
import { causeViaSchema } from "./error-value.ts";
import { siteSchema } from "./event.ts";
import { trapSchema } from "./traps.ts";

/** Occurrences with one fingerprint: type chain, site and message template (what Sentry calls an issue). */
export const groupSchema = z.object({
  /** Stable over runs of the same program: a hash of the fingerprint. */
  id: z.string(),
  kind: z.enum(["error", "panic", "fatal"]),
  /** `%T` of the error or of the panic's value. */
  type: z.string(),
  /** Types of the chain from the outside in. */
  chain: z.array(z.string()),
  /** The message with numbers, addresses, ids and quoted text replaced by `<…>`. */
  template: z.string(),
  /** The newest message. */
  message: z.string(),
  site: siteSchema,
  init: z.boolean(),
  count: z.number().int(),
  firstSeen: z.string(),
  lastSeen: z.string(),
  /** Ids of the newest occurrences, newest first, at most 20. */
  occurrences: z.array(z.string()),
  /** Counts a second over the last 60 s, oldest first; `sparkEnd` is the Unix second of the last bucket. */
  spark: z.array(z.number().int()),
  sparkEnd: z.number().int(),
  targets: z.array(z.string()),
  /** Those of any of its occurrences. */
  traps: z.array(trapSchema).optional(),
  /** Times that a value made here was seen given to package fmt: written, logged, or made a text; not by the Error method of
   * an error that holds it. */
  written: z.number().int().optional(),
});
export type Group = z.infer<typeof groupSchema>;

/** `group`: a group above; `value`: a cause that was never seen being made (a sentinel, or made before we attached);
 * `kernel`: failed system calls that errors came from: `type` is call and errno, `label` what it was called with. */
export const graphNodeSchema = z.object({
  id: z.string(),
  kind: z.enum(["group", "value", "kernel"]),
  /** Set for kind `group`. */
  groupId: z.string().nullable(),
  type: z.string(),
  label: z.string(),
  where: z.string(),
  count: z.number().int(),
});
export type GraphNode = z.infer<typeof graphNodeSchema>;

/** `source` came before `target`: target came from source. */
export const graphEdgeSchema = z.object({
  id: z.string(),
  source: z.string(),
  target: z.string(),
  via: z.enum([...causeViaSchema.options, "panic", "kernel"]),
  count: z.number().int(),
  /** Times that the source was last seen on another goroutine than the target was made on, and the longest time between. */
  handovers: z.object({ count: z.number().int(), longestNs: z.number() }).optional(),
});
export type GraphEdge = z.infer<typeof graphEdgeSchema>;

export const rootCauseSchema = z.object({
  node: z.string(),
  /** Occurrences that came from this node, its own included. */
  explains: z.number().int(),
  /** Of all occurrences in the graph, 0..1. */
  share: z.number(),
  /** One sentence. */
  reason: z.string(),
});
export type RootCause = z.infer<typeof rootCauseSchema>;

export const graphSchema = z.object({
  nodes: z.array(graphNodeSchema),
  edges: z.array(graphEdgeSchema),
  /** Best first. */
  rootCauses: z.array(rootCauseSchema),
});
export type PropagationGraph = z.infer<typeof graphSchema>;
