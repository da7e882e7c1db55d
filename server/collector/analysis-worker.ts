/** Worker thread of the analysis: reads the file and describes errors, or is told what another read; then plans functions until none is left. */
import { once } from "node:events";
import { flushCompileCache } from "node:module";
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import {
  BinaryError,
  calleesOf,
  describeErrors,
  lookAhead,
  type ModulePlace,
  ownPackages,
  type PackedSites,
  type PlanPart,
  packSites,
  planApart,
  type RememberedBinary,
  readAgain,
  readGoBinary,
  SitePlanner,
  type SiteSearch,
  togetherOf,
  usesAhead,
  type VariableUses,
} from "../binary/index.ts";
import type { AnalysisNews, AnalysisReply, AnalysisTask } from "./analysis.ts";

/** Functions taken at a time. */
const SHARE = 64;

const task = workerData as AnalysisTask;
const port = parentPort!;
const tell = (reply: AnalysisReply) => port.postMessage(reply);

/** That the bytes are there, and what other threads found, each once it is told. */
const news = {
  arrived: Promise.withResolvers<void>(),
  remembered: Promise.withResolvers<RememberedBinary>(),
  search: Promise.withResolvers<SiteSearch>(),
};
port.on("message", ({ arrived, remembered, search }: AnalysisNews) => {
  if (arrived) news.arrived.resolve();
  if (remembered) news.remembered.resolve(remembered);
  if (search) news.search.resolve(search);
});

async function work(): Promise<void> {
  await news.arrived.promise;
  if (task.peer && !task.describes) await workAhead(task.peer);
  const binary = task.describes
    ? readGoBinary(task.bytes, (place) => task.peer?.postMessage(place))
    : readAgain(task.bytes, await news.remembered.promise);
  const callees = calleesOf(binary);
  const parts: PlanPart[] = [];
  // packed at once: small objects by the ten thousand keep V8's collector busy
  const packs: PackedSites[] = [];
  const keep = ({ sites, ...part }: PlanPart) => {
    packs.push(packSites(sites));
    parts.push({ ...part, sites: [] });
  };
  if (task.describes) {
    tell({ kind: "read", remembered: binary.remembered });
    const uses = () => (task.peer && (receiveMessageOnPort(task.peer)?.message as VariableUses)) ?? null;
    tell({ kind: "described", description: describeErrors(binary, callees, uses) });
    keep(planApart(binary));
  }
  const told = task.initialises ? null : await news.search.promise;
  const own = ownPackages(binary);
  const planner = new SitePlanner(
    binary,
    callees,
    told ?? undefined,
    (path) => own(path) || task.returns.some((glob) => glob.test(path)),
  );
  if (!told) {
    keep(planner.initialisation());
    tell({ kind: "initialised", search: planner.search });
  }
  for (;;) {
    const from = Atomics.add(task.taken, 0, SHARE);
    if (from >= planner.count) break;
    keep(planner.functions(from, from + SHARE));
  }
  flushCompileCache();
  tell({ kind: "done", part: togetherOf(parts), sites: packs, sentinels: planner.sentinels() });
  planner.free();
}

/** While the first thread reads: what does without types, and what it needs of that. */
async function workAhead(peer: MessagePort): Promise<void> {
  lookAhead(task.bytes);
  const [place] = (await once(peer, "message")) as [ModulePlace];
  const { stores, taken } = usesAhead(task.bytes, place);
  const columns = [stores, taken].flatMap(({ targets, pcs, order, starts }) => [targets, pcs, order, starts]);
  peer.postMessage(
    { stores, taken },
    columns.map(({ buffer }) => buffer as ArrayBuffer),
  );
}

await work().catch((error: unknown) => {
  if (!(error instanceof BinaryError)) throw error;
  tell({ kind: "failed", code: error.code, message: error.message });
});
port.close();
task.peer?.close();
