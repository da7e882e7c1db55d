/** Static analysis of an executable, off the main thread. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { MessageChannel, type MessagePort, type ResourceLimits, Worker } from "node:worker_threads";
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
  type Site,
  type SitePlan,
  type SiteSearch,
  type UnreadRange,
  unpackSites,
  wholePlan,
} from "../binary/index.ts";
import { AnalysisCache } from "./analysis-cache.ts";
import { cacheDir } from "./cache-dir.ts";
import { takeFastCompiler } from "./compiler-tiers.ts";
import type { FileStatus } from "./content-index.ts";
import { workerFile } from "./worker-file.ts";

/** What a worker is to do. */
export interface AnalysisTask {
  /** The file, in shared memory; all there once `AnalysisNews.arrived` is told. */
  bytes: Uint8Array;
  /** How many functions were taken so far, for all workers. */
  taken: Int32Array;
  /** Reads the file and describes its error types and the runtime, before it plans; else it waits for what that thread read. */
  describes: boolean;
  /** Packages of which the return hops are planned, beside the program's own module. */
  returns: readonly RegExp[];
  /** To the other of two threads: the one that reads tells where the tables are, the one that will search the code what uses variables. */
  peer: MessagePort | null;
  /** Plans package initialisation first, and tells the others what its search found; else it waits for that. */
  initialises: boolean;
}
/** What a worker is told: that it may begin, and of the others. */
export interface AnalysisNews {
  arrived?: true;
  remembered?: RememberedBinary;
  search?: SiteSearch;
}
/** What workers tell; each ends with "done" or "failed". */
export type AnalysisReply =
  | { kind: "read"; remembered: RememberedBinary }
  | { kind: "described"; description: ErrorDescription }
  | { kind: "initialised"; search: SiteSearch }
  | { kind: "done"; part: PlanPart; sites: PackedSites[]; sentinels: Sentinel[] }
  | { kind: "failed"; code: BinaryErrorCode; message: string };

/** An error map as plain data in few pieces. */
export interface PlainErrorMap extends Omit<ErrorMap, "binary" | "plan"> {
  remembered: RememberedBinary;
  plan: Omit<SitePlan, "sites">;
  /** In pieces: one by address, or several in any order. */
  sites: PackedSites[];
}

/** With fewer, the compilers and collectors of two threads keep the processors busy: three are no faster. */
const WORTH_CORES = 4;
/** Bytes of a file below which a second thread isn't worth its start. */
const WORTH_TWO = 6 << 20;

const onDisk = new AnalysisCache();

/** One for all; or one that describes errors first, and others that plan functions meanwhile. */
export type Threads = 1 | 2 | 3;

export interface AnalysisOptions {
  /** Packages of which the return hops are planned, beside the program's own module. */
  returns?: readonly RegExp[];
  /** Where the results of earlier analyses are; null: none is looked for or kept. */
  cache?: AnalysisCache | null;
  /** stat(2) of the file that the bytes are of, if it was the same before and after they were read. */
  status?: FileStatus | null;
  /** A part of the bytes that isn't there yet: code, read at once where the file must be analysed. */
  unread?: UnreadRange | null;
  /** When the other bytes are there; false: they can't be had. */
  arrived?: Promise<boolean>;
  /** As many as are worth it on this machine unless told. */
  threads?: Threads;
  /** What each thread may use before it is given as much as it wants; by the file's size unless told. */
  heap?: ResourceLimits;
  /** What each thread runs. */
  worker?: string;
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
    status = null,
    unread = null,
    arrived = Promise.resolve(true),
    threads = threadsFor(bytes.length),
    heap = heapFor(bytes.length),
    worker = workerFile(),
  }: AnalysisOptions = {},
): Promise<ErrorMap> {
  const started = performance.now();
  const all = async (rest = unread) => {
    if (!(await arrived) || rest?.read() === false)
      throw new BinaryError("truncated", "the file was written to while it was read; try again");
  };
  const how = { returns, threads, heap, worker };
  const known = cache?.knownKey(status, returns);
  // threads load their code while the bytes arrive and are hashed: most often the file is a new one
  let ahead = known || !isShared(bytes) ? null : new AnalysisThreads(bytes, how);
  try {
    if (!known) await all();
    let key = known ?? cache?.keyOf(bytes, returns, status) ?? "";
    const earlier = cache?.get(key);
    if (earlier) {
      const sites = attempt(() => sitesInOrder(earlier.sites)); // while the bytes arrive
      await all(null);
      const map = sites && attempt(() => wholeMap(bytes, earlier, sites, unread));
      if (map) return { ...map, ms: performance.now() - started };
    }
    await all();
    if (known && cache) key = cache.keyOf(bytes, returns, status); // what is known of the file may be of other bytes
    const shared = inSharedMemory(bytes);
    ahead ??= new AnalysisThreads(shared, how);
    const plain = await ahead.run().catch((error: unknown) => {
      if ((error as { code?: string }).code !== "ERR_WORKER_OUT_OF_MEMORY") throw error;
      return new AnalysisThreads(shared, { ...how, heap: {} }).run();
    });
    const map = wholeMap(shared, plain, sitesInOrder(plain.sites));
    cache?.put(key, { ...plain, sites: [packSites(map.plan.sites)] });
    return map;
  } finally {
    ahead?.stop();
  }
}

