/** What catches people who program in Go, and who lets errors go. */
import { z } from "zod";

/** What catches people who program in Go. `typed-nil`: an interface that isn't nil holds a nil pointer; `cause-lost`: an
 * error's text was put into a new error without %w, so errors.Is can't find it; `cyclic-chain`: Unwrap leads back to the
 * error; `error-method-panicked`: package fmt recovered from a panic in an Error, String or Format method; `swallowed`: the
 * functions on the stack only pass the error up, to one that lets it go; `panic-dropped`: what recover gave is not used;
 * `context-cause-lost`: it is, or holds, what a context's Err gave, but not the cause that the context was cancelled with;
 * `dropped-after-first`: an errgroup.Group was given it, which keeps another one. */
export const trapSchema = z.enum([
  "typed-nil",
  "cause-lost",
  "cyclic-chain",
  "error-method-panicked",
  "swallowed",
  "panic-dropped",
  "dropped-after-first",
  "context-cause-lost",
]);
export type Trap = z.infer<typeof trapSchema>;

const placeSchema = z.object({ function: z.string(), file: z.string(), line: z.number().int() });
/** Who lets an error or a recovered value go, which is certain: `dropped` without a look at it, or after it was only `tested`, with nil, or
 * `compared`, with another error or by errors.Is. `or`: whether the function returns the value to its caller, which drops it, or
 * has no such result, its code doesn't tell: then it is the one or the other. */
export const swallowedSchema = z.object({
  how: z.enum(["dropped", "tested", "compared"]),
  ...placeSchema.shape,
  or: placeSchema.optional(),
});
export type SwallowedBy = z.infer<typeof swallowedSchema>;
