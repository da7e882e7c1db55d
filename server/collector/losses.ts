/** What was lost, told once each, with the process and the place as far as they are known. */
import { IdentityTable, ProcessState } from "../decode/index.ts";
import type { Counters } from "../events/index.ts";
import type { Tracer } from "../tracer/index.ts";
import type { Account } from "./account.ts";
import type { Executables, Loaded } from "./executables.ts";
import { refOf, type Tracked } from "./tracked.ts";

type Tell = (state: ProcessState, count: number, where: string, why: string) => void;

export class Losses {
  readonly #account: Account;
  readonly #processes: ReadonlyMap<number, Tracked>;
  readonly #host: string;
  readonly #tell: Tell;

  constructor(account: Account, processes: ReadonlyMap<number, Tracked>, host: string, tell: Tell) {
    this.#account = account;
    this.#processes = processes;
    this.#host = host;
    this.#tell = tell;
  }

  /** Tells what is not told yet. @returns the sums over all sites. */
  tell({ sites, tracer }: Awaited<ReturnType<Tracer["stats"]>>, executables: Executables): Counters {
    const opOf = (site: number) => {
      const found = executables.find(site);
      return found?.loaded.executable.map.plan.sites[found.index]?.op;
    };
    const { sum, losses } = this.#account.take(sites, opOf);
    for (const { site, pid, count, why } of losses) {
      const found = executables.find(site);
      const state = this.#stateFor(pid, found?.loaded);
      const where = found ? placeOf(found.loaded, found.index) : "not determined";
      if (state) this.#tell(state, count, where, why);
    }
    const [first] = this.#processes.values();
    // An error may miss the failed call that it came from.
    const calls = first ? this.#account.takeCalls(tracer.callsLost) : 0;
    const why = "more than 20,000 in a second, or the ring buffer was full";
    if (first && calls > 0) this.#tell(first.state, calls, "failed system calls", why);
    return sum;
  }

  #stateFor(pid: number | null, loaded: Loaded | undefined): ProcessState | undefined {
    const known = this.#processes.get(pid ?? 0);
    if (known?.loaded === loaded && known) return known.state;
    if (pid === null) return [...this.#processes.values()].find((p) => p.loaded === loaded)?.state;
    const about = { exe: loaded?.path ?? "", buildId: loaded?.executable.map.binary.buildId ?? null };
    return new ProcessState(refOf(pid, this.#host, about), new IdentityTable(() => ""));
  }
}

function placeOf(loaded: Loaded, index: number): string {
  const site = loaded.executable.map.plan.sites[index];
  const frame = site && loaded.executable.symbols.at(site.origins[0]?.pc ?? site.pc)[0];
  return frame ? `${frame.function} ${frame.file}:${frame.line}` : "not determined";
}
