/**
 * The event: one JSON object a line on stdout, the same shape on the socket, in the store and in a snapshot.
 *
 * This file is the vocabulary of the whole project (contract.md). It imports nothing of Node's, so that the page, the
 * collector, the store and the tests share one definition. Times named `…Ns` are nanoseconds of CLOCK_MONOTONIC unless
 * said otherwise; `time` is RFC 3339 UTC with nanoseconds.
 */
import { z } from "zod";
import { certificateSchema } from "./certificate.ts";
import { errorValueSchema } from "./error-value.ts";
import { kernelFactSchema } from "./kernel-fact.ts";
import { swallowedSchema, trapSchema } from "./traps.ts";

export const EVENT_VERSION = 1;

/** What happened at a site. `new` a pointer error was allocated; `convert` a value became an error; `wrap` and `join`
 * were made with causes; `sentinel` a package-level error was used again; `return` an error was passed up; `mention` it was
 * given to package fmt: written, logged, or made a text; `fatal`, `goexit`, `exit` the program or goroutine was ended; `park`,
 * `resume`, `start`, `end` a goroutine with errors in flight waits, goes on, starts another one, ends. */
export const siteOpSchema = z.enum([
  "new",
  "wrap",
  "join",
  "sentinel",
  "convert",
  "return",
  "mention",
  "panic",
  "recover",
  "fatal",
  "goexit",
  "exit",
  "park",
  "resume",
  "start",
  "end",
]);
export type SiteOp = z.infer<typeof siteOpSchema>;

export const frameSchema = z.object({
  /** As runtime.FuncForPC names it: `import/path.(*Type).Method`. */
  function: z.string(),
  file: z.string(),
  line: z.number().int(),
  /** True if the compiler inlined this call into the next frame out. */
  inlined: z.boolean(),
});
export type Frame = z.infer<typeof frameSchema>;

export const processSchema = z.object({
  pid: z.number().int(),
  name: z.string(),
  exe: z.string(),
  buildId: z.string().nullable(),
  host: z.string(),
  /** Id of the container that it runs in, from its control group; null: in none, or not determined. */
  container: z.string().nullable(),
  /** Its pid as it itself sees it, where it is in a pid namespace of its own; `pid` is that which errscope sees. */
  nsPid: z.number().int().optional(),
});
export type ProcessRef = z.infer<typeof processSchema>;

/** A goroutine that another one descends from. */
const ancestorSchema = z.object({ id: z.number().int(), createdBy: z.string().nullable() });
export type Ancestor = z.infer<typeof ancestorSchema>;

export const goroutineSchema = z.object({
  id: z.number().int(),
  /** Id of the goroutine that ran the `go` statement; null when this Go version doesn't keep it (before 1.21). */
  parent: z.number().int().nullable(),
  createdBy: z.string().nullable(),
  /** What it waited for last, as the runtime says it in stack traces: `IO wait`, `select`, `sync.Mutex.Lock`. */
  lastWait: z.string().optional(),
  /** From the parent up to the root (`createdBy` null: started by the runtime). Absent where `parent` is null, or is none. */
  ancestors: z.array(ancestorSchema).optional(),
  /** Why the last of `ancestors` is not the root. */
  ancestorsNote: z.string().optional(),
});
export type GoroutineRef = z.infer<typeof goroutineSchema>;

export const siteSchema = z.object({
  op: siteOpSchema,
  function: z.string(),
  file: z.string(),
  line: z.number().int(),
  /** Import path of the package of `function`. */
  package: z.string(),
  inlined: z.boolean(),
});
export type SiteRef = z.infer<typeof siteSchema>;

/** An error value of the event that was last seen on another goroutine; by which way it came over (a channel, a variable) isn't known. */
const handoverSchema = z.object({
  /** Id of the error value; what it holds came with it. */
  error: z.string(),
  /** The goroutine that it was seen on before, by this event, so long ago. */
  from: z.number().int(),
  event: z.string(),
  waitNs: z.number(),
});
export type Handover = z.infer<typeof handoverSchema>;
export const traceRefSchema = z.object({ traceId: z.string(), spanId: z.string() });

