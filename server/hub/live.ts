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
/** A page that doesn't answer the goodbye is cut off then. */
const GOODBYE_MS = 300;
/** A hello is a few dozen bytes. */
const MAX_MESSAGE = 4096;

interface Client {
  socket: WebSocket;
  greeted: boolean;
  /** Events not sent since the page fell behind. */
  missed: number;
  /** Bytes of the state that is still on its way: they are no sign of a page that falls behind. */
  greeting: number;
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

  /** Sends what is left, and ends when every page is gone. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#flush();
    const open = [...this.#sockets.clients];
    const gone = Promise.all(open.map((socket) => new Promise((done) => socket.once("close", done))));
    for (const socket of open) socket.close(1001, "errscope ended");
    const late = setTimeout(() => {
      for (const socket of open) socket.terminate();
    }, GOODBYE_MS);
    await gone;
    clearTimeout(late);
    this.#sockets.close();
  }

  #open(socket: WebSocket): void {
    const client: Client = { socket, greeted: false, missed: 0, greeting: 0 };
    const late = setTimeout(() => socket.close(1002, "no hello came"), HELLO_MS);
    socket.on("message", (data) => {
      if (client.greeted) return;
      clearTimeout(late);
      const hello = clientHelloSchema.safeParse(parse(String(data)));
      if (!hello.success) return socket.close(1002, "the first message must be a hello");
      client.greeted = true;
      // What is waiting goes to the others first, so that the state holds all that the next batch doesn't.
      this.#flush();
      this.#greet(client, {
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
        const waiting = client.socket.bufferedAmount;
        if (waiting <= MAX_BUFFERED) client.greeting = 0;
        if (client.missed > 0 || waiting > MAX_BUFFERED + client.greeting) {
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
    this.#greet(client, {
      type: "resync",
      seq: this.#seq,
      reason: "this page was too slow for the stream",
      missed,
      serverTime: new Date().toISOString(),
      state: this.#source.state(),
    });
  }

  #greet(client: Client, message: ServerMessage): void {
    const bytes = Buffer.from(JSON.stringify(message));
    client.greeting = bytes.length;
    client.socket.send(bytes, { binary: false });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
