/**
 * The event: one JSON object a line on stdout, the same shape on the socket, in the store and in a snapshot.
 *
 * This file is the vocabulary of the whole project (contract.md). It imports nothing of Node's, so that the page, the
 * collector, the store and the tests share one definition. Times named `…Ns` are nanoseconds of CLOCK_MONOTONIC unless
 * said otherwise; `time` is RFC 3339 UTC with nanoseconds.
 */
import { z } from "zod";

export const EVENT_VERSION = 1;

/** What happened at a site. `new` a pointer error was allocated; `convert` a value became an error; `wrap` and `join`
 * were made with causes; `sentinel` a package-level error was used again; `return` an error was passed up; `mention` it was
 * given to package fmt: written, logged, or made a text; `fatal`, `goexit`, `exit` the program or goroutine was ended. */
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
  container: z.string().nullable(),
});
export type ProcessRef = z.infer<typeof processSchema>;

export const goroutineSchema = z.object({
  id: z.number().int(),
  /** Id of the goroutine that ran the `go` statement; null when this Go version doesn't keep it (before 1.21). */
  parent: z.number().int().nullable(),
  createdBy: z.string().nullable(),
  /** What it waited for last, as the runtime says it in stack traces: `IO wait`, `select`, `sync.Mutex.Lock`. */
  lastWait: z.string().optional(),
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
 * `mention`: formatted by %v or %s, so the chain is lost to errors.Is. */
export const causeViaSchema = z.enum(["unwrap", "field", "mention"]);
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

/** A time in which the thread did not run: `runnable` ready, but no processor had it; `blocked` asleep, in a call or for
 * want of work; `page-fault` asleep in a page fault, for a disk; `reclaim` freeing memory for the kernel before it could
 * have some; `softirq` and `hardirq` interrupted by these. */
export const pauseSchema = z.object({
  what: z.enum(["runnable", "blocked", "page-fault", "reclaim", "softirq", "hardirq"]),
  /** From its end to the event; and how long it was. */
  agoNs: z.number(),
  forNs: z.number(),
  /** `blocked`: the system call that it slept in; absent: in none, or not determined. */
  syscall: z.string().optional(),
  /** So many short ones that followed each other closely; `forNs` is their sum. */
  times: z.number().int().optional(),
});
export type Pause = z.infer<typeof pauseSchema>;

/** The kernel's part of the story: the failed system call behind the syscall.Errno that the error holds, and how the thread
 * fared in the second before. Absent where nothing is known. */
export const kernelFactSchema = z.object({
  syscall: z.string().nullable(),
  errno: z.string().nullable(),
  /** From the call's return to the error. */
  agoNs: z.number().nullable(),
  /** How long the call took. */
  durationNs: z.number().optional(),
  /** The path argument. */
  path: z.string().optional(),
  /** The descriptor argument, and the file that it was open on. */
  fd: z.number().int().optional(),
  file: z.string().optional(),
  /** `host:port` or path that a socket was connected or bound to, by the argument or as the kernel had it; and its own. */
  address: z.string().optional(),
  local: z.string().optional(),
  /** The call itself succeeded: getsockopt(SO_ERROR) told of this error on a socket. */
  socketError: z.boolean().optional(),
  /** So many other failed calls fit as well. */
  others: z.number().int().optional(),
  /** Only its number and its time fit: a request of io_uring, of which nobody can tell the goroutine. */
  unsure: z.boolean().optional(),
  /** In `windowNs` before the event, pauses of 0.1 ms (asleep: 1 ms) or longer: ready to run without a processor; taken by softirqs. */
  runqueueDelayNs: z.number().nullable(),
  softirqNs: z.number().nullable(),
  /** The same of interrupt handlers, of page faults that waited for a disk, and of freeing memory; absent: none. */
  hardirqNs: z.number().optional(),
  pageFaultNs: z.number().optional(),
  reclaimNs: z.number().optional(),
  /** What the garbage collector did in the window: how long it was marking, in how many cycles; and how long the runtime had the
   * world stopped, for it or for something else. Absent: nothing. */
  gc: z.object({ markingNs: z.number(), stoppedNs: z.number(), cycles: z.number().int() }).optional(),
  /** 1 s, or less where the thread has not been watched for so long. */
  windowNs: z.number().optional(),
  /** The quota of its cgroup kept its tasks from running, since the process's event before. */
  throttledNs: z.number().optional(),
  /** Newest first, those that end in the window. */
  pauses: z.array(pauseSchema).optional(),
  /** Of an error that a deadline made: what the goroutine and its thread did in the time before. */
  explanation: z.string().optional(),
});
export type KernelFact = z.infer<typeof kernelFactSchema>;

/** What catches people who program in Go. `typed-nil`: an interface that isn't nil holds a nil pointer; `cause-lost`: an
 * error's text was put into a new error without %w, so errors.Is can't find it; `cyclic-chain`: Unwrap leads back to the
 * error; `error-method-panicked`: package fmt recovered from a panic in an Error, String or Format method. */
export const trapSchema = z.enum(["typed-nil", "cause-lost", "cyclic-chain", "error-method-panicked"]);
export type Trap = z.infer<typeof trapSchema>;

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
  /** This line stands for so many occurrences (1: every one is here). */
  sampled: z.number(),
};

export const errorEventSchema = z.object({
  ...base,
  kind: z.literal("error"),
  ...onThread,
  error: errorValueSchema,
  /** The first time that this value is seen as an error; false: seen again (returned, sentinel, …). */
  made: z.boolean(),
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
export const attachEventSchema = z.object({
  ...base,
  kind: z.literal("attach"),
  certificate: certificateSchema,
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
  exitEventSchema,
  lostEventSchema,
  attachEventSchema,
]);
export type Event = z.infer<typeof eventSchema>;
/** Events that have a site and a stack. */
export type OccurrenceEvent = Extract<Event, { site: SiteRef; sampled: number }>;
