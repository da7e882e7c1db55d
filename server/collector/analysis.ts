/** Static analysis of an executable, off the main thread and on two. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import {
  BinaryError,
  type BinaryErrorCode,
  type ErrorDescription,
  type ErrorMap,
  type PlanPart,
  type RememberedBinary,
  readAgain,
  type Sentinel,
  type SiteSearch,
  wholePlan,
} from "../binary/index.ts";

/** What a worker is to do. */
export interface AnalysisTask {
  /** The file, in shared memory. */
  bytes: Uint8Array;
  /** How many functions were taken so far, for all workers. */
  taken: Int32Array;
  /** Describes the error types and the runtime, before it plans functions. */
  describes: boolean;
  /** Plans package initialisation, and tells the others what its search found; else it waits for that. */
  initialises: boolean;
}
/** What workers tell; each ends with "done" or "failed". */
export type AnalysisReply =
  | { kind: "described"; description: ErrorDescription; remembered: RememberedBinary }
  | { kind: "initialised"; search: SiteSearch }
  | { kind: "done"; parts: PlanPart[]; sentinels: Sentinel[] }
  | { kind: "failed"; code: BinaryErrorCode; message: string };

/** An error map without the binary, whose readers are no plain data. */
export interface PlainErrorMap extends Omit<ErrorMap, "binary"> {
  remembered: RememberedBinary;
}

/** Two threads: each has its own view of the types, in memory of its own. */
const MAX_THREADS = 2;
/** Bytes of a file below which a second thread isn't worth its start. */
const WORTH_TWO = 6 << 20;

/**
 * @param bytes the whole ELF file; copied into shared memory unless it is there already.
 * @throws BinaryError when the file is no Go program that can be analysed; its message says what to do.
 */
export async function analyse(bytes: Uint8Array): Promise<ErrorMap> {
  const shared = inSharedMemory(bytes);
  const { remembered, ...plain } = await analysePlain(shared);
  return { binary: readAgain(shared, remembered), ...plain };
}

function inSharedMemory(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

async function analysePlain(bytes: Uint8Array): Promise<PlainErrorMap> {
  const started = performance.now();
  const threads = bytes.length < WORTH_TWO ? 1 : Math.min(MAX_THREADS, availableParallelism());
  const taken = new Int32Array(new SharedArrayBuffer(4));
  const workers = Array.from({ length: threads }, (_, i) => {
    const task: AnalysisTask = { bytes, taken, describes: i === threads - 1, initialises: i === 0 };
    return new Worker(new URL("./analysis-worker.ts", import.meta.url), { workerData: task });
  });
  let described: Extract<AnalysisReply, { kind: "described" }> | undefined;
  const parts: PlanPart[] = [];
  let sentinels: Sentinel[] = [];
  try {
    await Promise.all(
      workers.map((worker) =>
        answers(worker, (reply) => {
          if (reply.kind === "described") described = reply;
          else if (reply.kind === "done") {
            parts.push(...reply.parts);
            sentinels = reply.sentinels;
          } else if (reply.kind === "initialised")
            for (const other of workers) if (other !== worker) other.postMessage(reply.search);
        }),
      ),
    );
  } finally {
    for (const worker of workers) void worker.terminate();
  }
  if (!described) throw new Error("the analysis ended without a description of the error types");
  const { description, remembered } = described;
  return { ...description, remembered, plan: wholePlan(parts, sentinels), ms: performance.now() - started };
}

/** Hands on what the worker says until it is done. */
function answers(worker: Worker, take: (reply: AnalysisReply) => void): Promise<void> {
  return new Promise((done, fail) => {
    worker.on("message", (reply: AnalysisReply) => {
      if (reply.kind === "failed") fail(new BinaryError(reply.code, reply.message));
      else take(reply);
      if (reply.kind === "done") done();
    });
    worker.once("error", fail);
    worker.once("exit", (code) => fail(new Error(`the analysis ended without a result (exit code ${code})`)));
  });
}
