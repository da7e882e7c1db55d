/** Where an executable's probes are: in one process, in those that are followed, or in all; never two of them in one. */
import { type AttachResult, type FileIdentity, type Tracer, TracerError } from "../tracer/index.ts";

/** `followed`: in descendants of the processes that are followed, and in these; later ones too, as with `all`. */
export type Scope = { pid: number } | "followed" | "all";
/** Of the file: the executable of a process, or a path. */
export type Where = { exePid: number } | { path: string };

export interface Placing {
  tracer: Pick<Tracer, "attach" | "detach">;
  plan: number;
  /** Of probes that had to make way for others, and could not be placed again. */
  dropped(scope: Scope, reason: string): void;
}

/** The probes of one executable. */
export class Placement {
  /** In more than single processes: a later one is traced from its first instruction. */
  open: { scope: "followed" | "all"; result: AttachResult; since: bigint } | null = null;
  readonly #file: FileIdentity;
  /** Where the file was found for `open`. */
  #openedBy: Where | null = null;
  readonly #single = new Map<number, AttachResult>();
  #placing = 0;

  constructor(file: FileIdentity) {
    this.#file = file;
  }

  /** Probes may be in place, and hit, of which it isn't known yet. */
  get isUnderWay(): boolean {
    return this.#placing > 0;
  }

  /**
   * Places the probes unless they are there.
   * @returns how; `since`: CLOCK_MONOTONIC ns, when they were in place.
   * @throws TracerError; the probes that were there before are there again.
   */
  async place(by: Placing, scope: Scope, where: Where): Promise<{ result: AttachResult; since: bigint }> {
    this.#placing++;
    try {
      const { open } = this;
      if (open && (open.scope === "all" || open.scope === scope)) return open;
      if (typeof scope === "object") return await this.#placeSingle(by, scope.pid, where);
      return await this.#widen(by, scope, where);
    } finally {
      this.#placing--;
    }
  }

  /** The probes of a single process, which has ended or become another program, are no longer needed. */
  async release(tracer: Placing["tracer"], pid: number): Promise<void> {
    const single = this.#single.get(pid);
    this.#single.delete(pid);
    if (single) await tracer.detach(single.link);
  }

  async #placeSingle(by: Placing, pid: number, where: Where) {
    await this.release(by.tracer, pid); // of a process that had the same id
    const result = await by.tracer.attach(by.plan, this.#file, { scope: { pid }, ...where });
    this.#single.set(pid, result);
    return { result, since: process.hrtime.bigint() };
  }

  /** The kernel would report each hit twice where two overlap: the narrower ones go first. */
  async #widen(by: Placing, scope: "followed" | "all", where: Where) {
    const single = [...this.#single.keys()];
    const narrower = this.open && this.#openedBy ? { open: this.open, where: this.#openedBy } : null;
    for (const pid of single) await this.release(by.tracer, pid);
    this.open = null;
    if (narrower) await by.tracer.detach(narrower.open.result.link);
    try {
      const opened = await this.#open(by, scope, where);
      if (scope === "followed") await this.#placeAgain(by, single);
      return opened;
    } catch (error) {
      if (narrower) {
        const put = this.#open(by, narrower.open.scope, narrower.where);
        await put.catch((reason: Error) => by.dropped(narrower.open.scope, reason.message));
      }
      await this.#placeAgain(by, single);
      throw error;
    }
  }

  async #open(by: Placing, scope: "followed" | "all", where: Where) {
    const result = await by.tracer.attach(by.plan, this.#file, { scope, ...where });
    this.open = { scope, result, since: process.hrtime.bigint() };
    this.#openedBy = where;
    return this.open;
  }

  async #placeAgain(by: Placing, pids: readonly number[]): Promise<void> {
    for (const pid of pids) {
      try {
        await this.#placeSingle(by, pid, { exePid: pid });
      } catch (error) {
        const hasEnded = error instanceof TracerError && error.code === "no_process";
        if (!hasEnded) by.dropped({ pid }, (error as Error).message);
      }
    }
  }
}
