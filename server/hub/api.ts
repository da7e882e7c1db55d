/** `/api/*`, `/metrics` and `/healthz`: the same data as the stream's, for scripts. */
import { z } from "zod";
import { type Counters, eventSchema } from "../events/index.ts";
import type { HubSource } from "./source.ts";

export interface Answer {
  status: number;
  type: string;
  body: string;
}

const MAX_EVENTS = 10_000;

const json = (value: unknown, status = 200): Answer => ({
  status,
  type: "application/json; charset=utf-8",
  body: `${JSON.stringify(value)}\n`,
});
const notFound = (what: string): Answer => json({ error: what }, 404);

/** Null when the path is none of these. */
export function answer(
  url: URL,
  source: HubSource,
  live: { clients: number; resyncs: number },
): Answer | null {
  const { pathname, searchParams } = url;
  if (pathname === "/healthz") return { status: 200, type: "text/plain; charset=utf-8", body: "ok\n" };
  if (pathname === "/metrics") {
    return {
      status: 200,
      type: "text/plain; version=0.0.4; charset=utf-8",
      body: metrics(source.counters(), live),
    };
  }
  if (!pathname.startsWith("/api/")) return null;
  const name = pathname.slice("/api/".length);
  if (name === "state") return json(source.state());
  if (name === "groups") return json(source.state().groups);
  if (name === "graph") return json(source.state().graph);
  if (name === "targets") return json(source.state().targets);
  if (name === "schema") return json(z.toJSONSchema(eventSchema, { io: "input" }));
  if (name === "events") {
    const limit = limitOf(searchParams.get("limit"));
    if (limit === null) return json({ error: `limit must be a whole number from 1 to ${MAX_EVENTS}` }, 400);
    const group = searchParams.get("group");
    return json(group === null ? source.newestEvents(limit) : source.eventsOfGroup(group, limit));
  }
  const id = /^events\/([^/]+)$/.exec(name)?.[1];
  if (id === undefined) return notFound(`there is no /api/${name}`);
  const event = source.event(id);
  return event ? json(event) : notFound(`there is no event ${id} (any more)`);
}

function limitOf(text: string | null): number | null {
  if (text === null) return 1000;
  const limit = Number(text);
  return /^\d+$/.test(text) && limit >= 1 && limit <= MAX_EVENTS ? limit : null;
}

function metrics(counters: Counters, live: { clients: number; resyncs: number }): string {
  const rows: [string, string, string, number][] = [
    ["errscope_hits_total", "counter", "Hits of probed instructions.", counters.hits],
    ["errscope_shown_total", "counter", "Errors and panics recorded whole.", counters.shown],
    [
      "errscope_sampled_total",
      "counter",
      "Errors and panics over their site's rate: only counted.",
      counters.sampled,
    ],
    ["errscope_lost_total", "counter", "Errors and panics lost.", counters.lost],
    ["errscope_passed_total", "counter", "Hits of shared instructions without an error.", counters.passed],
    ["errscope_mismatched_total", "counter", "Hits whose words were not as planned.", counters.mismatched],
    ["errscope_pages", "gauge", "Dashboards connected.", live.clients],
    ["errscope_resyncs_total", "counter", "Times that a page fell behind.", live.resyncs],
  ];
  return rows
    .map(([name, kind, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${name} ${value}\n`)
    .join("");
}