const base = {
  v: z.literal(EVENT_VERSION),
  /** ULID: sorts by time, unique over hosts. */
  id: z.string(),
  time: z.string(),
  /** CLOCK_MONOTONIC ns in the kernel when it happened. */
  mono: z.number(),
  process: processSchema,
};
const onThread = {
  thread: z.number().int(),
  goroutine: goroutineSchema.nullable(),
  site: siteSchema,
  /** Innermost first, whole; inlined frames included. */
  stack: z.array(frameSchema),
  /** Set when the stack is not whole, and says why. */
  stackNote: z.string().optional(),
  kernel: kernelFactSchema.optional(),
  trace: traceRefSchema.optional(),
  /** Made while package initialisation ran, or by the runtime for itself; hidden by default. */
  init: z.boolean().optional(),
  /** Id of the group (graph.ts) that the collector put this in; absent on a line that no collector has seen. */
  group: z.string().optional(),
  traps: z.array(trapSchema).optional(),
  /** This line stands for so many occurrences, of this site, type and caller (1: every one is here). */
  sampled: z.number(),
};

export const errorEventSchema = z.object({
  ...base,
  kind: z.literal("error"),
  ...onThread,
  error: errorValueSchema,
  /** The first time that this value is seen as an error; false: seen again (returned, sentinel, …). */
  made: z.boolean(),
  handovers: z.array(handoverSchema).optional(),
  /** With the trap `swallowed`. */
  swallowed: swallowedSchema.optional(),
  /** With the trap `dropped-after-first`: the error that the group keeps. */
  kept: z.object({ id: z.string(), type: z.string(), message: z.string() }).optional(),
});
export type ErrorEvent = z.infer<typeof errorEventSchema>;

export const panicValueSchema = z.union([
  z.object({ error: errorValueSchema }),
  z.object({ type: z.string(), text: z.string() }),
]);
/** A signal of a thread's own doing: what it could not reach, or the instruction at fault; and why. `address` null: not determined,
 * because the processor doesn't tell it of an address that no memory can have (`code` is `SI_KERNEL`). */
const faultSchema = z.object({ signal: z.string(), code: z.string(), address: z.string().nullable() });

export const panicEventSchema = z.object({
  ...base,
  kind: z.literal("panic"),
  ...onThread,
  /** An error tree, or the type and text of any other value. */
  value: panicValueSchema,
  handovers: z.array(handoverSchema).optional(),
  /** Id of the panic event that was on its way on this goroutine when this one began, in a deferred call. */
  during: z.string().optional(),
  /** Id of the panic event with the same value that this goroutine recovered before, and now throws again. */
  again: z.string().optional(),
  /** The signal that the runtime made this panic of: a nil pointer followed, memory that is not there. */
  fault: faultSchema.optional(),
});
export type PanicEvent = z.infer<typeof panicEventSchema>;

