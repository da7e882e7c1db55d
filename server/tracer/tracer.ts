/** Runs bpf/tracer, the only privileged part: commands out, replies and records in. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { encodeCommand, type Frame, FrameSplitter } from "./frames.ts";
import { encodePlan, type PlanInput } from "./plan.ts";
import {
  type AttachResult,
  type Feature,
  type FileIdentity,
  type ProcessInfo,
  readAttach,
  readError,
  readFeature,
  readProcess,
  readStats,
  type SiteCounters,
  TracerError,
  wireVersion,
} from "./replies.ts";
import {
  type EsTracerStats,
  esAttach,
  esAttachFlag,
  esClock,
  esDetach,
  esFrameType,
  esGather,
  esHello,
  esPlanReply,
  esRead,
  esReadWhat,
  esTracerStats,
  esWatch,
  esWatchFlag,
} from "./wire.gen.ts";

export const tracerPath = fileURLToPath(new URL("../../.build/bpf/errscope-tracer", import.meta.url));

export interface TracerHandlers {
  /** A ring-buffer record (bpf/wire.h: es_part or es_proc first). */
  record(payload: Uint8Array): void;
  /** The tracer is gone: all probes are detached by then. */
  ended(error: TracerError | null): void;
}

export interface TracerOptions {
  /** Bytes of the kernel's ring, a power of two. */
  ringBytes?: number;
  maxSites?: number;
}

interface Waiting {
  frames: Frame[];
  done(frames: Frame[]): void;
  fail(error: Error): void;
}

const encodeText = (s: string) => new TextEncoder().encode(s);
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function struct(size: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  write(new DataView(bytes.buffer));
  return bytes;
}

export class Tracer {
  readonly #child: ChildProcess;
  readonly #handlers: TracerHandlers;
  readonly #splitter = new FrameSplitter();
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #seq = 0;
  #over = false;
  #failure: TracerError | null = null;
  #hello: (() => void) | null = null;
  #stderr = "";

