/** Worker thread of the analysis: reads the file for itself, then takes functions until none is left. */
import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import {
  BinaryError,
  calleesOf,
  describeErrors,
  ownPackages,
  type PackedSites,
  type PlanPart,
  packSites,
  readGoBinary,
  SitePlanner,
  type SiteSearch,
  togetherOf,
} from "../binary/index.ts";
import type { AnalysisReply, AnalysisTask } from "./analysis.ts";

/** Functions taken at a time. */
const SHARE = 64;

const task = workerData as AnalysisTask;
const port = parentPort!;
const tell = (reply: AnalysisReply) => port.postMessage(reply);

async function work(): Promise<void> {
  const told: Promise<SiteSearch> | null = task.initialises
    ? null
    : once(port, "message").then(([search]) => search as SiteSearch);
  const binary = readGoBinary(task.bytes);
  const callees = calleesOf(binary);
  if (task.describes) {
    const description = describeErrors(binary, callees);
    tell({ kind: "described", description, remembered: binary.remembered });
  }
  if (binary.arch !== "amd64") {
    tell({ kind: "done", part: togetherOf([]), sites: [], sentinels: [] });
    return;
  }
  const own = ownPackages(binary);
  const planner = new SitePlanner(
    binary,
    callees,
    (await told) ?? undefined,
    (path) => own(path) || task.returns.some((glob) => glob.test(path)),
  );
  const parts: PlanPart[] = [];
  // packed at once: small objects by the ten thousand keep V8's collector busy
  const packs: PackedSites[] = [];
  const keep = ({ sites, ...part }: PlanPart) => {
    packs.push(packSites(sites));
    parts.push({ ...part, sites: [] });
  };
  if (!told) {
    keep(planner.initialisation());
    tell({ kind: "initialised", search: planner.search });
  }
  for (;;) {
    const from = Atomics.add(task.taken, 0, SHARE);
    if (from >= planner.count) break;
    keep(planner.functions(from, from + SHARE));
  }
  tell({ kind: "done", part: togetherOf(parts), sites: packs, sentinels: planner.sentinels() });
  planner.free();
}

await work().catch((error: unknown) => {
  if (!(error instanceof BinaryError)) throw error;
  tell({ kind: "failed", code: error.code, message: error.message });
});
port.close();
