import { SOCKET_VERSION } from "../../server/events/index.ts";
import { backoff } from "./backoff.ts";
import { checkMessage } from "./check.ts";
import type { ClientReport, ConnectionStatus, LiveClient } from "./client.ts";

/** What the client needs of its surroundings; tests bring their own. */
export interface SocketSurroundings {
  open(url: string): WebSocket;
  /** Runs `job` after `ms`; returns a function that calls it off. */
  after(ms: number, job: () => void): () => void;
  now(): number;
  random(): number;
}

const browser: SocketSurroundings = {
  open: (url) => new WebSocket(url),
  after(ms, job) {
    const timer = setTimeout(job, ms);
    return () => clearTimeout(timer);
  },
  now: () => Date.now(),
  random: () => Math.random(),
};

/**
 * The live client: greets the collector at `url` (`ws://host:port/ws`), passes its messages on, and comes back by itself
 * when the connection ends. A hole in the numbering of batches is treated as a lost connection, since a new greeting
 * brings the whole state.
 */
export function socketClient(url: string, surroundings: SocketSurroundings = browser): LiveClient {
  const listeners = new Set<(report: ClientReport) => void>();
  let socket: WebSocket | null = null;
  let callOff: (() => void) | null = null;
  let attempt = 0;
  let seq: number | null = null;
  let wasOpen = false;

  const report = (r: ClientReport) => {
    for (const listener of listeners) listener(r);
  };
  const status = (s: ConnectionStatus) => report({ type: "status", status: s });

  function drop() {
    callOff?.();
    callOff = null;
    if (!socket) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
    socket = null;
  }

  function connect() {
    drop();
    seq = null;
    if (!wasOpen || attempt === 0) status({ state: "connecting", attempt });
    const mine = surroundings.open(url);
    socket = mine;
    mine.onopen = () => mine.send(JSON.stringify({ type: "hello", v: SOCKET_VERSION }));
    mine.onmessage = (event) => receive(String(event.data));
    mine.onclose = (event) => lose(event.reason || "The connection to the collector ended.");
  }

  function receive(text: string) {
    const checked = checkMessage(text);
    if (!checked.ok) {
      if (checked.final) return stop(checked.reason);
      return lose(checked.reason);
    }
    const { message, unreadable } = checked;
    if (message.type === "batch") {
      if (seq === null) return lose("The collector sent events before its greeting.");
      if (message.seq <= seq) return;
      if (message.seq !== seq + 1) return lose(`Batches ${seq + 1} to ${message.seq - 1} did not arrive.`);
    }
    seq = message.seq;
    if (message.type === "hello") {
      attempt = 0;
      wasOpen = true;
      status({ state: "open", since: surroundings.now() });
    }
    report({ type: "message", message, unreadable });
  }

  function lose(reason: string) {
    drop();
    attempt++;
    const wait = backoff(attempt, surroundings.random());
    status({ state: "lost", attempt, retryAt: surroundings.now() + wait, reason, wasOpen });
    callOff = surroundings.after(wait, connect);
  }

  function stop(reason: string) {
    drop();
    status({ state: "stopped", reason });
  }

  return {
    connect,
    retry: connect,
    close: drop,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
