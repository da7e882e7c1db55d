/** Static analysis of an executable, off the main thread and on two. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { availableParallelism } from "node:os";
import { type ResourceLimits, Worker } from "node:worker_threads";
import {
  BinaryError,
  type BinaryErrorCode,
  type ErrorDescription,
  type ErrorMap,
  type PackedSites,
  type PlanPart,
  packSites,
  type RememberedBinary,
  readAgain,
  type Sentinel,
  type SitePlan,
  type SiteSearch,
  unpackSites,
  wholePlan,
} from "../binary/index.ts";
import { AnalysisCache } from "./analysis-cache.ts";

/** What a worker is to do. */
export interface AnalysisTask {
  /** The file, in shared memory. */
  bytes: Uint8Array;
  /** How many functions were taken so far, for all workers. */
  taken: Int32Array;
  /** Describes the error types and the runtime, before it plans functions. */
  describes: boolean;
  /** Packages of which the return hops are planned, beside the program's own module. */
  returns: readonly RegExp[];
  /** Plans package initialisation, and tells the others what its search found; else it waits for that. */
  initialises: boolean;
}
/** What workers tell; each ends with "done" or "failed". */
export type AnalysisReply =
  | { kind: "described"; description: ErrorDescription; remembered: RememberedBinary }
  | { kind: "initialised"; search: SiteSearch }
  | { kind: "done"; part: PlanPart; sites: PackedSites[]; sentinels: Sentinel[] }
  | { kind: "failed"; code: BinaryErrorCode; message: string };

/** An error map as plain data in few pieces. */
export interface PlainErrorMap extends Omit<ErrorMap, "binary" | "plan"> {
  remembered: RememberedBinary;
  plan: Omit<SitePlan, "sites">;
  /** In pieces, in any order. */
  sites: PackedSites[];
}

/** With fewer, the compiler and the collector of one thread keep the others busy: two are no faster. */
const WORTH_CORES = 4;
/** Bytes of a file below which a second thread isn't worth its start. */
const WORTH_TWO = 6 << 20;

const onDisk = new AnalysisCache();

export interface AnalysisOptions {
  /** Packages of which the return hops are planned, beside the program's own module. */
  returns?: readonly RegExp[];
  /** Where the results of earlier analyses are; null: none is looked for or kept. */
  cache?: AnalysisCache | null;
  /** As many as are worth it on this machine unless told. */
  threads?: 1 | 2;
  /** What each thread may use before it is given as much as it wants. */
  heap?: ResourceLimits;
}

/**
 * @param bytes the whole ELF file; copied into shared memory unless it is there already.
 * @throws BinaryError when the file is no Go program that can be analysed; its message says what to do.
 */
export async function analyse(
  bytes: Uint8Array,
  {
    returns = [],
    cache = onDisk,
    threads = threadsFor(bytes.length),
    heap = heapFor(bytes.length),
  }: AnalysisOptions = {},
): Promise<ErrorMap> {
  const started = performance.now();
  const key = cache?.keyOf(bytes, returns) ?? "";
  const earlier = cache && restored(bytes, cache.get(key));
  if (earlier) return { ...earlier, ms: performance.now() - started };
  const shared = inSharedMemory(bytes);
  const plain = await analysePlain(shared, returns, threads, heap).catch((error: unknown) => {
    if ((error as { code?: string }).code !== "ERR_WORKER_OUT_OF_MEMORY") throw error;
    return analysePlain(shared, returns, threads, {});
  });
  cache?.put(key, plain);
  return wholeMap(shared, plain);
}

/** Null where there is no earlier result, or one that isn't what it should be: then the analysis is made anew. */
function restored(bytes: Uint8Array, plain: PlainErrorMap | null): ErrorMap | null {
  try {
    return plain && wholeMap(bytes, plain);
  } catch {
    return null;
  }
}

function wholeMap(bytes: Uint8Array, { remembered, plan, sites, ...rest }: PlainErrorMap): ErrorMap {
  const unpacked = sites.flatMap(unpackSites).sort((a, b) => a.pc - b.pc);
  return { binary: readAgain(bytes, remembered), ...rest, plan: { ...plan, sites: unpacked } };
}

/** A file's bytes in shared memory, where `analyse` uses them without a copy. @throws the system's error. */
export function readShared(path: string): Uint8Array {
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(new SharedArrayBuffer(fstatSync(file).size));
    let at = 0;
    for (let got = -1; at < bytes.length && got !== 0; at += got)
      got = readSync(file, bytes, at, Math.min(bytes.length - at, READ_SIZE), at);
    return bytes.subarray(0, at);
  } finally {
    closeSync(file);
  }
}
const READ_SIZE = 16 << 20;

function inSharedMemory(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

/** V8 lets garbage grow to a multiple of what is alive; what an analysis needs goes with the file's size. */
const heapFor = (bytes: number): ResourceLimits => ({
  maxOldGenerationSizeMb: 64 + Math.ceil(bytes / 2 ** 20),
  maxYoungGenerationSizeMb: 16,
});

/** Two at most: each has its own view of the types, in memory of its own. */
const threadsFor = (bytes: number): 1 | 2 =>
  bytes >= WORTH_TWO && availableParallelism() >= WORTH_CORES ? 2 : 1;

async function analysePlain(
  bytes: Uint8Array,
  returns: readonly RegExp[],
  threads: 1 | 2,
  resourceLimits: ResourceLimits,
): Promise<PlainErrorMap> {
  const started = performance.now();
  const taken = new Int32Array(new SharedArrayBuffer(4));
  const workers = Array.from({ length: threads }, (_, i) => {
    const task: AnalysisTask = { bytes, taken, returns, describes: i === threads - 1, initialises: i === 0 };
    return new Worker(new URL("./analysis-worker.ts", import.meta.url), { workerData: task, resourceLimits });
  });
  let described: Extract<AnalysisReply, { kind: "described" }> | undefined;
  const parts: PlanPart[] = [];
  const sites: PackedSites[] = [];
  let sentinels: Sentinel[] = [];
  try {
    await Promise.all(
      workers.map((worker) =>
        answers(worker, (reply) => {
          if (reply.kind === "described") described = reply;
          else if (reply.kind === "done") {
            parts.push(reply.part);
            sites.push(...reply.sites);
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
  const { sites: hops, ...plan } = wholePlan(parts, sentinels);
  return {
    ...description,
    remembered,
    plan,
    sites: [...sites, packSites(hops)],
    ms: performance.now() - started,
  };
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
