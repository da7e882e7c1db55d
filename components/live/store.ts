import { createStore, type StoreApi } from "zustand/vanilla";
import type { ConnectionStatus, LiveClient } from "./client.ts";
import { LiveModel, type ReadModel } from "./model.ts";

/** Shortest time between two redraws of the views: fast enough to feel live, slow enough to read. */
const REDRAW_MS = 250;

export interface Shown {
  model: ReadModel;
  rev: number;
}

export interface LiveState {
  /** What the views read: the live model, or a copy of it while paused. The model is written in place, so it comes in a
   * new wrapper, with `rev` one higher, whenever it is worth reading again. */
  shown: Shown;
  status: ConnectionStatus;
  paused: boolean;
  /** Events captured since the view was paused. */
  behind: number;
  setPaused(paused: boolean): void;
}

export interface LiveStore extends StoreApi<LiveState> {
  /** Connects the client; the returned function ends it. */
  start(): () => void;
  client: LiveClient;
}

/** @param later runs a job after so many milliseconds */
export function createLiveStore(
  client: LiveClient,
  later: (ms: number, job: () => void) => void = (ms, job) => setTimeout(job, ms),
  now: () => number = () => Date.now(),
): LiveStore {
  const model = new LiveModel();
  let scheduled = false;
  let lastRedraw = Number.NEGATIVE_INFINITY;
  let received = 0;
  let pausedAt = 0;

  const store = createStore<LiveState>()((set, get) => ({
    shown: { model, rev: 0 },
    status: { state: "connecting", attempt: 0 },
    paused: false,
    behind: 0,
    setPaused(paused) {
      if (paused === get().paused) return;
      pausedAt = received;
      set({ paused, behind: 0, shown: { model: paused ? model.freeze() : model, rev: get().shown.rev + 1 } });
    },
  }));

  function redraw() {
    scheduled = false;
    lastRedraw = now();
    const { paused, shown } = store.getState();
    store.setState(paused ? { behind: received - pausedAt } : { shown: { model, rev: shown.rev + 1 } });
  }

  function schedule() {
    if (scheduled) return;
    scheduled = true;
    later(Math.max(0, lastRedraw + REDRAW_MS - now()), redraw);
  }

  return Object.assign(store, {
    client,
    start() {
      const end = client.subscribe((report) => {
        if (report.type === "status") return store.setState({ status: report.status });
        model.apply(report.message, report.unreadable, now());
        if (report.message.type === "batch") received += report.message.events.length;
        schedule();
      });
      client.connect();
      return () => {
        end();
        client.close();
      };
    },
  });
}
