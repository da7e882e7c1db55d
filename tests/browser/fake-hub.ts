/**
 * The collector's outside without its inside: serves the built dashboard and speaks `/ws`, with the content security
 * policy that a real one can set (scripts by hash, nothing from elsewhere).
 *
 * By hand: `node tests/browser/fake-hub.ts [PORT] [EXTRA GROUPS]`.
 */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { type WebSocket, WebSocketServer } from "ws";
import type { ServerMessage } from "../../server/events/index.ts";
import { Shop } from "./shop.ts";

export const OUT = fileURLToPath(new URL("../../out/", import.meta.url));

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".txt": "text/plain",
  ".ico": "image/x-icon",
};

export interface FakeHub {
  url: string;
  /** Sends to every page that is connected now. */
  send(message: ServerMessage | object): void;
  /** Called for each page that greets; what it returns is sent. Null: nothing is sent. */
  greet: () => object | null;
  /** Ends all connections without a word. */
  dropAll(): void;
  close(): Promise<void>;
}

/** @param port 0: any free one */
export async function startFakeHub(greet: () => object | null, port = 0): Promise<FakeHub> {
  const server: Server = createServer(serveFile);
  const sockets = new Set<WebSocket>();
  const wss = new WebSocketServer({ server, path: "/ws", perMessageDeflate: false });
  const hub: FakeHub = {
    url: "",
    greet,
    send(message) {
      const text = JSON.stringify(message);
      for (const socket of sockets) socket.send(text);
    },
    dropAll() {
      for (const socket of sockets) socket.terminate();
    },
    async close() {
      hub.dropAll();
      wss.close();
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
    },
  };
  wss.on("connection", (socket) => {
    socket.once("message", () => {
      const greeting = hub.greet();
      if (!greeting) return;
      socket.send(JSON.stringify(greeting));
      sockets.add(socket);
    });
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return hub;
}

function serveFile(request: IncomingMessage, response: ServerResponse): void {
  const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://x").pathname));
  const file = join(OUT, path.endsWith("/") ? `${path}index.html` : path);
  if (!file.startsWith(OUT) || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
    response.writeHead(404).end("not found");
    return;
  }
  const body = readFileSync(file);
  const headers: Record<string, string> = {
    "content-type": TYPES[extname(file)] ?? "application/octet-stream",
  };
  if (extname(file) === ".html") headers["content-security-policy"] = policy(body.toString("utf8"));
  response.writeHead(200, headers).end(body);
}

/** Scripts by the hashes of those in the page; styles may be inline, since positions are. */
function policy(html: string): string {
  const hashes = [...html.matchAll(/<script(?![^>]* src=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, text]) => `'sha256-${createHash("sha256").update(text!).digest("base64")}'`,
  );
  return [
    "default-src 'none'",
    `script-src 'self' ${hashes.join(" ")}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const shop = new Shop(Date.now() - 70_000, Number(process.argv[3] ?? 0));
  shop.pass(70_000, 6);
  const hub = await startFakeHub(() => shop.hello(), Number(process.argv[2] ?? 4000));
  process.stderr.write(`${hub.url}\n`);
  setInterval(() => {
    shop.now = Math.max(shop.now, Date.now() - 200);
    shop.pass(200, 6);
    hub.send(shop.batch());
  }, 200);
}