export const recoverEventSchema = z.object({
  ...base,
  kind: z.literal("recover"),
  ...onThread,
  /** Id of the panic event; null when that panic began before we attached. */
  panic: z.string().nullable(),
  /** With the trap `panic-dropped`. */
  swallowed: swallowedSchema.optional(),
});
export const fatalEventSchema = z.object({
  ...base,
  kind: z.literal("fatal"),
  ...onThread,
  /** As the runtime prints it. */
  text: z.string(),
  /** Id of the panic event that nothing recovered, where that is what ends the program. */
  panic: z.string().optional(),
  /** The signal that the runtime can't make a panic of. */
  fault: faultSchema.optional(),
});
export const goexitEventSchema = z.object({ ...base, kind: z.literal("goexit"), ...onThread });
/** Life of a goroutine with errors in flight (`--goroutines`). */
export const goroutineEventSchema = z.object({
  ...base,
  kind: z.literal("goroutine"),
  ...onThread,
  /** `site` is where it waits, starts another, or for `ended` its outermost function; the stack is empty for `resumed` and `ended`. */
  state: z.enum(["suspended", "resumed", "started", "ended"]),
  /** `suspended`, `resumed`: as the runtime says it in stack traces, e.g. `chan receive`. */
  reason: z.string().optional(),
  /** `resumed`: how long it waited, until a thread had it again. */
  waitNs: z.number().optional(),
  /** `started`: function of the new goroutine. */
  starts: z.string().optional(),
  /** Ids of error values made or seen on it, and not seen since to be wrapped, given to package fmt, thrown, or on another
   * goroutine. */
  inFlight: z.array(z.string()),
});
export type GoroutineEvent = z.infer<typeof goroutineEventSchema>;

export const exitEventSchema = z.object({
  ...base,
  kind: z.literal("exit"),
  thread: z.number().int(),
  /** Exit status 0–255; null when a signal ended the process. */
  code: z.number().int().nullable(),
  signal: z.string().nullable(),
  /** What sent the signal that ended it, as far as seen. `oom-killer`: the kernel chose it to be killed for want of memory;
   * `fault`: a thread of its own could not go on, at `address`; `kernel`: for another reason. */
  signalFrom: z
    .union([
      /** pid 0: one outside the pid namespace that errscope runs in. */
      z.object({ kind: z.literal("process"), pid: z.number().int(), name: z.string() }),
      z.object({
        kind: z.literal("fault"),
        thread: z.number().int(),
        address: z.string().nullable(),
        code: z.string(),
      }),
      z.object({ kind: z.enum(["oom-killer", "kernel"]) }),
    ])
    .optional(),
  /** A core was dumped. */
  core: z.boolean().optional(),
  /** Ids of error values in flight on the goroutine that ended it, as far as seen: what it wrote or logged last, else the
   * last error that it made. Empty when the status is 0 or no goroutine ended the process. */
  inFlight: z.array(z.string()),
  /** The goroutine that called os.Exit or did not recover from a panic, and where; absent when a signal or the return of
   * main.main ended the process. */
  goroutine: goroutineSchema.nullable().optional(),
  site: siteSchema.optional(),
  stack: z.array(frameSchema).optional(),
});
export type ExitEvent = z.infer<typeof exitEventSchema>;

export const lostEventSchema = z.object({
  ...base,
  kind: z.literal("lost"),
  count: z.number().int(),
  /** A site as `function file:line`, or a stage of the pipeline. */
  where: z.string(),
  why: z.string(),
});
export type LostEvent = z.infer<typeof lostEventSchema>;

export const attachEventSchema = z.object({
  ...base,
  kind: z.literal("attach"),
  certificate: certificateSchema,
  /** So long after the process began (or became this program by exec, where that was seen) were the probes in place: what it
   * did before is not seen. Absent: it is traced from its first instruction on. */
  lateNs: z.number().optional(),
  /** How sure `time` is on this host: half the width of what is known of the wall clock's offset, and how often it was seen
   * to be set, or the machine to be suspended. Times of other hosts differ by their clocks' errors as well. */
  clock: z.object({ uncertaintyNs: z.number(), steps: z.number().int() }).optional(),
});
export type AttachEvent = z.infer<typeof attachEventSchema>;

export const eventSchema = z.discriminatedUnion("kind", [
  errorEventSchema,
  panicEventSchema,
  recoverEventSchema,
  fatalEventSchema,
  goexitEventSchema,
  goroutineEventSchema,
  exitEventSchema,
  lostEventSchema,
  attachEventSchema,
]);
export type Event = z.infer<typeof eventSchema>;
/** Events that have a site and a stack. */
export type OccurrenceEvent = Extract<Event, { site: SiteRef; sampled: number }>;
