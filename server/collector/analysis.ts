/** Static analysis of an executable, off the main thread. */
import { Worker } from "node:worker_threads";
import { BinaryError, type BinaryErrorCode, type ErrorMap, readGoBinary } from "../binary/index.ts";

/** What the worker sends: the part of an ErrorMap that is plain data. The binary's readers are made here again. */
export type AnalysisReply =
  | { ok: true; plain: Omit<ErrorMap, "binary"> }
  | { ok: false; code: BinaryErrorCode; message: string };

/**
 * @param bytes the whole ELF file; copied once into shared memory.
 * @throws BinaryError when the file is no Go program that can be analysed; its message says what to do.
 */
export async function analyse(bytes: Uint8Array): Promise<ErrorMap> {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  const worker = new Worker(new URL("./analysis-worker.ts", import.meta.url), {
    workerData: { bytes: shared },
  });
  const reply = new Promise<AnalysisReply>((done, fail) => {
    worker.once("message", done);
    worker.once("error", fail);
    worker.once("exit", (code) => fail(new Error(`the analysis ended without a result (exit code ${code})`)));
  });
  const binary = attempt(() => readGoBinary(shared));
  const result = await reply.finally(() => worker.terminate());
  if (!result.ok) throw new BinaryError(result.code, result.message);
  if (binary instanceof Error) throw binary;
  return { binary, ...result.plain };
}

function attempt<T>(make: () => T): T | Error {
  try {
    return make();
  } catch (error) {
    return error as Error;
  }
}
