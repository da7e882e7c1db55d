/** What the kernel knows of the time before an error. */
import { z } from "zod";

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
  /** So many that followed each other closely (never waits and sleeps), told as one; `forNs` is their sum, within the window. */
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
  /** In `windowNs` before the event, pauses of 0.1 ms (asleep: 1 ms; several of the others together) or longer: ready to run without a processor; taken by softirqs. */
  runqueueDelayNs: z.number().nullable(),
  softirqNs: z.number().nullable(),
  /** The same of interrupt handlers, of page faults that waited for a disk, and of freeing memory; absent: none. */
  hardirqNs: z.number().optional(),
  pageFaultNs: z.number().optional(),
  reclaimNs: z.number().optional(),
  /** What the garbage collector did in the window: how long it was marking, in how many cycles; and how long the runtime had the
   * world stopped, for it or for something else. Absent: nothing. */
  gc: z.object({ markingNs: z.number(), stoppedNs: z.number(), cycles: z.number().int() }).optional(),
  /** 1 s, or less where the thread has not been watched for so long, or had too many pauses for all to be kept. */
  windowNs: z.number().optional(),
  /** The quota of its cgroup kept its tasks from running, since the process's event before. */
  throttledNs: z.number().optional(),
  /** Newest first, those that end in the window. */
  pauses: z.array(pauseSchema).optional(),
  /** Of an error that a deadline made: what the goroutine and its thread did in the time before. */
  explanation: z.string().optional(),
});
export type KernelFact = z.infer<typeof kernelFactSchema>;
