import { expect, it } from "vitest";
import { errorEvent, state } from "../testing/events.ts";
import type { ClientReport, LiveClient } from "./client.ts";
import { createLiveStore } from "./store.ts";

function stand() {
  let tell: (r: ClientReport) => void = () => {};
  const jobs: { ms: number; job: () => void }[] = [];
  const client: LiveClient = {
    connect: () => {},
    retry: () => {},
    close: () => {},
    subscribe(listener) {
      tell = listener;
      return () => {
        tell = () => {};
      };
    },
  };
  let time = 1000;
  const store = createLiveStore(
    client,
    (ms, job) => jobs.push({ ms, job }),
    () => time,
  );
  const end = store.start();
  let seq = 0;
  return {
    store,
    end,
    jobs,
    pass: (ms: number) => {
      time += ms;
    },
    run: () => jobs.shift()?.job(),
    batch: (...ids: string[]) =>
      tell({
        type: "message",
        unreadable: 0,
        message: {
          type: "batch",
          seq: ++seq,
          now: time,
          events: ids.map((id) => errorEvent(id)),
          groups: [],
          graph: null,
          targets: [],
          counters: state().counters,
        },
      }),
    status: (r: ClientReport) => tell(r),
  };
}

it("takes every batch at once but redraws at most every 250 ms", () => {
  const s = stand();
  s.batch("a");
  s.batch("b");
  expect(s.store.getState().shown.model.events.length).toBe(2);
  expect(s.jobs.map((j) => j.ms)).toEqual([0]);
  s.run();
  expect(s.store.getState().shown.rev).toBe(1);
  s.pass(100);
  s.batch("c");
  expect(s.jobs.map((j) => j.ms)).toEqual([150]);
});

it("pauses the view, not the capture", () => {
  const s = stand();
  s.batch("a");
  s.run();
  s.store.getState().setPaused(true);
  const { rev } = s.store.getState().shown;
  s.batch("b", "c");
  s.run();
  expect(s.store.getState()).toMatchObject({ paused: true, behind: 2, shown: { rev } });
  expect(s.store.getState().shown.model.events.length).toBe(1);
  s.store.getState().setPaused(false);
  expect(s.store.getState()).toMatchObject({ paused: false, behind: 0, shown: { rev: rev + 1 } });
  expect(s.store.getState().shown.model.events.length).toBe(3);
});

it("shows the connection's state, and nothing after its end", () => {
  const s = stand();
  s.status({ type: "status", status: { state: "open", since: 5 } });
  expect(s.store.getState().status).toEqual({ state: "open", since: 5 });
  s.end();
  s.status({ type: "status", status: { state: "stopped", reason: "x" } });
  expect(s.store.getState().status.state).toBe("open");
});