/** Null where an earlier result isn't what it should be: then the analysis is made anew. */
function attempt<T>(restore: () => T): T | null {
  try {
    return restore();
  } catch {
    return null;
  }
}

function wholeMap(
  bytes: Uint8Array,
  { remembered, plan, sites: _, ...rest }: PlainErrorMap,
  sites: Site[],
  unread: UnreadRange | null = null,
): ErrorMap {
  return { binary: readAgain(bytes, remembered, unread), ...rest, plan: { ...plan, sites } };
}

function sitesInOrder(packs: readonly PackedSites[]): Site[] {
  const [only, ...others] = packs;
  if (only && others.length === 0) return unpackSites(only);
  return packs.flatMap(unpackSites).sort((a, b) => a.pc - b.pc);
}

const isShared = (bytes: Uint8Array) => bytes.buffer instanceof SharedArrayBuffer;

function inSharedMemory(bytes: Uint8Array): Uint8Array {
  if (isShared(bytes)) return bytes;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

/**
 * V8 lets garbage grow to a multiple of what is alive; what an analysis needs goes with the file's size. More room for young
 * objects is faster; 24 MiB keep the whole below four times a file of 100 MB.
 */
const heapFor = (bytes: number): ResourceLimits => ({
  maxOldGenerationSizeMb: 36 + Math.ceil((0.22 * bytes) / 2 ** 20),
  maxYoungGenerationSizeMb: 24,
});

const threadsFor = (bytes: number): Threads =>
  bytes < WORTH_TWO || availableParallelism() < 2 ? 1 : availableParallelism() < WORTH_CORES ? 2 : 3;

type How = Required<Pick<AnalysisOptions, "returns" | "threads" | "heap" | "worker">>;

/** The threads of one analysis, which load their code at once and wait for the bytes. */
class AnalysisThreads {
  readonly #workers: readonly Worker[];
  readonly #giveBack = takeFastCompiler();
  readonly #started = performance.now();
  #answered: Promise<unknown>[] = [];
  #remembered: RememberedBinary | undefined;
  #description: ErrorDescription | undefined;
  readonly #parts: PlanPart[] = [];
  readonly #sites: PackedSites[] = [];
  #sentinels: Sentinel[] = [];

  /** @param bytes in shared memory. */
  constructor(bytes: Uint8Array, { returns, threads, heap, worker: file }: How) {
    const taken = new Int32Array(new SharedArrayBuffer(4));
    const channel = threads > 1 ? new MessageChannel() : null;
    const peers = channel
      ? new Map([
          [0, channel.port1],
          [threads - 1, channel.port2],
        ])
      : null;
    this.#workers = Array.from({ length: threads }, (_, i) => {
      const peer = peers?.get(i) ?? null;
      const task: AnalysisTask = {
        bytes,
        taken,
        returns,
        peer,
        describes: i === 0,
        initialises: i === threads - 1,
      };
      return new Worker(file, {
        workerData: task,
        transferList: peer ? [peer] : [],
        resourceLimits: heap,
        env: workerEnvironment(),
      });
    });
    this.#answered = this.#workers.map((worker) => answers(worker, (reply) => this.#take(worker, reply)));
    for (const answered of this.#answered) answered.catch(() => {}); // until `run`, or not at all
  }

  /** Once the bytes are all there. */
  async run(): Promise<PlainErrorMap> {
    this.#tellOthers(null, { arrived: true });
    try {
      await Promise.all(this.#answered);
    } finally {
      this.stop();
    }
    if (!this.#description || !this.#remembered)
      throw new Error("the analysis ended without a description of the error types");
    const { sites: hops, ...plan } = wholePlan(this.#parts, this.#sentinels);
    return {
      ...this.#description,
      remembered: this.#remembered,
      plan,
      sites: [...this.#sites, packSites(hops)],
      ms: performance.now() - this.#started,
    };
  }

  stop(): void {
    void Promise.all(this.#workers.map((worker) => worker.terminate())).then(this.#giveBack);
  }

  #tellOthers(teller: Worker | null, news: AnalysisNews): void {
    for (const other of this.#workers) if (other !== teller) other.postMessage(news);
  }

  #take(worker: Worker, reply: AnalysisReply): void {
    if (reply.kind === "read") {
      this.#remembered = reply.remembered;
      this.#tellOthers(worker, { remembered: reply.remembered });
    } else if (reply.kind === "described") this.#description = reply.description;
    else if (reply.kind === "initialised") this.#tellOthers(worker, { search: reply.search });
    else if (reply.kind === "done") {
      this.#parts.push(reply.part);
      this.#sites.push(...reply.sites);
      if (reply.sentinels.length > 0) this.#sentinels = reply.sentinels;
      void worker.terminate();
    }
  }
}

/** A thread has no compile cache by its parent's (`cli/main.ts`); with one it starts in a quarter of the time. */
function workerEnvironment(): NodeJS.ProcessEnv {
  const dir = cacheDir();
  return dir ? { ...process.env, NODE_COMPILE_CACHE: join(dir, "node") } : process.env;
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
