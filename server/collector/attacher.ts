/**
 * From a process to its probes: which selector means it, its executable read and planned, the probes placed where they
 * belong. What is found is told to the collector.
 */
import { basename } from "node:path";
import { BinaryError } from "../binary/index.ts";
import { type RawProcess, remember } from "../decode/index.ts";
import { inodeOf, type ProcessInfo, type Tracer, TracerError } from "../tracer/index.ts";
import { type Executables, type Loaded, sameFile } from "./executables.ts";
import type { Scope, Where } from "./placement.ts";
import { exePath, isCandidate, type Selector, selects } from "./processes.ts";
import { readExecutable } from "./read-executable.ts";
import type { Placed, Tracked } from "./tracked.ts";
import { ageNs, startTicks } from "./whereabouts.ts";

export interface Found {
  tracked(pid: number): Tracked | undefined;
  /** Its life is to be watched. @throws TracerError if it has ended. */
  watch(pid: number): Promise<void>;
  attached(...placed: Placed): Tracked;
  /** Of a program that the process has been and is no more: what it is now stays as it is known. */
  passed(...placed: Placed): void;
  refused(info: ProcessInfo, reason: string): void;
  /** It goes on, but as another program that isn't traced. */
  left(tracked: Tracked, reason: string): void;
  /** The probes of an executable are in place, or can't be, and who asked for that has been told. */
  placed(loaded: Loaded): void;
  /** It ended before its probes were in place. @param exit as the kernel told it, if it did. */
  missed(tracked: Tracked, exit: RawProcess | undefined): void;
}

/** Of a process's name, in bytes: TASK_COMM_LEN less its NUL, include/linux/sched.h. */
const COMM_LENGTH = 15;
const MAX_EXITS = 1_000;
const MAX_EXECS = 10_000;

export class Attacher {
  readonly #tracer: Tracer;
  readonly #executables: Executables;
  readonly #found: Found;
  readonly #selectors: Selector[] = [];
  /** Processes of which the descendants are traced too. */
  readonly #followed = new Set<number>();
  /** The last exec of each process that lives. */
  readonly #execs = new Map<number, RawProcess>();
  /** The last ends of processes, for those that a look comes too late for; and the exec before, if one was seen. */
  readonly #exits = new Map<number, { exit: RawProcess; exec: RawProcess | undefined }>();
  /** Descendants of what is traced are traced. */
  follow = false;

  constructor(tracer: Tracer, executables: Executables, found: Found) {
    this.#tracer = tracer;
    this.#executables = executables;
    this.#found = found;
  }

  followed(pid: number): void {
    this.#followed.add(pid);
  }

