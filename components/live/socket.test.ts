import { beforeEach, describe, expect, it } from "vitest";
import { state } from "../testing/events.ts";
import { backoff } from "./backoff.ts";
import type { ClientReport } from "./client.ts";
import { type SocketSurroundings, socketClient } from "./socket.ts";

class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((e: { data: string }) => void) | null = null;
  onclose: ((e: { reason: string }) => void) | null = null;
  sent: string[] = [];
  closed = false;
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.closed = true;
  }
  say(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

let sockets: FakeSocket[];
let waits: number[];
let wake: () => void;
let reports: ClientReport[];
const surroundings: SocketSurroundings = {
  open() {
    const socket = new FakeSocket();
    sockets.push(socket);
    return socket as unknown as WebSocket;
  },
  after(ms, job) {
    waits.push(ms);
    wake = job;
    return () => {
      wake = () => {};
    };
  },
  now: () => 1000,
  random: () => 0,
};
const hello = (seq = 4) => ({
  type: "hello",
  v: 1,
  version: "0.1.0",
  serverTime: "2026-11-25T02:15:35Z",
  seq,
  state: state(),
});
const batch = (seq: number) => ({
  type: "batch",
  seq,
  now: 1,
  events: [],
  groups: [],
  graph: null,
  targets: [],
  counters: state().counters,
});
const start = () => {
  const client = socketClient("ws://x/ws", surroundings);
  client.subscribe((r) => reports.push(r));
  client.connect();
  return client;
};
const states = () => reports.flatMap((r) => (r.type === "status" ? [r.status.state] : []));
const messages = () =>
  reports.flatMap((r) => (r.type === "message" ? [`${r.message.type} ${r.message.seq}`] : []));

beforeEach(() => {
  sockets = [];
  waits = [];
  reports = [];
});

describe("socketClient", () => {
  it("greets, opens at the hello and passes batches on in order", () => {
    start();
    const socket = sockets[0]!;
    socket.onopen?.();
    expect(socket.sent).toEqual(['{"type":"hello","v":1}']);
    expect(states()).toEqual(["connecting"]);
    socket.say(hello());
    socket.say(batch(5));
    socket.say(batch(5));
    socket.say(batch(6));
    expect(states()).toEqual(["connecting", "open"]);
    expect(messages()).toEqual(["hello 4", "batch 5", "batch 6"]);
  });

  it("comes back, slower each time, and quickly again after a success", () => {
    start();
    sockets[0]!.onclose?.({ reason: "" });
    wake();
    sockets[1]!.onclose?.({ reason: "" });
    wake();
    expect(waits).toEqual([250, 500]);
    sockets[2]!.say(hello());
    sockets[2]!.onclose?.({ reason: "" });
    expect(waits).toEqual([250, 500, 250]);
    expect(reports.at(-1)).toMatchObject({
      status: { state: "lost", wasOpen: true, attempt: 1, retryAt: 1250 },
    });
  });

  it("asks for the whole state again when a batch is missing", () => {
    start();
    sockets[0]!.say(hello());
    sockets[0]!.say(batch(7));
    expect(sockets[0]!.closed).toBe(true);
    expect(reports.at(-1)).toMatchObject({
      status: { state: "lost", reason: "Batches 5 to 6 did not arrive." },
    });
    wake();
    sockets[1]!.say(hello(9));
    sockets[1]!.say(batch(10));
    expect(messages()).toEqual(["hello 4", "hello 9", "batch 10"]);
  });

  it("goes on from the number of a resync", () => {
    start();
    sockets[0]!.say(hello());
    sockets[0]!.say({
      type: "resync",
      seq: 90,
      reason: "slow",
      missed: 3,
      serverTime: "2026-11-25T02:15:35Z",
      state: state(),
    });
    sockets[0]!.say(batch(91));
    expect(messages()).toEqual(["hello 4", "resync 90", "batch 91"]);
  });

  it("stops for good at another version", () => {
    start();
    sockets[0]!.say({ ...hello(), v: 2 });
    expect(states()).toEqual(["connecting", "stopped"]);
    expect(waits).toEqual([]);
  });

  it("is silent after close", () => {
    const client = start();
    client.close();
    expect(sockets[0]!.closed).toBe(true);
    expect(sockets[0]!.onclose).toBeNull();
  });
});

it("backs off between 250 ms and 10 s", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 99].map((n) => backoff(n, 0))).toEqual([
    250, 500, 1000, 2000, 4000, 8000, 10000, 10000,
  ]);
  expect(backoff(7, 0.999)).toBeGreaterThanOrEqual(7500);
});
