/**
 * What arrives on the socket, checked at the door: a greeting (hello, resync) whole, by the schemas; a batch only as far
 * as the page's own loops need, since it comes twenty times a second.
 */
import { z } from "zod";
import {
  countersSchema,
  EVENT_VERSION,
  type Event,
  eventSchema,
  graphSchema,
  groupSchema,
  type ServerMessage,
  SOCKET_VERSION,
  targetSchema,
} from "../../server/events/index.ts";

export type Checked =
  | { ok: true; message: ServerMessage; unreadable: number }
  /** `final`: the same would come again, so that a new connection doesn't help. */
  | { ok: false; reason: string; final: boolean };

const KINDS: ReadonlySet<string> = new Set(eventSchema.options.map((o) => o.shape.kind.value));

const greetingSchema = z.object({
  type: z.enum(["hello", "resync"]),
  version: z.string().optional(),
  serverTime: z.string(),
  seq: z.number().int(),
  reason: z.string().optional(),
  missed: z.number().int().optional(),
  state: z.object({
    targets: z.array(targetSchema),
    groups: z.array(groupSchema),
    graph: graphSchema,
    events: z.array(z.unknown()),
    counters: countersSchema,
  }),
});

/** Reads one socket message. Never throws. */
export function checkMessage(text: string): Checked {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { ok: false, final: false, reason: "The collector sent something that is not JSON." };
  }
  if (!isObject(raw))
    return { ok: false, final: false, reason: "The collector sent something that is no message." };
  if (raw.type === "hello") {
    const wrong = checkVersion(raw.v);
    if (wrong) return { ok: false, final: true, reason: wrong };
  }
  if (raw.type === "hello" || raw.type === "resync") return checkGreeting(raw);
  if (raw.type === "batch") return checkBatch(raw);
  return {
    ok: false,
    final: false,
    reason: `The collector sent a message of unknown type “${String(raw.type)}”.`,
  };
}

/** @returns a sentence for the user when the collector speaks another version than this page, else null */
function checkVersion(v: unknown): string | null {
  if (v === SOCKET_VERSION) return null;
  if (typeof v !== "number") return "What answers at this address is not an errscope collector.";
  const newer = v > SOCKET_VERSION;
  return (
    `The collector is ${newer ? "newer" : "older"} than this page (it speaks protocol ${v}, the page ${SOCKET_VERSION}). ` +
    (newer
      ? "Reload the page; if this stays, build the dashboard again with “npm run build:ui”."
      : "Stop the collector and start the one that belongs to this page.")
  );
}

function checkGreeting(raw: Record<string, unknown>): Checked {
  const parsed = greetingSchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue ? `${issue.path.join(".")}: ${issue.message}` : "unknown place";
    return {
      ok: false,
      final: true,
      reason: `The collector's greeting is not what this page understands (${where}).`,
    };
  }
  const { state, serverTime, seq } = parsed.data;
  const events: Event[] = [];
  for (const candidate of state.events) {
    const event = eventSchema.safeParse(candidate);
    if (event.success) events.push(event.data);
  }
  const whole = { ...state, events };
  const unreadable = state.events.length - events.length;
  if (parsed.data.type === "resync") {
    const { reason = "not said", missed = 0 } = parsed.data;
    return {
      ok: true,
      unreadable,
      message: { type: "resync", seq, reason, missed, serverTime, state: whole },
    };
  }
  const version = parsed.data.version ?? "not said";
  return {
    ok: true,
    unreadable,
    message: { type: "hello", v: SOCKET_VERSION, version, serverTime, seq, state: whole },
  };
}

function checkBatch(raw: Record<string, unknown>): Checked {
  const { seq, now, events, groups, graph, targets, counters } = raw;
  const shaped =
    typeof seq === "number" &&
    typeof now === "number" &&
    Array.isArray(events) &&
    Array.isArray(groups) &&
    Array.isArray(targets) &&
    isObject(counters) &&
    (graph === null || (isObject(graph) && Array.isArray(graph.nodes) && Array.isArray(graph.edges)));
  if (!shaped) return { ok: false, final: false, reason: "The collector sent a batch with parts missing." };
  const readable = events.filter(isEvent);
  const message = { ...raw, events: readable } as Extract<ServerMessage, { type: "batch" }>;
  return { ok: true, message, unreadable: events.length - readable.length };
}

function isEvent(value: unknown): boolean {
  return (
    isObject(value) &&
    value.v === EVENT_VERSION &&
    typeof value.id === "string" &&
    typeof value.kind === "string" &&
    KINDS.has(value.kind) &&
    isObject(value.process) &&
    (value.kind !== "error" || (isObject(value.error) && isObject(value.site) && Array.isArray(value.stack)))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
