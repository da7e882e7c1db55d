/**
 * Joins the tracer with the decoder: which processes are traced, what their records mean, what was lost. What becomes of
 * the events (standard output, graph, store, page) is the listener's affair.
 */
import { readFileSync, realpathSync } from "node:fs";
import { hostname } from "node:os";
import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { BinaryError } from "../binary/index.ts";
import {
  Assembler,
  type Clocks,
  certificateOf,
  decodeEvent,
  errorIds,
  IdentityTable,
  ProcessState,
  type RawEvent,
  type RawProcess,
  readClocks,
  rfc3339,
  settleClocks,
  UlidSource,
  WallClock,
  waitStatus,
} from "../decode/index.ts";
import { type Counters, EVENT_VERSION, type Event, type Target } from "../events/index.ts";
import { type AttachResult, type ProcessInfo, Tracer, TracerError } from "../tracer/index.ts";
import { Account } from "./account.ts";
import { Executables, type Loaded, type PlanOptions } from "./executables.ts";
import { type Launched, launchStopped } from "./launch.ts";
import { exePath, isCandidate, looksLikeGo, type Selector, selects } from "./processes.ts";

export interface CollectorListener {
  event(event: Event): void;
  target(target: Target): void;
  counters(counters: Counters): void;
  /** The tracer is gone without being asked to go: nothing is traced any more. */
  tracerEnded(error: TracerError): void;
}

export interface CollectorOptions extends PlanOptions {
  /** False: neither failed system calls nor when threads run is watched. */
  kernel?: boolean;
}

interface Tracked {
  target: Target;
  state: ProcessState;
  /** Resolves when the kernel told that the process ended and all its events before that have come. */
  ended: PromiseWithResolvers<void>;
}

const STATS_MS = 1_000;
const CLOCK_MS = 10_000;
/** An error given to package fmt is kept so long to see whether its text goes into a new error. */
const KEPT_MS = 100;
/** Within this time the exit of a process that is gone has come, if the kernel told of it. */
const ENDED_UNSEEN_MS = 1_000;

export class Collector {
  readonly #listener: CollectorListener;
  readonly #options: CollectorOptions;
  readonly #assembler = new Assembler();
  readonly #clocks: Clocks = { wall: new WallClock(), ulids: new UlidSource() };
  readonly #ids = errorIds();
  readonly #host = hostname();
  readonly #processes = new Map<number, Tracked>();
  readonly #account = new Account();
  readonly #timers: NodeJS.Timeout[] = [];
  #tracer!: Tracer;
  #executables!: Executables;
  #selectors: Selector[] = [];
  /** Processes of which the descendants are traced too. */
  readonly #followed = new Set<number>();
  #follow = false;
  #looking: Promise<void> = Promise.resolve();
  #closing = false;
  /** Records of sites or processes that we don't know (any more). */
  undecoded = 0;

  private constructor(listener: CollectorListener, options: CollectorOptions) {
    this.#listener = listener;
    this.#options = options;
  }