  private constructor(child: ChildProcess, handlers: TracerHandlers) {
    this.#child = child;
    this.#handlers = handlers;
    child.stdin?.on("error", () => {}); // EPIPE: `exit` tells
    child.stdout?.on("data", (chunk: Buffer) => this.#take(chunk));
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-4096);
    });
    this.#ended = new Promise((done) => {
      child.once("error", (error) => this.#end(new TracerError("ended", error.message), done));
      child.once("close", (code, signal) => {
        const how = signal ? `was killed by ${signal}` : `ended with status ${code}`;
        const clean = code === 0 && !this.#failure;
        const said = this.#stderr.trim() ? `: ${this.#stderr.trim().split("\n").at(-1)}` : "";
        this.#end(
          clean ? null : (this.#failure ?? new TracerError("ended", `the tracer ${how}${said}`)),
          done,
        );
      });
    });
  }

  /**
   * Starts the tracer: as it is when we are root or the file has capabilities, else by `sudo -n`.
   * @throws TracerError not_built, privilege, protocol (another version) or ended.
   */
  static async start(handlers: TracerHandlers, options: TracerOptions = {}): Promise<Tracer> {
    if (!existsSync(tracerPath)) {
      throw new TracerError("not_built", "the tracer isn't built yet: run `npm run setup` (or make -C bpf)");
    }
    const args = [
      ...(options.ringBytes ? ["--ring-bytes", String(options.ringBytes)] : []),
      ...(options.maxSites ? ["--max-sites", String(options.maxSites)] : []),
    ];
    const [file, ...before] = privileged();
    // A session of its own: Ctrl-C on the terminal is for the target and for us; the tracer ends when its stdin does.
    const child = spawn(file ?? tracerPath, [...before, ...args], {
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
    const tracer = new Tracer(child, handlers);
    await new Promise<void>((done, fail) => {
      tracer.#hello = done;
      tracer.#ended.then(() => fail(tracer.#failure ?? new TracerError("ended", "the tracer ended at once")));
    });
    return tracer;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** @param pid 0: every process; else this one, none if it has ended. */
  async list(pid = 0): Promise<ProcessInfo[]> {
    const only = struct(4, (view) => view.setUint32(0, pid, true));
    const frames = await this.#ask(esFrameType.CMD_LIST, only);
    return frames.filter((f) => f.type === esFrameType.REPLY_PROCESS).map((f) => readProcess(f.payload));
  }

  /** The whole executable of a process, also when its file was deleted or replaced. */
  async readExe(pid: number): Promise<{ file: FileIdentity; bytes: Uint8Array }> {
    return this.#readFile(pid, esReadWhat.EXE, "");
  }

  /** An ELF file by path. */
  async readPath(path: string): Promise<{ file: FileIdentity; bytes: Uint8Array }> {
    return this.#readFile(0, esReadWhat.PATH, path);
  }

  /** Identity of an ELF file by path, without its bytes. */
  async identify(path: string): Promise<FileIdentity> {
    return (await this.#readFile(0, esReadWhat.PATH, path, 1)).file;
  }

  /** Uploads a plan. Site i of the plan is `firstSite + i` in records and counters. */
  async plan(input: PlanInput): Promise<{ plan: number; firstSite: number }> {
    const frames = await this.#ask(esFrameType.CMD_PLAN, encodePlan(input));
    return esPlanReply.read(viewOf(only(frames, esFrameType.REPLY_PLAN)), 0);
  }

  /**
   * Places the plan's probes.
   * @param target `scope`: in one process; in those that are watched with `follow`, later ones too; or in all. The file is
   *   that of `exePid`, or `path`.
   */
  async attach(
    plan: number,
    file: FileIdentity,
    target: { scope: { pid: number } | "followed" | "all"; exePid?: number; path?: string },
  ): Promise<AttachResult> {
    const head = struct(esAttach.size, (view) => {
      view.setUint32(esAttach.offset.plan, plan, true);
      view.setUint32(esAttach.offset.pid, typeof target.scope === "object" ? target.scope.pid : 0, true);
      view.setUint32(esAttach.offset.flags, target.scope === "followed" ? esAttachFlag.FOLLOWED : 0, true);
      view.setUint32(esAttach.offset.exePid, target.exePid ?? 0, true);
    });
    head.set(file, esAttach.offset.file);
    const frames = await this.#ask(esFrameType.CMD_ATTACH, head, encodeText(target.path ?? ""));
    return readAttach(only(frames, esFrameType.REPLY_ATTACH));
  }

  /** @param link 0: all. */
  async detach(link = 0): Promise<void> {
    await this.#ask(
      esFrameType.CMD_DETACH,
      struct(esDetach.size, (view) => esDetach.write(view, 0, { link })),
    );
  }

  async stats(): Promise<{ sites: SiteCounters[]; tracer: EsTracerStats }> {
    const frames = await this.#ask(esFrameType.CMD_STATS);
    return {
      sites: frames.filter((f) => f.type === esFrameType.REPLY_STATS).flatMap((f) => readStats(f.payload)),
      tracer: esTracerStats.read(viewOf(only(frames, esFrameType.REPLY_TRACER)), 0),
    };
  }

  /** Asks for es_proc records. @param pid 0: every process, execs only. No flags: stop watching. */
  async watch(
    pid: number,
    what: { exit?: boolean; exec?: boolean; fork?: boolean; follow?: boolean; kernel?: boolean },
  ): Promise<void> {
    const flags =
      (what.exit ? esWatchFlag.EXIT : 0) |
      (what.exec ? esWatchFlag.EXEC : 0) |
      (what.fork ? esWatchFlag.FORK : 0) |
      (what.follow ? esWatchFlag.FOLLOW : 0) |
      (what.kernel ? esWatchFlag.CALLS | esWatchFlag.SCHED : 0);
    await this.#ask(
      esFrameType.CMD_WATCH,
      struct(esWatch.size, (view) => esWatch.write(view, 0, { pid, flags })),
    );
  }

  async features(): Promise<Feature[]> {
    const frames = await this.#ask(esFrameType.CMD_FEATURES);
    return frames.filter((f) => f.type === esFrameType.REPLY_FEATURE).map((f) => readFeature(f.payload));
  }

  /** CLOCK_MONOTONIC ns, as BPF programs stamp records with it. */
  async clock(): Promise<bigint> {
    const view = viewOf(only(await this.#ask(esFrameType.CMD_CLOCK), esFrameType.REPLY_CLOCK));
    return view.getBigUint64(esClock.offset.now, true);
  }

  /**
   * Pieces of a process's memory. @param length of each, at most 4,096 bytes.
   * @returns all pieces one after the other; one that can't be read is zeros. @throws TracerError: the process is gone.
   */
  async gather(pid: number, addresses: BigUint64Array, length: number): Promise<Uint8Array> {
    const head = struct(esGather.size, (view) => esGather.write(view, 0, { pid, length }));
    const list = new Uint8Array(addresses.buffer, addresses.byteOffset, addresses.byteLength);
    const frames = await this.#ask(esFrameType.CMD_GATHER, head, list);
    return Buffer.concat(frames.filter((f) => f.type === esFrameType.REPLY_DATA).map((f) => f.payload));
  }

  /** Detaches everything, takes what is still on its way, and waits for the end. */
  async close(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }

  async #readFile(
    pid: number,
    what: number,
    path: string,
    length = 0,
  ): Promise<{ file: FileIdentity; bytes: Uint8Array }> {
    const head = struct(esRead.size, (view) => esRead.write(view, 0, { pid, what, offset: 0, length }));
    const frames = await this.#ask(esFrameType.CMD_READ, head, encodeText(path));
    const parts = frames.filter((f) => f.type === esFrameType.REPLY_DATA).map((f) => f.payload);
    // in shared memory, so that threads analyse it without a copy
    const bytes = new Uint8Array(new SharedArrayBuffer(parts.reduce((sum, part) => sum + part.length, 0)));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return { file: only(frames, esFrameType.REPLY_FILE), bytes };
  }

  #ask(type: number, ...parts: Uint8Array[]): Promise<Frame[]> {
    if (this.#over) return Promise.reject(this.#failure ?? new TracerError("ended", "the tracer has ended"));
    const seq = ++this.#seq;
    return new Promise((done, fail) => {
      this.#waiting.set(seq, { frames: [], done, fail });
      this.#child.stdin?.write(encodeCommand(type, seq, ...parts));
    });
  }

  #take(chunk: Uint8Array): void {
    if (this.#failure) return;
    try {
      for (const frame of this.#splitter.push(chunk)) this.#dispatch(frame);
    } catch (error) {
      this.#failure =
        error instanceof TracerError ? error : new TracerError("protocol", (error as Error).message);
      this.#child.kill("SIGKILL"); // the kernel takes the probes away
    }
  }

  #dispatch(frame: Frame): void {
    if (frame.type === esFrameType.RECORD) {
      this.#handlers.record(frame.payload);
      return;
    }
    if (frame.type === esFrameType.HELLO) {
      const { version } = esHello.read(viewOf(frame.payload), 0);
      if (version !== wireVersion) {
        throw new TracerError(
          "protocol",
          `the tracer speaks version ${version} of the protocol, this is ${wireVersion}: build it again (make -C bpf)`,
        );
      }
      this.#hello?.();
      return;
    }
    const waiting = this.#waiting.get(frame.seq);
    if (!waiting) {
      // An error that answers no command is about the tracer itself.
      if (frame.type === esFrameType.REPLY_ERROR) throw readError(frame.payload);
      return;
    }
    if (frame.type === esFrameType.REPLY_DONE) {
      this.#waiting.delete(frame.seq);
      waiting.done(waiting.frames);
    } else if (frame.type === esFrameType.REPLY_ERROR) {
      this.#waiting.delete(frame.seq);
      waiting.fail(readError(frame.payload));
    } else {
      waiting.frames.push(frame);
    }
  }

  #end(error: TracerError | null, done: () => void): void {
    if (this.#over) return;
    this.#over = true;
    this.#failure = error;
    const told = error ?? new TracerError("ended", "the tracer has ended");
    for (const waiting of this.#waiting.values()) waiting.fail(told);
    this.#waiting.clear();
    this.#handlers.ended(error);
    done();
  }
}

function only(frames: readonly Frame[], type: number): Uint8Array {
  const frame = frames.find((f) => f.type === type);
  if (!frame) throw new TracerError("protocol", "the tracer's answer lacks its main part");
  return frame.payload;
}

/** How to start the tracer with its privileges. */
function privileged(): string[] {
  if (process.geteuid?.() === 0 || hasCapabilities()) return [tracerPath];
  const sudo = spawnSync("sudo", ["-n", "true"], { stdio: "ignore" });
  if (sudo.status === 0) return ["sudo", "-n", tracerPath];
  throw new TracerError(
    "privilege",
    "tracing needs privileges: run as root (sudo npm run errscope -- …), or once: " +
      "sudo setcap cap_bpf,cap_perfmon,cap_sys_ptrace,cap_dac_read_search,cap_sys_resource+ep .build/bpf/errscope-tracer",
  );
}

function hasCapabilities(): boolean {
  const got = spawnSync("getcap", [tracerPath], { encoding: "utf8" });
  return got.status === 0 && /cap_bpf|cap_sys_admin/.test(got.stdout);
}
