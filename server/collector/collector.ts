/**
 * Joins the tracer with the decoder: which processes are traced, what their records mean, what was lost. What becomes of
 * the events (standard output, graph, store, page) is the listener's affair.
 */
import { realpathSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import {
  Assembler,
  decodeEvent,
  errorIds,
  IdentityTable,
  ProcessState,
  type RawEvent,
  type RawProcess,
  readClocks,
  settleClocks,
  waitStatus,
} from "../decode/index.ts";
import type { Counters, Event, Target } from "../events/index.ts";
import { type AttachResult, Tracer, TracerError } from "../tracer/index.ts";
import { Account } from "./account.ts";
import { Attacher, type Found } from "./attacher.ts";
import { Early, type Fact } from "./early.ts";
import { Executables, type Loaded, type PlanOptions } from "./executables.ts";
import { readGoroutines } from "./goroutines.ts";
import { type Launched, launchStopped } from "./launch.ts";
import { Losses } from "./losses.ts";
import { Outbox } from "./outbox.ts";
import { exePath, type Selector } from "./processes.ts";
import { Stamps } from "./stamps.ts";
import { type Placed, refOf, type Tracked, trackedAs, trackedOf } from "./tracked.ts";
import { startTicks } from "./whereabouts.ts";

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

const STATS_MS = 1_000;
const CLOCK_MS = 10_000;
/** An error given to package fmt is kept so long to see whether its text goes into a new error. */
const KEPT_MS = 100;
/** Within this time the exit of a process that is gone has come, if the kernel told of it. */
const ENDED_UNSEEN_MS = 1_000;
/** Processes that have ended and are kept as targets: with --follow or --all-go there may come very many. */
const MAX_ENDED = 1_000;

export class Collector {
  readonly #listener: CollectorListener;
  readonly #options: CollectorOptions;
  readonly #assembler = new Assembler();
  readonly #stamps = new Stamps();
  readonly #ids = errorIds();
  readonly #host = hostname();
  readonly #processes = new Map<number, Tracked>();
  readonly #account = new Account();
  readonly #losses: Losses;
  readonly #outbox: Outbox;
  readonly #timers: NodeJS.Timeout[] = [];
  #tracer!: Tracer;
  #executables!: Executables;
  #attacher!: Attacher;
  /** One look at a time: two could attach the same process twice. */
  #looking: Promise<void> = Promise.resolve();
  /** Programs that were started and aren't traced themselves: what to call when they have ended. */
  readonly #roots = new Map<number, () => void>();
  readonly #early = new Early();
  /** Processes of which execs were not looked at yet: how many, and how the process ended meanwhile. */
  readonly #becoming = new Map<number, { looks: number; exit: RawProcess | null }>();
  /** Those that have ended, the last ones. */
  readonly #ended = new Set<Tracked>();
  #closing = false;
  /** As they were asked for last. */
  #stats!: Awaited<ReturnType<Tracer["stats"]>>;
  /** How long ago the newest event had happened when it was decoded, in ns. */
  #lag = 0;

  private constructor(listener: CollectorListener, options: CollectorOptions) {
    this.#listener = listener;
    this.#options = options;
    this.#outbox = new Outbox(
      (event) => listener.event(event),
      (state) => this.#goroutinesOf(state),
      options.goroutines,
    );
    this.#losses = new Losses(this.#account, this.#processes, this.#host, (state, count, where, why) =>
      this.#outbox.event({ ...this.#stamps.now(state), kind: "lost", count, where, why }, state),
    );
  }

  /** @throws TracerError when tracing can't be had here; its message says what to do. */
  static async start(listener: CollectorListener, options: CollectorOptions = {}): Promise<Collector> {
    const collector = new Collector(listener, options);
    settleClocks(collector.#stamps.clocks.wall);
    collector.#tracer = await Tracer.start({
      record: (payload) => collector.#record(payload),
      ended: (error) => {
        if (!collector.#closing) {
          listener.tracerEnded(error ?? new TracerError("ended", "the tracer ended by itself"));
        }
      },
    });
    collector.#executables = new Executables(collector.#tracer, options);
    collector.#attacher = new Attacher(collector.#tracer, collector.#executables, collector.#found());
    collector.#timers.push(
      setInterval(() => void collector.#poll().catch(() => {}), STATS_MS),
      // behind what has come meanwhile: a timer that is late runs before the pipe is read
      setInterval(() => setImmediate(() => collector.#tellAllKept(KEPT_MS * 1e6)), KEPT_MS),
      setInterval(() => readClocks(collector.#stamps.clocks.wall, 3), CLOCK_MS),
    );
    return collector;
  }

  /** Half the width of what is known of the wall clock's offset, in ns. */
  get clockUncertaintyNs(): number {
    return this.#stamps.clock.uncertaintyNs;
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
   * @param follow trace its descendants and what it becomes by exec, too: each executable from its second process on from the
   *   first instruction, its first one from the moment that the executable has been read. `file` itself may then be no Go
   *   program (a shell script, unshare, make).
   * @returns when it runs. `finished` resolves when it ended and all its events have come.
   */
  async run(
    file: string,
    args: readonly string[],
    stdout: "inherit" | "stderr",
    follow = false,
  ): Promise<{ launched: Launched; finished: Promise<void> }> {
    // The kernel names a process's executable by its real path.
    const path = realpathSync(file);
    this.#attacher.follow ||= follow;
    const loaded = await this.#attacher.program(path);
    if (loaded) await this.#executables.upload(loaded); // refuses before anything runs
    const launched = launchStopped(file, args, stdout);
    try {
      await this.#watch(launched.pid, follow);
      if (!loaded) {
        const ended = Promise.withResolvers<void>();
        this.#roots.set(launched.pid, ended.resolve);
        launched.release();
        return { launched, finished: this.#settled(ended.promise) };
      }
      const scope = follow ? "followed" : { pid: launched.pid };
      const { result } = await this.#attacher.place(loaded, scope, { path });
      const tracked = this.#track(launched.pid, loaded, path, result, null);
      tracked.launching = true;
      launched.release();
      return { launched, finished: this.#settled(tracked.ended.promise) };
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
    this.#attacher.follow ||= follow;
    if (selectors.some((s) => s.kind !== "pid")) await this.#tracer.watch(0, { exec: true });
    const before = new Set(this.#processes.keys());
    await this.#queue(() => this.#attacher.select(selectors));
    return [...this.#processes].filter(([pid]) => !before.has(pid)).map(([, p]) => p.target);
  }

  /** Resolves when every process that is attached now has ended, whatever it became by exec meanwhile. */
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
      for (const { site, pid } of this.#early.takeEvents(() => true))
        this.#account.undecoded(site, pid, "its process was not known when errscope ended");
      this.#tellAccount(); // of what came behind the counters
    } catch (error) {
      if (!(error instanceof TracerError)) throw error; // gone already: the kernel has taken the probes away
    } finally {
      this.#outbox.close();
    }
    for (const { target } of this.#processes.values()) {
      if (target.state === "attached") this.#change(target, "detached", null);
    }
  }

  async #watch(pid: number, follow: boolean): Promise<void> {
    if (follow) this.#attacher.followed(pid);
    const kernel = this.#options.kernel !== false;
    await this.#tracer.watch(pid, { exit: true, exec: true, fork: follow, follow, kernel });
  }

  #found(): Found {
    return {
      tracked: (pid) => this.#processes.get(pid),
      watch: (pid) => this.#watch(pid, this.#attacher.follow),
      attached: (...placed) => this.#track(...placed),
      passed: (...placed) => this.#tellAttached(trackedAs(placed, this.#host, this.#ids)),
      refused: (info, reason) => {
        const ref = refOf(info.pid, this.#host, { name: info.name, exe: exePath(info), buildId: null });
        this.#refuse(trackedOf(ref, info.start, this.#ids, { state: "refused", reason }, null));
      },
      left: (tracked, reason) => {
        this.#change(tracked.target, "detached", reason);
        this.#release(tracked);
        tracked.ended.resolve();
      },
      placed: (loaded) => this.#placed(loaded),
      missed: (tracked, exit) => {
        if (exit) return this.#exited(tracked, exit);
        this.#gone(tracked, "it ended before its probes were in place");
      },
    };
  }

  /** When what is known so far of other processes has been told as well. */
  #settled(ended: Promise<void>): Promise<void> {
    return ended.then(() => this.#looking.catch(() => {}));
  }

  #queue(look: () => Promise<void>): Promise<void> {
    this.#looking = this.#looking.catch(() => {}).then(look);
    return this.#looking;
  }

  /** A process that spoke before we looked at it: its life is watched from now on. It may have ended meanwhile. */
  #meet({ pid, nsPid }: RawEvent, loaded: Loaded, open: { result: AttachResult; since: bigint }): Tracked {
    const { path, late } = this.#attacher.begun(pid, open.since);
    const tracked = this.#track(pid, loaded, path ?? loaded.path, open.result, late, nsPid);
    const start = startTicks(pid);
    void this.#watch(pid, this.#attacher.follow)
      .then(() => start !== 0 && startTicks(pid) === start)
      .catch(() => false)
      .then(async (isThere) => {
        if (isThere) return;
        await this.#tracer.watch(pid, {});
        await delay(ENDED_UNSEEN_MS);
        if (tracked.target.state !== "attached") return;
        this.#gone(tracked, null);
      })
      .catch(() => {}); // the tracer has ended, which others are told
    return tracked;
  }

  #track(...placed: Placed): Tracked {
    const [pid, loaded] = placed;
    const tracked = trackedAs(placed, this.#host, this.#ids);
    for (const fact of this.#early.takeFacts(pid)) fact(tracked.state);
    this.#replace(pid, tracked);
    this.#listener.target(tracked.target);
    this.#tellAttached(tracked);
    for (const raw of this.#earlyOf(loaded, pid)) this.#decode(raw);
    return tracked;
  }

  #tellAttached({ target, state }: Tracked): void {
    const { certificate, lateNs } = target;
    const attach = { kind: "attach", certificate: certificate!, clock: this.#stamps.clock } as const;
    const late = lateNs === undefined ? {} : { lateNs };
    this.#outbox.event({ ...this.#stamps.now(state), ...attach, ...late }, state);
  }

  /** Who waits for the end of the program before waits for that of what it became by exec. */
  #replace(pid: number, tracked: Tracked): void {
    const before = this.#processes.get(pid);
    this.#processes.set(pid, tracked);
    if (!before) return;
    if (before.loaded !== tracked.loaded) this.#release(before);
    if (before.start === tracked.start || before.start === 0 || tracked.start === 0)
      return void tracked.ended.promise.then(before.ended.resolve);
    // another process that was given its id
    if (before.target.state === "attached") this.#change(before.target, "exited", null);
    before.ended.resolve();
  }

  /** It needs its own probes no longer; its id may be given to another process. */
  #release({ loaded, target }: Tracked): void {
    if (!loaded || this.#closing) return;
    void this.#queue(() => loaded.placement.release(this.#tracer, target.pid)).catch(() => {});
  }

  #refuse(tracked: Tracked): void {
    this.#replace(tracked.target.pid, tracked);
    tracked.ended.resolve();
    this.#listener.target(tracked.target);
  }

  #change(target: Target, state: Target["state"], reason: string | null): void {
    target.state = state;
    target.reason = reason;
    this.#listener.target(target);
  }

  #record(payload: Uint8Array): void {
    const record = this.#assembler.push(payload);
    if (!record) return;
    if ("process" in record) this.#process(record.process);
    else if ("signal" in record) this.#learn(record.signal.pid, (state) => state.signals.push(record.signal));
    else if ("call" in record) this.#learn(record.call.pid, (state) => state.calls.push(record.call));
    else this.#decode(record.event);
  }

  /** What is told of a process may come before its first event, or before we know what it became by exec. */
  #learn(pid: number, fact: Fact): void {
    const tracked = this.#processes.get(pid);
    const live = tracked && tracked.target.state !== "exited";
    if (live) fact(tracked.state);
    if (live && !this.#becoming.has(pid)) return;
    this.#early.fact(pid, fact);
  }

  #decode(raw: RawEvent): void {
    const found = this.#executables.find(raw.site);
    if (!found) return this.#account.undecoded(raw.site, raw.pid, "its place is in no known program");
    const { loaded, index } = found;
    // A process of a file that is traced in more than one may speak before we have looked at it.
    let tracked = this.#processes.get(raw.pid);
    const { open, isUnderWay } = loaded.placement;
    if (open && (tracked?.loaded !== loaded || tracked.target.state === "exited"))
      tracked = this.#meet(raw, loaded, open);
    if (tracked?.loaded !== loaded) {
      if (!isUnderWay || !this.#early.event(raw))
        this.#account.undecoded(raw.site, raw.pid, "its process was not known");
      return;
    }
    this.#lag = Math.max(0, Number(process.hrtime.bigint() - raw.mono));
    try {
      for (const event of decodeEvent(raw, index, loaded.executable, tracked.state, this.#stamps.clocks))
        this.#outbox.event(event, tracked.state);
    } catch (error) {
      // A fault of ours in one event must not end the tracing of all others: it is told as a loss.
      const why = `it could not be decoded: ${(error as Error).message}`;
      this.#account.undecoded(raw.site, raw.pid, why);
    }
  }

  /** Events that came before it was known that the probes are in place. @param pid of this process only. */
  #earlyOf(loaded: Loaded, pid?: number): readonly RawEvent[] {
    return this.#early.takeEvents(
      (raw) => (pid === undefined || raw.pid === pid) && this.#executables.find(raw.site)?.loaded === loaded,
    );
  }

  /** Those of processes that nobody looks at, which had no part in the placing. */
  #placed(loaded: Loaded): void {
    const pids = new Map<number, RawProcess | undefined>();
    for (const raw of this.#earlyOf(loaded)) {
      const { isRenewed, exit } = this.#attacher.since(raw.pid, raw.mono);
      if (isRenewed) this.#account.undecoded(raw.site, raw.pid, "it has become another program meanwhile");
      else this.#decode(raw);
      pids.set(raw.pid, exit);
    }
    for (const [pid, exit] of pids) {
      const tracked = this.#processes.get(pid);
      if (exit && tracked?.loaded === loaded && tracked.target.state === "attached")
        this.#exited(tracked, exit);
    }
  }

  #process(record: RawProcess): void {
    const { kind, pid } = record;
    if (kind === "fork") this.#attacher.forked(pid, record.parent);
    const tracked = this.#processes.get(pid);
    const becoming = this.#becoming.get(pid);
    if (kind === "exec" || (kind === "exit" && !becoming)) this.#early.takeFacts(pid);
    if (kind === "exec") {
      if (tracked?.launching) tracked.launching = false;
      else {
        if (tracked) this.#renew(tracked);
        this.#lookAt(record, becoming);
      }
      return;
    }
    if (kind !== "exit") return;
    this.#attacher.ended(record);
    if (becoming) becoming.exit = record;
    else if (tracked?.target.state === "attached") this.#exited(tracked, record);
    this.#roots.get(pid)?.();
  }

  /** What a process became by exec; whose end it was that came meanwhile is known then. */
  #lookAt(exec: RawProcess, becoming = { looks: 0, exit: null as RawProcess | null }): void {
    const { pid } = exec;
    this.#becoming.set(pid, becoming);
    becoming.looks++;
    becoming.exit = null; // of a process that had the same id
    const look = this.#attacher.execed(exec);
    const looked = () => {
      if (--becoming.looks > 0) return;
      this.#becoming.delete(pid);
      const tracked = this.#processes.get(pid);
      const isTraced = tracked?.target.state === "attached";
      if (isTraced || becoming.exit) this.#early.takeFacts(pid);
      if (isTraced && becoming.exit) this.#exited(tracked, becoming.exit);
    };
    void this.#queue(() => look().finally(looked)).catch(() => {});
  }

  #renew(tracked: Tracked): void {
    this.#tellKept(tracked.state, Number.POSITIVE_INFINITY);
    tracked.state = new ProcessState(tracked.state.ref, new IdentityTable(this.#ids));
  }

  #exited(tracked: Tracked, { pid, mono, waitStatus: status }: RawProcess): void {
    const ending = waitStatus(status);
    this.#tellKept(tracked.state, Number.POSITIVE_INFINITY);
    const { ender } = tracked.state.endings;
    const number = status & 0x7f;
    const signalFrom = number === 0 ? undefined : tracked.state.signals.behind(number);
    this.#outbox.event(
      {
        ...this.#stamps.at(tracked.state, mono),
        kind: "exit",
        thread: pid,
        ...ending,
        ...(signalFrom ? { signalFrom } : {}),
        inFlight: [],
        ...ender,
      },
      tracked.state,
    );
    const how = ending.signal ? `killed by ${ending.signal}` : `status ${ending.code}`;
    this.#gone(tracked, how);
  }

  /** A process has ended. What was known of its memory goes; that it was there is kept of the last ones. */
  #gone(tracked: Tracked, reason: string | null): void {
    this.#change(tracked.target, "exited", reason);
    this.#release(tracked);
    tracked.state = new ProcessState(tracked.state.ref, new IdentityTable(this.#ids));
    this.#outbox.after(() => tracked.ended.resolve());
    this.#ended.add(tracked);
    const [oldest] = this.#ended;
    if (!oldest || this.#ended.size <= MAX_ENDED) return;
    this.#ended.delete(oldest);
    if (this.#processes.get(oldest.target.pid) === oldest) this.#processes.delete(oldest.target.pid);
  }

  /** Errors given to package fmt that no other event has told of, and that are older than a time (CLOCK_MONOTONIC ns). */
  #tellKept(state: ProcessState, before: number): void {
    for (const event of state.mentions.takeBefore(before)) this.#outbox.event(event, state);
  }

  /** @param age in ns, beyond how late events come. */
  #tellAllKept(age: number): void {
    const before = age === 0 ? Number.POSITIVE_INFINITY : Number(process.hrtime.bigint()) - age - this.#lag;
    for (const { state } of this.#processes.values()) this.#tellKept(state, before);
  }

  async #goroutinesOf(state: ProcessState) {
    const { pid } = state.ref;
    const known = () => this.#processes.get(pid);
    const allEnded = { goroutines: [], whole: true };
    if (known()?.state !== state) return allEnded;
    const executable = known()?.loaded?.executable;
    if (!executable || state.bias === null) return null;
    const found = await readGoroutines(this.#tracer, pid, executable, state.bias);
    await this.#tracer.clock(); // an exec before the end of the reading has been told by then: these are another program's
    return known()?.state === state ? found : allEnded;
  }

  async #poll(): Promise<void> {
    this.#stats = await this.#tracer.stats();
    this.#tellAccount();
  }

  #tellAccount(): void {
    this.#listener.counters(this.#losses.tell(this.#stats, this.#executables));
  }
}