  /** @throws TracerError when tracing can't be had here; its message says what to do. */
  static async start(listener: CollectorListener, options: CollectorOptions = {}): Promise<Collector> {
    const collector = new Collector(listener, options);
    settleClocks(collector.#clocks.wall);
    collector.#tracer = await Tracer.start({
      record: (payload) => collector.#record(payload),
      ended: (error) => {
        if (!collector.#closing) {
          listener.tracerEnded(error ?? new TracerError("ended", "the tracer ended by itself"));
        }
      },
    });
    collector.#executables = new Executables(collector.#tracer, options);
    collector.#timers.push(
      setInterval(() => void collector.#poll().catch(() => {}), STATS_MS),
      setInterval(() => collector.#tellAllKept(KEPT_MS * 1e6), KEPT_MS),
      setInterval(() => readClocks(collector.#clocks.wall, 3), CLOCK_MS),
    );
    return collector;
  }

  /** Half the width of what is known of the wall clock's offset, in ns. */
  get clockUncertaintyNs(): number {
    return Number(this.#clocks.wall.uncertainty() ?? 0n);
  }

  get targets(): Target[] {
    return [...this.#processes.values()].map((p) => p.target);
  }

  get tracerPid(): number | undefined {
    return this.#tracer.pid;
  }

  /**
   * Starts a program, traced from its first instruction.
   * @param file absolute path. @param stdout where the program's own output goes.
   * @param follow trace its descendants and what it becomes by exec, too. Copies of the same file are traced from their
   *   first instruction; other Go programs from the moment that they are seen.
   * @returns when it runs. `finished` resolves when it ended and all its events have come.
   */
  async run(
    file: string,
    args: readonly string[],
    stdout: "inherit" | "stderr",
    follow = false,
  ): Promise<{ launched: Launched; target: Target; finished: Promise<void> }> {
    // The kernel names a process's executable by its real path.
    const path = realpathSync(file);
    const loaded = await this.#executables.load(path, () => this.#tracer.readPath(path));
    const { plan } = await this.#executables.upload(loaded);
    const launched = launchStopped(file, args, stdout);
    try {
      await this.#watch(launched.pid, follow);
      const attached = await this.#tracer.attach(plan, loaded.file, { pid: follow ? 0 : launched.pid, path });
      if (follow) loaded.everywhere = attached;
      const tracked = this.#track(launched.pid, startTicks(launched.pid), loaded, attached);
      launched.release();
      return { launched, target: tracked.target, finished: tracked.ended.promise };
    } catch (error) {
      launched.abandon();
      throw error;
    }
  }

  /**
   * Traces what runs and matches, and what starts later and matches (not with pids).
   * @param follow the descendants of these, too.
   * @returns the processes attached now. A process that can't be traced becomes a target that says why.
   */
  async attach(selectors: readonly Selector[], follow = false): Promise<Target[]> {
    this.#selectors.push(...selectors);
    this.#follow ||= follow;
    if (selectors.some((s) => s.kind !== "pid")) await this.#tracer.watch(0, { exec: true });
    const before = new Set(this.#processes.keys());
    await this.#look();
    return [...this.#processes].filter(([pid]) => !before.has(pid)).map(([, p]) => p.target);
  }

  /** Resolves when every process that is attached now has ended. */
  async allEnded(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((p) => p.ended.promise));
  }

  /** Detaches everything, takes what is on its way, tells what was lost. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    for (const timer of this.#timers) clearInterval(timer);
    try {
      await this.#tracer.detach();
      await this.#poll();
      await this.#tracer.close();
      this.#tellAllKept(0);
    } catch (error) {
      if (!(error instanceof TracerError)) throw error; // gone already: the kernel has taken the probes away
    }
    for (const { target } of this.#processes.values()) {
      if (target.state === "attached") this.#change(target, "detached", null);
    }
  }

  async #watch(pid: number, follow: boolean): Promise<void> {
    if (follow) this.#followed.add(pid);
    const kernel = this.#options.kernel !== false;
    await this.#tracer.watch(pid, { exit: true, exec: follow, fork: follow, follow, kernel });
  }

  /** One look at a time: two could attach the same process twice. */
  #look(): Promise<void> {
    this.#looking = this.#looking.catch(() => {}).then(() => this.#lookNow());
    return this.#looking;
  }

  async #lookNow(): Promise<void> {
    const own = new Set([process.pid, this.#tracer.pid ?? 0]);
    for (const info of await this.#tracer.list()) {
      if (!isCandidate(info, own)) continue;
      const selector = this.#selectors.find((s) => selects(s, info));
      const known = this.#processes.get(info.pid)?.target;
      // The same process may have become another program by exec, or its id may have been given to another.
      const same = known && known.state !== "exited" && known.exe === exePath(info);
      if (!selector || same) continue;
      await this.#attachOne(info, selector);
    }
  }

  async #attachOne(info: ProcessInfo, selector: Selector): Promise<void> {
    const path = exePath(info);
    try {
      const loaded = await this.#executables.load(
        path,
        async () => {
          const read = await this.#tracer.readExe(info.pid);
          if (selector.kind !== "pid" && !looksLikeGo(read.bytes)) throw new NotGo();
          return read;
        },
        info.file,
      );
      const { plan } = await this.#executables.upload(loaded);
      await this.#watch(info.pid, this.#follow);
      if (selector.kind === "pid") {
        const where = { pid: info.pid, exePid: info.pid };
        this.#track(info.pid, info.start, loaded, await this.#tracer.attach(plan, loaded.file, where));
        return;
      }
      loaded.everywhere ??= await this.#tracer.attach(plan, loaded.file, { pid: 0, exePid: info.pid });
      this.#track(info.pid, info.start, loaded, loaded.everywhere);
    } catch (error) {
      const notGo = error instanceof NotGo || (error instanceof BinaryError && error.code === "not-go");
      if (notGo && selector.kind !== "pid") return;
      if (error instanceof TracerError && (error.code === "privilege" || error.code === "ended")) throw error;
      if (selector.kind === "all-go" || selector.kind === "descendant") return; // one that can't be traced is no failure of the others
      this.#refuse(info, (error as Error).message);
    }
  }

  /** A process that spoke before we looked at it: its life is watched from now on. It may have ended meanwhile. */
  #meet(pid: number, loaded: Loaded, attached: AttachResult): Tracked {
    const start = startTicks(pid);
    const tracked = this.#track(pid, start, loaded, attached);
    void this.#watch(pid, this.#follow)
      .then(async () => {
        if (start !== 0 && startTicks(pid) === start) return;
        await this.#tracer.watch(pid, {});
        await delay(ENDED_UNSEEN_MS);
        if (tracked.target.state !== "attached") return;
        this.#change(tracked.target, "exited", null);
        tracked.ended.resolve();
      })
      .catch(() => {}); // the tracer has ended, which others are told
    return tracked;
  }

  #track(pid: number, start: number, loaded: Loaded, attached: AttachResult): Tracked {
    const { map } = loaded.executable;
    const certificate = certificateOf(loaded.path, map, attached);
    const target: Target = {
      id: `${pid}:${start}`,
      pid,
      name: basename(loaded.path),
      exe: loaded.path,
      buildId: map.binary.buildId,
      goVersion: map.binary.goVersion,
      module: map.binary.module || null,
      state: "attached",
      reason: null,
      certificate,
    };
    const ref = {
      pid,
      name: target.name,
      exe: loaded.path,
      buildId: target.buildId,
      host: this.#host,
      container: null,
    };
    const tracked = {
      target,
      state: new ProcessState(ref, new IdentityTable(this.#ids)),
      ended: Promise.withResolvers<void>(),
    };
    this.#processes.set(pid, tracked);
    this.#listener.target(target);
    this.#listener.event({ ...this.#now(tracked.state), kind: "attach", certificate, clock: this.#clock() });
    return tracked;
  }

  #refuse(info: ProcessInfo, reason: string): void {
    const target: Target = {
      id: `${info.pid}:${info.start}`,
      pid: info.pid,
      name: info.name,
      exe: exePath(info),
      buildId: null,
      goVersion: null,
      module: null,
      state: "refused",
      reason,
      certificate: null,
    };
    const ref = {
      pid: info.pid,
      name: info.name,
      exe: target.exe,
      buildId: null,
      host: this.#host,
      container: null,
    };
    const ended = Promise.withResolvers<void>();
    ended.resolve();
    this.#processes.set(info.pid, {
      target,
      state: new ProcessState(ref, new IdentityTable(this.#ids)),
      ended,
    });
    this.#listener.target(target);
  }

  #change(target: Target, state: Target["state"], reason: string | null): void {
    target.state = state;
    target.reason = reason;
    this.#listener.target(target);
  }

  /** How sure `time` is, on this host. */
  #clock() {
    const { wall } = this.#clocks;
    return { uncertaintyNs: this.clockUncertaintyNs, steps: wall.steps };
  }

