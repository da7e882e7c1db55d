/** Worker thread: the slow half of the analysis (disassembly), so that the collector goes on serving meanwhile. */
import { parentPort, workerData } from "node:worker_threads";
import { BinaryError, buildErrorMap, readGoBinary } from "../binary/index.ts";
import type { AnalysisReply } from "./analysis.ts";

function analyse(bytes: Uint8Array): AnalysisReply {
  try {
    const { binary: _, ...plain } = buildErrorMap(readGoBinary(bytes));
    return { ok: true, plain };
  } catch (error) {
    if (error instanceof BinaryError) return { ok: false, code: error.code, message: error.message };
    throw error;
  }
}

parentPort?.postMessage(analyse((workerData as { bytes: Uint8Array }).bytes));
