/** The live stream: each page gets the whole state once, then numbered batches; one that falls behind starts anew. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { clientHelloSchema, type ServerMessage, SOCKET_VERSION } from "../events/index.ts";
import type { HubSource } from "./source.ts";

const BATCH_MS = 50;
/** A page with more than this still unsent is skipped until it has caught up. */
const MAX_BUFFERED = 4 * 1024 * 1024;
const HELLO_MS = 10_000;
/** A hello is a few dozen bytes. */
const MAX_MESSAGE = 4096;

interface Client {
  socket: WebSocket;
  greeted: boolean;
  /** Events not sent since the page fell behind. */
  missed: number;
}

export class Live {
  readonly #source: HubSource;
  readonly #version: string;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE,
  });
  readonly #clients = new Set<Client>();
  readonly #timer: NodeJS.Timeout;
  #seq = 0;
  /** Resyncs sent because a page was too slow. */
  resyncs = 0;

  constructor(source: HubSource, version: string) {
    this.#source = source;
    this.#version = version;
    this.#timer = setInterval(() => this.#flush(), BATCH_MS);
  }

  get clients(): number {
    return this.#clients.size;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#open(opened));
  }

  close(): void {
    this.#flush();
    clearInterval(this.#timer);
    for (const { socket } of this.#clients) socket.close(1001, "errscope ended");
    this.#sockets.close();
  }

  #open(socket: WebSocket): void {
    const client: Client = { socket, greeted: false, missed: 0 };
    const late = setTimeout(() => socket.close(1002, "no hello came"), HELLO_MS);
    socket.on("message", (data) => {
      if (client.greeted) return;
      clearTimeout(late);
      const hello = clientHelloSchema.safeParse(parse(String(data)));
      if (!hello.success) return socket.close(1002, "the first message must be a hello");
      client.greeted = true;
      // What is waiting goes to the others first, so that the state holds all that the next batch doesn't.
      this.#flush();
      this.#send(client, {
        type: "hello",
        v: SOCKET_VERSION,
        version: this.#version,
        serverTime: new Date().toISOString(),
        seq: this.#seq,
        state: this.#source.state(),
      });
      this.#clients.add(client);
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      clearTimeout(late);
      this.#clients.delete(client);
    });
  }

  #flush(): void {
    const change = this.#source.takeChange();
    if (change) {
      this.#seq++;
      const message: ServerMessage = { type: "batch", seq: this.#seq, now: Date.now(), ...change };
      const text = this.#clients.size > 0 ? JSON.stringify(message) : "";
      for (const client of this.#clients) {
        if (client.missed > 0 || client.socket.bufferedAmount > MAX_BUFFERED) {
          client.missed += Math.max(1, change.events.length);
        } else client.socket.send(text);
      }
    }
    for (const client of this.#clients) {
      if (client.missed > 0 && client.socket.bufferedAmount === 0) this.#resync(client);
    }
  }

  #resync(client: Client): void {
    const { missed } = client;
    client.missed = 0;
    this.resyncs++;
    this.#send(client, {
      type: "resync",
      seq: this.#seq,
      reason: "this page was too slow for the stream",
      missed,
      serverTime: new Date().toISOString(),
      state: this.#source.state(),
    });
  }

  #send({ socket }: Client, message: ServerMessage): void {
    socket.send(JSON.stringify(message));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
