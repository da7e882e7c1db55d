import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
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
afterAll(() => rmSync(root, { recursive: true }));

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
    const hash = createHash("sha256").update("let a = 1").digest("base64");
    expect(page.headers["content-security-policy"]).toContain(`script-src 'self' 'sha256-${hash}'; `);
    expect((await get("/occurrence?id=3")).body).toBe("<p>occurrence");
  });

  it.each(["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/nothing", "/%00", "/%"])(
    "gives nothing for %s",
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );
});

it("says so when the dashboard is not built", async () => {
  renameSync(uiDir, `${uiDir}.away`);
  try {
    const page = await get("/");
    expect([page.status, page.body]).toEqual([
      503,
      "the dashboard is not built yet: run `npm run build:ui`\n",
    ]);
    expect((await get("/api/state")).status).toBe(200);
  } finally {
    renameSync(`${uiDir}.away`, uiDir);
  }
});

describe("api", () => {
  it("gives the schema that is published", async () => {
    const published = readFileSync(join(import.meta.dirname, "../../public/schema/event.v1.json"), "utf8");
    expect(JSON.parse((await get("/api/schema")).body)).toEqual(JSON.parse(published));
  });

  it("tells a request that failed, and goes on", async () => {
    source.state = () => {
      throw new Error("disk full");
    };
    const got = await get("/api/state");
    expect([got.status, got.body]).toEqual([500, "errscope could not answer: disk full\n"]);
    expect((await get("/healthz")).status).toBe(200);
  });

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
    await expect(Hub.listen({ ...options, token: "" })).rejects.toThrow(/token is empty/);
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
      const wrong = await get("/?token=wrong", { cookie }, url);
      expect([wrong.status, wrong.headers["set-cookie"]]).toEqual([200, undefined]);
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

async function until(page: ReturnType<typeof connect>, wanted: (message: ServerMessage) => boolean) {
  for (let count = 1; ; count++) {
    const messages = await page.take(count);
    const at = messages.findIndex(wanted);
    if (at >= 0) return messages.slice(0, at + 1);
  }
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

  it("sends a page that fell behind the whole state, with what it missed", async () => {
    const page = connect();
    page.socket.on("open", () => page.socket.send(JSON.stringify({ type: "hello", v: 1 })));
    await page.take(1);
    page.socket.pause();
    const cut = async (change: Change) => {
      source.change = change;
      while (source.change) await new Promise((done) => setTimeout(done, 5));
    };
    // More than the sockets' buffers of the kernel and the hub's allowance together.
    const big = { ...exit("big"), process: { ...exit("big").process, exe: "x".repeat(1 << 20) } };
    const batch = (event: Event): Change => ({
      events: [event],
      groups: [],
      graph: null,
      targets: [],
      counters,
    });
    for (let i = 0; i < 40; i++) await cut(batch(big));
    page.socket.resume();
    const messages = await until(page, (message) => message.type === "resync");
    const resync = messages.at(-1)!;
    if (resync.type !== "resync") throw new Error("no resync came");
    const batches = messages.filter((m) => m.type === "batch").length;
    expect(resync.seq).toBe(40);
    expect(batches + resync.missed).toBe(40);
    expect(resync.missed).toBeGreaterThan(0);
    expect((await get("/metrics")).body).toContain("\nerrscope_resyncs_total 1\n");
    await cut(batch(exit("after")));
    const after = await page.take(messages.length + 1);
    expect(after.at(-1)).toMatchObject({ type: "batch", seq: 41, events: [{ id: "after" }] });
    page.socket.close();
    await page.closed;
  });

  it("does not take a large state on its way for a page that fell behind", async () => {
    const exe = "x".repeat(1 << 20);
    source.kept = Array.from({ length: 24 }, (_, i) => {
      const event = exit(`k${i}`);
      return { ...event, process: { ...event.process, exe } };
    });
    const page = connect();
    page.socket.on("open", () => page.socket.send(JSON.stringify({ type: "hello", v: 1 })));
    const flushed = async () => {
      source.change = { events: [exit("b")], groups: [], graph: null, targets: [], counters };
      while (source.change) await new Promise((done) => setTimeout(done, 5));
    };
    await new Promise((done) => page.socket.once("open", done));
    page.socket.pause();
    while (!(await get("/metrics")).body.includes("\nerrscope_pages 1\n"));
    for (let i = 0; i < 3; i++) await flushed();
    page.socket.resume();
    expect((await page.take(4)).map((m) => m.type)).toEqual(["hello", "batch", "batch", "batch"]);
    page.socket.close();
    await page.closed;
  });

  it("ends though pages say nothing", async () => {
    const silent = connect();
    await new Promise((done) => silent.socket.once("open", done));
    silent.socket.pause();
    await hub.close();
    silent.socket.resume();
    expect([1001, 1006]).toContain(await silent.closed);
    hub = await Hub.listen({ source, uiDir, version: "1", host: "127.0.0.1", port: 0, token: null });
  });

  it("refuses a page of another origin", async () => {
    const page = connect({ origin: "http://evil.example" });
    expect(await page.failed).toContain("403");
  });
});