  forked(pid: number, parent: number): void {
    if (this.#followed.has(parent)) this.#followed.add(pid);
  }

  ended(exit: RawProcess): void {
    const { pid } = exit;
    remember(this.#exits, pid, { exit, exec: this.#execs.get(pid) }, MAX_EXITS);
    this.#followed.delete(pid);
    this.#execs.delete(pid);
  }

  /**
   * Of a process that spoke before it was looked at.
   * @param since CLOCK_MONOTONIC ns when its probes were in place.
   * @returns its executable's path, null where no exec was seen; and how many ns after its beginning that was, not above 0 if
   *   it is traced from its first instruction.
   */
  begun(pid: number, since: bigint): { path: string | null; late: number } {
    const exec = this.#execs.get(pid);
    if (exec) return { path: exec.path, late: Number(since - exec.mono) };
    // it began before execs were watched
    const start = startTicks(pid);
    return { path: null, late: start === 0 ? 0 : ageNs(start) - Number(process.hrtime.bigint() - since) };
  }

  /** @returns null for a file that is no Go program, where that is allowed: with `follow`. */
  async program(path: string): Promise<Loaded | null> {
    try {
      return await this.#executables.load(path, () => this.#read(path));
    } catch (error) {
      // of a file that only the tracer may read it says so: it gives out ELF files alone
      const isNotElf = error instanceof TracerError && error.code === "no_file";
      if (!isNotElf && !isNotGo(error)) throw error;
      if (this.follow) return null;
      const { message } = error as Error;
      throw new BinaryError("not-go", `${message}; --follow traces the Go programs that it starts`);
    }
  }

  /** @throws TracerError, BinaryError */
  async place(loaded: Loaded, scope: Scope, where: Where) {
    const { plan } = await this.#executables.upload(loaded);
    try {
      const dropped = (from: Scope, reason: string) => this.#dropped(loaded, from, reason);
      return await loaded.placement.place({ tracer: this.#tracer, plan, dropped }, scope, where);
    } finally {
      setImmediate(() => this.#found.placed(loaded)); // behind our caller's look at the answer
    }
  }

  #dropped(loaded: Loaded, scope: Scope, reason: string): void {
    for (const pid of typeof scope === "object" ? [scope.pid] : this.#followed) {
      const tracked = this.#found.tracked(pid);
      if (tracked?.loaded === loaded && tracked.target.state === "attached")
        this.#found.left(tracked, `its probes could not be placed again: ${reason}`);
    }
  }

  /** Attaches to all that matches now; `execed` to what comes later. */
  async select(selectors: readonly Selector[]): Promise<void> {
    this.#selectors.push(...selectors);
    for (const selector of selectors) if (selector.kind === "exe") await this.#placeAhead(selector.path);
    const own = new Set([process.pid, this.#tracer.pid ?? 0]);
    for (const info of await this.#tracer.list()) {
      const selector = this.#selectors.find((s) => selects(s, info));
      if (selector && isCandidate(info, own) && !this.#isTraced(info))
        await this.#attach(info, selector, null);
    }
  }

  #read(path: string): ReturnType<typeof readExecutable> {
    return readExecutable(path, () => this.#tracer.readPath(path));
  }

  /** So that the first process of the file is traced from its first instruction; as it starts, where that can't be. */
  async #placeAhead(path: string): Promise<void> {
    try {
      const loaded = await this.#executables.load(path, () => this.#read(path));
      await this.place(loaded, "all", { path });
    } catch (error) {
      if (endsAll(error)) throw error;
    }
  }

  /** The same process may have become another program by exec, or its id may have been given to another. */
  #isTraced({ pid, start, file }: ProcessInfo): boolean {
    const known = this.#found.tracked(pid);
    if (known?.target.state !== "attached" || known.loaded === null) return false;
    return (known.start === 0 || known.start === start) && sameFile(known.loaded.file, file);
  }

  #selectorOf(info: ProcessInfo, followed: boolean): Selector | undefined {
    if (followed) return { kind: "descendant", pid: info.pid };
    return this.#selectors.find((s) => s.kind !== "pid" && selects(s, info));
  }

  /**
   * A process has become a program by exec.
   * @returns the look at it, to be taken when its turn has come. The process may have ended by then.
   */
  execed(exec: RawProcess): () => Promise<void> {
    const followed = this.#followed.has(exec.pid);
    remember(this.#execs, exec.pid, exec, MAX_EXECS);
    return () => this.#lookAt(exec, followed);
  }

  async #lookAt(exec: RawProcess, followed: boolean): Promise<void> {
    const { pid } = exec;
    const [info] = await this.#tracer.list(pid);
    const before = this.#found.tracked(pid);
    if (pid === process.pid || pid === this.#tracer.pid || (info && this.#isTraced(info))) return;
    const selector = info && isCandidate(info, new Set()) ? this.#selectorOf(info, followed) : undefined;
    const outcome = info && selector ? await this.#attach(info, selector, exec) : null;
    const isGone =
      !info ||
      outcome === "gone" ||
      this.#afterwards(exec).exit !== undefined ||
      startTicks(pid) !== info.start;
    if (isGone && outcome !== "attached" && (selector || !info) && (await this.#attachLate(exec, followed)))
      return;
    if (this.#afterwards(exec).next) return; // that is looked at next
    if (before?.target.state !== "attached" || this.#found.tracked(pid) !== before) return;
    const other = info ? exePath(info) : (exec.path ?? "another program");
    const hint = this.follow ? "" : ": --follow traces that too";
    this.#found.left(before, `it became ${other} by exec${hint}`);
  }

  #scopeOf(selector: Selector): Scope {
    if (selector.kind === "descendant" || (selector.kind === "pid" && this.follow)) return "followed";
    return selector.kind === "pid" ? { pid: selector.pid } : "all";
  }

  /**
   * @returns `refused` where the process is no Go program or can't be traced, which has been told if it was asked for; `gone`
   *   where it has ended meanwhile, or become another program by an exec that is looked at next.
   */
  async #attach(
    info: ProcessInfo,
    selector: Selector,
    exec: RawProcess | null,
  ): Promise<"attached" | "refused" | "gone"> {
    const path = exePath(info);
    try {
      const read = () => readExecutable(`/proc/${info.pid}/exe`, () => this.#tracer.readExe(info.pid));
      const loaded = await this.#executables.load(path, read, info.file, selector.kind === "pid");
      await this.#executables.upload(loaded);
      await this.#found.watch(info.pid);
      const placed = await this.place(loaded, this.#scopeOf(selector), { exePid: info.pid });
      if (this.#isTraced(info)) return "attached"; // it spoke meanwhile
      const late = exec ? Number(placed.since - exec.mono) : ageNs(info.start);
      this.#found.attached(info.pid, loaded, path, placed.result, late);
      return "attached";
    } catch (error) {
      if (endsAll(error)) throw error;
      if (exec && !isNotGo(error) && (await this.#isOver(exec, error))) return "gone";
      const nobodyAsked = selector.kind === "all-go" || selector.kind === "descendant"; // no failure of the others
      if (!nobodyAsked && !(isNotGo(error) && selector.kind !== "pid"))
        this.#found.refused(info, (error as Error).message);
      return "refused";
    }
  }

  /** Whether the program of an exec can't be traced because it has ended or was replaced. @param error why it can't. */
  async #isOver(exec: RawProcess, error: unknown): Promise<boolean> {
    if (error instanceof TracerError && error.code === "no_process") return true;
    await this.#tracer.clock(); // what happened before has been told by then
    const { next, exit } = this.#afterwards(exec);
    return next !== undefined || exit !== undefined;
  }

  /**
   * A process ended before it could be looked at: its executable is probed for the next one, and what became of it is told.
   * The file is where its parent has it, or where we have it.
   * @returns whether it is traced.
   */
  async #attachLate(exec: RawProcess, followed: boolean): Promise<boolean> {
    const { pid, path, parent } = exec;
    if (path === null) return false;
    const name = basename(path).slice(0, COMM_LENGTH);
    const selector = this.#selectorOf({ ...noProcess, pid, exe: path, name }, followed);
    if (!selector) return false;
    let reason = "another file has its path now";
    for (const where of [...(parent > 0 ? [`/proc/${parent}/root${path}`] : []), path]) {
      try {
        const file = await this.#tracer.identify(where);
        if (inodeOf(file) !== exec.inode) continue; // another file of that name
        const read = () => this.#read(where);
        const loaded = await this.#executables.load(path, read, file, false);
        const { result, since } = await this.place(loaded, this.#scopeOf(selector), { path: where });
        const before = this.#found.tracked(pid);
        const isTraced = before?.target.state === "attached";
        if (isTraced && before.loaded === loaded) return true;
        const late = Number(since - exec.mono);
        if (late <= 0 && !isTraced) return true; // its probes were there all its life: it had nothing to say
        await this.#tracer.clock(); // its end has been told by then
        const { next, exit } = this.#afterwards(exec);
        const placed: Placed = [pid, loaded, path, result, late, exec.nsPid];
        if (next) this.#found.passed(...placed);
        else this.#found.missed(this.#found.attached(...placed), exit);
        return true;
      } catch (error) {
        if (endsAll(error)) throw error;
        if (isNotGo(error)) return false;
        reason = (error as Error).message;
      }
    }
    const isAsked = selector.kind === "name" || selector.kind === "exe"; // others may be no Go programs
    if (isAsked && this.#found.tracked(pid)?.target.state !== "attached")
      this.#found.refused(
        { ...noProcess, pid, exe: path, name },
        `it ended before it was looked at: ${reason}`,
      );
    return false;
  }

  /** What the kernel told of a process after a time (CLOCK_MONOTONIC ns), as far as it still matters. */
  since(pid: number, mono: bigint): { isRenewed: boolean; exit: RawProcess | undefined } {
    const end = this.#exits.get(pid);
    const isOver = end !== undefined && end.exit.mono >= mono;
    const exec = isOver ? end.exec : this.#execs.get(pid);
    return { isRenewed: exec !== undefined && exec.mono > mono, exit: isOver ? end.exit : undefined };
  }

  /** What the kernel told of a process after an exec: the last one, and its end. */
  #afterwards(exec: RawProcess): { next?: RawProcess; exit?: RawProcess } {
    const { pid, mono } = exec;
    const end = this.#exits.get(pid);
    if (!end || end.exit.mono < mono) {
      const next = this.#execs.get(pid);
      return next && next !== exec ? { next } : {};
    }
    return end.exec && end.exec !== exec ? { next: end.exec, exit: end.exit } : { exit: end.exit };
  }
}

const noProcess: ProcessInfo = {
  pid: 0,
  ppid: 0,
  uid: 0,
  exe: "",
  name: "",
  args: [],
  start: 0,
  file: new Uint8Array(),
};

/** A script or another file that is no ELF file at all is no Go program either. */
const isNotGo = (error: unknown) =>
  error instanceof BinaryError && (error.code === "not-go" || error.code === "not-elf");
/** Without privileges, or without the tracer, no other process can be traced either. */
const endsAll = (error: unknown) =>
  error instanceof TracerError && (error.code === "privilege" || error.code === "ended");
