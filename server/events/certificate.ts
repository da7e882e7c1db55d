import { z } from "zod";

/** What was proven about a binary before the first probe was placed (the attach certificate). */
export const certificateSchema = z.object({
  file: z.string(),
  buildId: z.string().nullable(),
  goVersion: z.string(),
  goVersionFrom: z.string(),
  arch: z.string(),
  form: z.object({ stripped: z.boolean(), pie: z.boolean(), cgo: z.boolean() }),
  /** Each layout or version fact with its value, where it was derived from, and what it was checked against. */
  derivations: z.array(
    z.object({
      name: z.string(),
      value: z.string(),
      from: z.string(),
      checked: z.boolean(),
      note: z.string().optional(),
    }),
  ),
  errorTypes: z.object({
    total: z.number().int(),
    withUnwrap: z.number().int(),
    unwrapResolved: z.number().int(),
    messageResolved: z.number().int(),
  }),
  sites: z.object({
    references: z.number().int(),
    resolved: z.number().int(),
    byOp: z.record(z.string(), z.number().int()),
    /** Package-level errors, and the places that use one (comparisons are none). */
    sentinels: z
      .object({ total: z.number().int(), uses: z.number().int(), resolved: z.number().int() })
      .optional(),
    /** Conversions of error types to `any`; resolved are those that surely are of a new error. */
    intoAny: z.object({ found: z.number().int(), resolved: z.number().int() }).optional(),
    unresolved: z.array(z.object({ class: z.string(), count: z.number().int(), example: z.string() })),
  }),
  probes: z.object({
    total: z.number().int(),
    /** The kernel emulates the probed instruction (about 0.6 µs a hit) or single-steps it (about 9.4 µs). */
    emulated: z.number().int(),
    singleStepped: z.number().int(),
    method: z.string(),
  }),
  expectedCost: z.string(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
  verdict: z.enum(["attach", "refuse"]),
  reason: z.string().nullable(),
  analysisMs: z.number(),
});
export type Certificate = z.infer<typeof certificateSchema>;
