/** One port: the dashboard, its live stream, and the same data as JSON. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { COOKIE, isLoopback, refusal, sameToken } from "./access.ts";
import { answer } from "./api.ts";
import { securityHeaders, serveFile } from "./files.ts";
import { Live } from "./live.ts";
import type { HubSource } from "./source.ts";

export interface HubOptions {
  source: HubSource;
  /** Folder of the exported dashboard. */
  uiDir: string;
  version: string;
  host: string;
  /** 0: any free one. */
  port: number;
  /** What a request must carry; needed wherever `host` is not the loopback address. */
  token: string | null;
}

/** Why the hub can't serve; the message says what to do. */
export class HubError extends Error {
  readonly code: "in-use" | "no-token" | "listen";
  constructor(code: HubError["code"], message: string) {
    super(message);
    this.name = "HubError";
    this.code = code;
  }
}

export class Hub {
  readonly #options: HubOptions;
  readonly #live: Live;
  readonly #server: Server;

  private constructor(options: HubOptions) {
    this.#options = options;
    this.#live = new Live(options.source, options.version);
    this.#server = createServer((request, response) => {
      try {
        this.#respond(request, response);
      } catch (error) {
        // A file that went away while the dashboard is being built anew, a store that is full: this request's trouble only.
        if (!response.headersSent)
          response.writeHead(500, { ...securityHeaders, "content-type": "text/plain" });
        response.end(`errscope could not answer: ${error instanceof Error ? error.message : error}\n`);
      }
    });
    this.#server.on("upgrade", (request, socket, head) => {
      socket.on("error", () => socket.destroy());
      const url = urlOf(request);
      const refused =
        url?.pathname === "/ws"
          ? refusal(request.headers, url.searchParams.get("token"), options)
          : { status: 404, text: "" };
      if (refused) {
        socket.end(`HTTP/1.1 ${refused.status} Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
        return;
      }
      this.#live.upgrade(request, socket, head);
    });
  }

  /** @throws HubError when the address is taken, may not be used without a token, or can't be listened on. */
  static async listen(options: HubOptions): Promise<Hub> {
    if (options.token === "")
      throw new HubError("no-token", "the token is empty: give one that can't be guessed");
    if (!isLoopback(options.host) && options.token === null) {
      throw new HubError(
        "no-token",
        `${options.host} is reachable from other machines: give a --token, or serve on 127.0.0.1`,
      );
    }
    const hub = new Hub(options);
    await new Promise<void>((done, fail) => {
      hub.#server.once("error", (error: NodeJS.ErrnoException) => {
        void hub.#live.close();
        const where = `${options.host}:${options.port}`;
        fail(
          error.code === "EADDRINUSE"
            ? new HubError("in-use", `${where} is in use: choose another with --serve HOST:PORT`)
            : new HubError("listen", `can't listen on ${where}: ${error.message}`),
        );
      });
      hub.#server.listen(options.port, options.host, done);
    });
    return hub;
  }

  /** What to open in a browser. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    const { host, token } = this.#options;
    const name = host.includes(":") ? `[${host}]` : host;
    return `http://${name}:${port}/${token ? `?token=${encodeURIComponent(token)}` : ""}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    await this.#live.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    const plain = (status: number, text: string) => {
      response.writeHead(status, { ...securityHeaders, "content-type": "text/plain; charset=utf-8" });
      response.end(`${text}\n`);
    };
    const url = urlOf(request);
    if (!url) return plain(400, "this is no valid address");
    const token = url.searchParams.get("token");
    const refused = refusal(request.headers, token, this.#options);
    if (refused) return plain(refused.status, refused.text);
    if (request.method !== "GET" && request.method !== "HEAD") return plain(405, "only GET and HEAD");
    const wanted = this.#options.token;
    if (token !== null && wanted !== null && sameToken(token, wanted)) {
      response.setHeader(
        "set-cookie",
        `${COOKIE}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`,
      );
    }
    const found = answer(url, this.#options.source, this.#live);
    if (!found) return serveFile(this.#options.uiDir, url.pathname, response, request.method === "HEAD");
    response.writeHead(found.status, {
      ...securityHeaders,
      "content-type": found.type,
      "cache-control": "no-store",
    });
    response.end(request.method === "HEAD" ? undefined : found.body);
  }
}

function urlOf(request: IncomingMessage): URL | null {
  return URL.parse(request.url ?? "/", "http://hub");
}
