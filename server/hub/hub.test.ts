import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { Counters, Event, ExitEvent, ServerMessage } from "../events/index.ts";
import { serverMessageSchema } from "../events/index.ts";
import { type Change, Hub, HubError, type HubSource } from "./index.ts";

const counters: Counters = { hits: 3, shown: 2, sampled: 1, lost: 0, passed: 0, mismatched: 0 };
const exit = (id: string): ExitEvent => ({
  v: 1,
  kind: "exit",
  id,
  time: "2026-11-25T00:00:00.000000000Z",
  mono: 1,
  process: { pid: 1, name: "p", exe: "/p", buildId: null, host: "h", container: null },
  thread: 1,
  code: 0,
  signal: null,
  inFlight: [],
});

class FakeSource implements HubSource {
  kept: Event[] = [exit("a")];
  change: Change | null = null;
  state() {
    return {
      targets: [],
      groups: [],
      graph: { nodes: [], edges: [], rootCauses: [] },
      events: this.kept,
      counters,
    };
  }
  takeChange() {
    const { change } = this;
    this.change = null;
    return change;
  }
  event(id: string) {
    return this.kept.find((e) => e.id === id) ?? null;
  }
  eventsOfGroup() {
    return [];
  }
  newestEvents(limit: number) {
    return this.kept.slice(-limit);
  }
  counters() {
    return counters;
  }
}

const root = mkdtempSync(join(tmpdir(), "errscope-hub-"));
const uiDir = join(root, "ui");
mkdirSync(uiDir);
writeFileSync(join(uiDir, "index.html"), "<script>let a = 1</script><p>page");
writeFileSync(join(uiDir, "occurrence.html"), "<p>occurrence");
writeFileSync(join(root, "secret.txt"), "secret");

let source: FakeSource;
let hub: Hub;
beforeEach(async () => {
  source = new FakeSource();
  hub = await Hub.listen({ source, uiDir, version: "1", host: "127.0.0.1", port: 0, token: null });
});
afterEach(() => hub.close());

interface Got {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}
/** Without fetch: it normalises paths and sets Host itself. */
function get(path: string, headers: Record<string, string> = {}, url = hub.url): Promise<Got> {
  const { hostname, port } = new URL(url);
  return new Promise((done, fail) => {
    request({ hostname, port, path, headers }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
    })
      .on("error", fail)
      .end();
  });
}

describe("pages", () => {
  it("serves the export with a policy that names its scripts", async () => {
    const page = await get("/");
    expect(page).toMatchObject({ status: 200, body: "<script>let a = 1</script><p>page" });
    // printf '%s' 'let a = 1' | openssl sha256 -binary | base64
    expect(page.headers["content-security-policy"]).toContain("'sha256-");
    expect((await get("/occurrence?id=3")).body).toBe("<p>occurrence");
  });

  it.each(["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/nothing", "/%00", "/%"])(
    "gives nothing for %s",
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );
});

describe("api", () => {
  it("answers with the source's data", async () => {
    expect(JSON.parse((await get("/api/events/a")).body)).toEqual(exit("a"));
    expect((await get("/api/events/b")).status).toBe(404);
    expect(JSON.parse((await get("/api/state")).body).counters).toEqual(counters);
    expect((await get("/api/events?limit=0")).status).toBe(400);
    expect((await get("/api/nonsense")).status).toBe(404);
    expect((await get("/metrics")).body).toContain("\nerrscope_sampled_total 1\n");
    expect((await get("/healthz")).body).toBe("ok\n");
  });

  it("refuses other hosts and origins", async () => {
    expect((await get("/api/state", { host: "evil.example" })).status).toBe(403);
    expect((await get("/api/state", { origin: "http://evil.example" })).status).toBe(403);
    expect((await get("/api/state", { origin: new URL(hub.url).origin })).status).toBe(200);
  });
});

describe("access by token", () => {
  it("is needed outside loopback", async () => {
    const options = { source, uiDir, version: "1", host: "0.0.0.0", port: 0, token: null };
    await expect(Hub.listen(options)).rejects.toThrow(/give a --token/);
    const open = await Hub.listen({ ...options, token: "s3cret" });
    try {
      const url = open.url.replace("0.0.0.0", "127.0.0.1");
      expect((await get("/api/state", {}, url)).status).toBe(401);
      expect((await get("/api/state", { authorization: "Bearer wrong" }, url)).status).toBe(401);
      expect((await get("/api/state", { authorization: "Bearer s3cret" }, url)).status).toBe(200);
      const page = await get("/?token=s3cret", {}, url);
      expect(page.status).toBe(200);
      const cookie = String(page.headers["set-cookie"]).split(";")[0]!;
      expect((await get("/api/state", { cookie }, url)).status).toBe(200);
    } finally {
      await open.close();
    }
  });

  it("says so when the port is taken", async () => {
    const port = Number(new URL(hub.url).port);
    const taken = Hub.listen({ source, uiDir, version: "1", host: "127.0.0.1", port, token: null });
    await expect(taken).rejects.toThrow(HubError);
    await expect(taken).rejects.toThrow(/in use/);
  });
});

/** Messages of one page, in order. */
function connect(headers: Record<string, string> = {}) {
  const socket = new WebSocket(`${hub.url.replace("http", "ws")}ws`, { headers });
  const messages: ServerMessage[] = [];
  const waiting: (() => void)[] = [];
  socket.on("message", (data) => {
    messages.push(serverMessageSchema.parse(JSON.parse(String(data))));
    for (const wake of waiting.splice(0)) wake();
  });
  const take = async (count: number) => {
    while (messages.length < count) await new Promise<void>((wake) => waiting.push(wake));
    return messages;
  };
  const closed = new Promise<number>((done) => socket.on("close", done));
  const failed = new Promise<string>((done) => socket.on("error", (error) => done(error.message)));
  return { socket, take, closed, failed };
}

describe("live stream", () => {
  it("greets with the whole state, then sends numbered batches", async () => {
    const page = connect();
    page.socket.on("open", () => page.socket.send(JSON.stringify({ type: "hello", v: 1 })));
    const [hello] = await page.take(1);
    expect(hello).toMatchObject({ type: "hello", v: 1, seq: 0, state: { events: [{ id: "a" }] } });
    source.change = { events: [exit("b")], groups: [], graph: null, targets: [], counters };
    const [, batch] = await page.take(2);
    expect(batch).toMatchObject({ type: "batch", seq: 1, events: [{ id: "b" }] });
    page.socket.close();
    await page.closed;
  });

  it("closes on a first message that is no hello", async () => {
    for (const first of ["{}", "not json"]) {
      const page = connect();
      page.socket.on("open", () => page.socket.send(first));
      expect(await page.closed).toBe(1002);
    }
  });

  it("refuses a page of another origin", async () => {
    const page = connect({ origin: "http://evil.example" });
    expect(await page.failed).toContain("403");
  });
});