  #now(state: ProcessState) {
    return this.#stamp(state, process.hrtime.bigint());
  }

  #stamp(state: ProcessState, mono: bigint) {
    const wall = this.#clocks.wall.wall(mono) ?? 0n;
    return {
      v: EVENT_VERSION,
      id: this.#clocks.ulids.next(Number(wall / 1_000_000n)),
      time: rfc3339(wall),
      mono: Number(mono),
      process: state.ref,
    } as const;
  }

  #record(payload: Uint8Array): void {
    const record = this.#assembler.push(payload);
    if (!record) return;
    if ("process" in record) this.#process(record.process);
    else if ("signal" in record) this.#processes.get(record.signal.pid)?.state.signals.push(record.signal);
    else if ("call" in record) this.#processes.get(record.call.pid)?.state.calls.push(record.call);
    else this.#decode(record.event);
  }

  #decode(raw: RawEvent): void {
    const found = this.#executables.find(raw.site);
    if (!found) {
      this.undecoded++;
      return;
    }
    const { loaded, index } = found;
    // A process of a file that is traced everywhere may speak before we have looked at it.
    let tracked = this.#processes.get(raw.pid);
    if (!tracked && loaded.everywhere) tracked = this.#meet(raw.pid, loaded, loaded.everywhere);
    if (!tracked) {
      this.undecoded++;
      return;
    }
    try {
      for (const event of decodeEvent(raw, index, loaded.executable, tracked.state, this.#clocks))
        this.#listener.event(event);
    } catch (error) {
      // A fault of ours in one event must not end the tracing of all others: it is told as a loss.
      this.undecoded++;
      this.#tellLost(
        tracked.state,
        1,
        this.#where(loaded, index),
        `it could not be decoded: ${(error as Error).message}`,
      );
    }
  }

  #process({ kind, pid, parent, waitStatus: status, mono }: RawProcess): void {
    if (kind === "fork" && this.#followed.has(parent)) this.#followed.add(pid);
    if (kind === "exec") {
      if (this.#followed.has(pid)) this.#selectors.push({ kind: "descendant", pid });
      if (this.#selectors.length > 0) void this.#look().catch(() => {});
      return;
    }
    const tracked = this.#processes.get(pid);
    if (kind !== "exit" || !tracked || tracked.target.state === "exited") return;
    const ending = waitStatus(status);
    this.#tellKept(tracked.state, Number.POSITIVE_INFINITY);
    const { ender } = tracked.state.endings;
    const number = status & 0x7f;
    const signalFrom = number === 0 ? undefined : tracked.state.signals.behind(number);
    this.#listener.event({
      ...this.#stamp(tracked.state, mono),
      kind: "exit",
      thread: pid,
      ...ending,
      ...(signalFrom ? { signalFrom } : {}),
      inFlight: [],
      ...ender,
    });
    this.#change(
      tracked.target,
      "exited",
      ending.signal ? `killed by ${ending.signal}` : `status ${ending.code}`,
    );
    tracked.ended.resolve();
  }

  /** Errors given to package fmt that no other event has told of, and that are older than a time (CLOCK_MONOTONIC ns). */
  #tellKept(state: ProcessState, before: number): void {
    for (const event of state.mentions.takeBefore(before)) this.#listener.event(event);
  }

  #tellAllKept(age: number): void {
    const before = Number(process.hrtime.bigint()) - age;
    for (const { state } of this.#processes.values()) this.#tellKept(state, before);
  }

  /** Counters of all sites; losses that were not told yet become events. */
  async #poll(): Promise<void> {
    const { sites, tracer } = await this.#tracer.stats();
    const opOf = (site: number) => {
      const found = this.#executables.find(site);
      return found?.loaded.executable.map.plan.sites[found.index]?.op;
    };
    const { sum, losses } = this.#account.take(sites, opOf);
    for (const { site, count, why } of losses) {
      const found = this.#executables.find(site);
      const tracked = found && [...this.#processes.values()].find((p) => p.target.exe === found.loaded.path);
      if (tracked) this.#tellLost(tracked.state, count, this.#where(found.loaded, found.index), why);
    }
    const [first] = this.#processes.values();
    // An error may miss the failed call that it came from.
    const calls = first ? this.#account.takeCalls(tracer.callsLost) : 0;
    const why = "more than 20,000 in a second, or the ring buffer was full";
    if (first && calls > 0) this.#tellLost(first.state, calls, "failed system calls", why);
    this.#listener.counters(sum);
  }

  #tellLost(state: ProcessState, count: number, where: string, why: string): void {
    this.#listener.event({ ...this.#now(state), kind: "lost", count, where, why });
  }

  #where(loaded: Loaded, index: number): string {
    const site = loaded.executable.map.plan.sites[index];
    const frame = site && loaded.executable.symbols.at(site.origins[0]?.pc ?? site.pc)[0];
    return frame ? `${frame.function} ${frame.file}:${frame.line}` : "not determined";
  }
}

class NotGo extends Error {}

/** Clock ticks since boot at which a process started: proc(5) stat, field 22; 0 if it has ended already. */
function startTicks(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // the name in field 2 may hold anything, brackets too
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
  } catch {
    return 0;
  }
}
