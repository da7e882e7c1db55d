/** Worker thread of the analysis: reads the file and describes errors, or is told what another read; then plans functions until none is left. */
import { once } from "node:events";
import { flushCompileCache } from "node:module";
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import {
  BinaryError,
  calleesOf,
  describeErrors,
  functionKinds,
  type GoBinary,
  LookAhead,
  type ModulePlace,
  ownPackages,
  type PackedSites,
  type Passes,
  type PlanAhead,
  type PlanPart,
  packSites,
  planApart,
  type RememberedBinary,
  readAgain,
  readGoBinary,
  SitePlanner,
  type SiteSearch,
  togetherOf,
  type VariableUses,
} from "../binary/index.ts";
import type { AnalysisNews, AnalysisReply, AnalysisTask } from "./analysis.ts";

/** Functions taken at a time. */
const SHARE = 64;

type Callees = ReturnType<typeof calleesOf>;

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

/** The packages of which the return hops are planned. */
function passesOf(binary: Pick<GoBinary, "module">): Passes {
  const own = ownPackages(binary);
  return (path) => own(path) || task.returns.some((glob) => glob.test(path));
}

/** Plans functions until none is left. */
function plan(binary: GoBinary, callees: Callees, known: SiteSearch | PlanAhead, parts: Parts): void {
  const planner = new SitePlanner(binary, callees, known);
  if (task.initialises) {
    parts.keep(planner.initialisation());
    tell({ kind: "initialised", search: planner.search });
  }
  for (;;) {
    const from = Atomics.add(task.taken, 0, SHARE);
    if (from >= planner.count) break;
    parts.keep(planner.functions(from, from + SHARE));
  }
  flushCompileCache();
  tell({ kind: "done", part: togetherOf(parts.parts), sites: parts.packs, sentinels: planner.sentinels() });
  planner.free();
}

class Parts {
  readonly parts: PlanPart[] = [];
  // packed at once: small objects by the ten thousand keep V8's collector busy
  readonly packs: PackedSites[] = [];

  keep({ sites, ...part }: PlanPart): void {
    this.packs.push(packSites(sites));
    this.parts.push({ ...part, sites: [] });
  }
}

async function readAndDescribe(): Promise<void> {
  const parts = new Parts();
  const binary = readGoBinary(task.bytes, (place) => task.peer?.postMessage(place));
  tell({ kind: "read", remembered: binary.remembered });
  const callees = calleesOf(binary);
  const uses = () => (task.peer && (receiveMessageOnPort(task.peer)?.message as VariableUses)) ?? null;
  tell({ kind: "described", description: describeErrors(binary, callees, uses) });
  parts.keep(planApart(binary));
  const known = task.initialises
    ? { kinds: functionKinds(binary, passesOf(binary)), scan: null }
    : await news.search.promise;
  plan(binary, callees, known, parts);
}

/** While the first thread reads types: what does without them, and what that one needs of it. */
async function workAhead(peer: MessagePort): Promise<void> {
  LookAhead.atCode(task.bytes);
  const [place] = (await once(peer, "message")) as [ModulePlace];
  const ahead = new LookAhead(task.bytes, place);
  const uses = ahead.uses();
  const columns = [uses.stores, uses.taken].flatMap(({ targets, pcs, order, starts }) => [
    targets,
    pcs,
    order,
    starts,
  ]);
  peer.postMessage(
    uses,
    columns.map(({ buffer }) => buffer as ArrayBuffer),
  );
  const known = ahead.plan(passesOf(place));
  const binary = ahead.binary(await news.remembered.promise);
  plan(binary, calleesOf(binary), known, new Parts());
}

/** Once others have read and searched. */
async function join(): Promise<void> {
  const binary = readAgain(task.bytes, await news.remembered.promise);
  plan(binary, calleesOf(binary), await news.search.promise, new Parts());
}

async function work(): Promise<void> {
  await news.arrived.promise;
  if (task.describes) await readAndDescribe();
  else if (task.peer) await workAhead(task.peer);
  else await join();
}

// without await here: the bundle is a CommonJS module
void work()
  .catch((error: unknown) => {
    if (!(error instanceof BinaryError)) throw error;
    tell({ kind: "failed", code: error.code, message: error.message });
  })
  .finally(() => {
    port.close();
    task.peer?.close();
  });
