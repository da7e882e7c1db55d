/** One tracing session of the command line: the collector, where its events go, and how it ends. */

import { Collector } from "../collector/index.ts";
import { certificateText } from "../decode/index.ts";
import { type AttachEvent, type Counters, type Event, placeWords, type Target } from "../events/index.ts";
import { Dashboard } from "./dashboard.ts";
import { sentenceOf } from "./failure.ts";
import type { TraceOptions } from "./trace-flags.ts";

export class Session {
  readonly collector: Collector;
  readonly dashboard: Dashboard | null;
  /** Resolves when tracing has ended: --duration is over, or the tracer is gone. */
  readonly over: Promise<void>;
  readonly #end: () => void;
  #timer: NodeJS.Timeout | null = null;
  #closed: Promise<void> | null = null;
  #counters: Counters | null = null;
  /** The tracer ended without being asked to. */
  failed = false;

  private constructor(collector: Collector, dashboard: Dashboard | null, over: PromiseWithResolvers<void>) {
    this.collector = collector;
    this.dashboard = dashboard;
    this.over = over.promise;
    this.#end = over.resolve;
  }

  static async start(options: TraceOptions): Promise<Session> {
    const over = Promise.withResolvers<void>();
    const dashboard = options.serve ? await Dashboard.start(options.serve, options.token) : null;
    let session: Session | null = null;
    try {
      const collector = await Collector.start(
        {
          event: (event) => {
            const grouped = dashboard ? dashboard.board.add(event) : event;
            if (event.kind === "attach") tellAttached(event);
            if (options.json && isPrinted(grouped, options))
              process.stdout.write(`${JSON.stringify(grouped)}\n`);
          },
          target: (target) => {
            dashboard?.board.target(target);
            tellTarget(target);
          },
          counters: (counters) => {
            dashboard?.board.setCounters(counters);
            if (session) session.#counters = counters;
          },
          tracerEnded: (error) => {
            if (session) session.failed = true;
            process.stderr.write(
              `errscope: tracing has ended: ${sentenceOf(error)}. The program goes on untraced\n`,
            );
            over.resolve();
          },
        },
        {
          packages: options.packages,
          sentinels: options.sentinels,
          kernel: options.kernel,
          textBytes: options.textBytes,
          goroutines: options.goroutines,
          returns: options.returns,
        },
      );
      session = new Session(collector, dashboard, over);
      if (dashboard) process.stderr.write(`errscope: dashboard at ${dashboard.url}\n`);
      return session;
    } catch (error) {
      await dashboard?.close();
      throw error;
    }
  }

  detachAfter(ms: number | null): void {
    if (ms === null) return;
    this.#timer = setTimeout(() => {
      process.stderr.write("errscope: the time is over: detached\n");
      void this.collector.close().then(this.#end);
    }, ms);
  }

  /** Ends it, without waiting for what is traced. */
  stop(): void {
    this.#end();
  }

  /** Ctrl-C and SIGTERM end the session: everything is detached first. */
  stopOnSignals(): void {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, this.#end);
  }

  close(): Promise<void> {
    this.#closed ??= (async () => {
      if (this.#timer) clearTimeout(this.#timer);
      await this.collector.close();
      await this.dashboard?.close();
      if (this.#counters && this.collector.targets.some((target) => target.certificate))
        process.stderr.write(`errscope: ${accountOf(this.#counters)}\n`);
    })();
    return this.#closed;
  }
}

/** Nothing is lost silently: the sum of all sites. */
function accountOf({ hits, passed, mismatched, shown, sampled, lost }: Counters): string {
  return `${hits - passed - mismatched} made = ${shown} shown + ${sampled} sampled + ${lost} lost`;
}

function isPrinted(event: Event, options: TraceOptions): boolean {
  return options.init || !("init" in event && event.init);
}

const told = new Set<string>();

function tellTarget(target: Target): void {
  const key = `${target.id} ${target.state}`;
  if (told.has(key)) return;
  told.add(key);
  if (target.state === "refused")
    process.stderr.write(`errscope: ${target.exe} (${target.pid}) is not traced: ${target.reason}\n`);
  else if (target.state === "detached" && target.reason)
    process.stderr.write(
      `errscope: ${target.exe} (${target.pid}) is not traced any more: ${target.reason}\n`,
    );
}

/** What was proven about an executable is said once. */
function tellAttached({ process: its, certificate, lateNs }: AttachEvent): void {
  const late =
    lateNs === undefined ? "" : `, ${duration(lateNs)} after it began: what it did before is not seen`;
  const place = placeWords(its).join(", ");
  process.stderr.write(`errscope: attached to ${its.pid}${place && ` (${place})`}${late}\n`);
  const key = `${certificate.file} ${certificate.buildId}`;
  if (told.has(key)) return;
  told.add(key);
  process.stderr.write(`${certificateText(certificate)}\n`);
}

function duration(ns: number): string {
  const seconds = ns / 1e9;
  if (seconds < 1) return `${Math.ceil(ns / 1e6)} ms`;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
