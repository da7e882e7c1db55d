/** Makers of well-formed events for tests, with only what a test cares about given. */
import type {
  Cause,
  ErrorEvent,
  ErrorValue,
  Event,
  Frame,
  Group,
  PropagationGraph,
  State,
} from "../../server/events/index.ts";

export const PROCESS: Event["process"] = {
  pid: 71,
  name: "shop",
  exe: "/srv/shop",
  buildId: "b1",
  host: "box",
  container: null,
};

export const frame = (fn: string, line = 1, inlined = false): Frame => ({
  function: fn,
  file: `/src/${fn.split(".")[0]}.go`,
  line,
  inlined,
});

export function errorValue(id: string, part: Partial<ErrorValue> = {}): ErrorValue {
  const message = part.message ?? `message of ${id}`;
  return {
    id,
    type: "*errors.errorString",
    message,
    messageFrom: "field",
    fields: {},
    typedNil: false,
    truncated: false,
    messageLength: message.length,
    causes: [],
    ...part,
  };
}

export const unwrap = (error: ErrorValue): Cause => ({ via: "unwrap", error });

export function errorEvent(id: string, part: Partial<ErrorEvent> = {}): ErrorEvent {
  return {
    v: 1,
    kind: "error",
    id,
    time: "2026-11-25T02:15:35.123456789Z",
    mono: 1,
    process: PROCESS,
    thread: 74,
    goroutine: { id: 34, parent: 1, createdBy: "main.main" },
    site: {
      op: "new",
      function: "main.load",
      file: "/src/main.go",
      line: 12,
      package: "main",
      inlined: false,
    },
    stack: [
      frame("main.load", 12),
      frame("main.main", 30),
      frame("runtime.main", 283),
      frame("runtime.goexit", 1700),
    ],
    sampled: 1,
    error: errorValue(`e-${id}`),
    made: true,
    ...part,
  };
}

export function group(id: string, part: Partial<Group> = {}): Group {
  return {
    id,
    kind: "error",
    type: "*errors.errorString",
    chain: ["*errors.errorString"],
    template: "not found: <…>",
    message: "not found: 12",
    site: errorEvent("x").site,
    init: false,
    count: 1,
    firstSeen: "2026-11-25T02:15:00Z",
    lastSeen: "2026-11-25T02:15:35Z",
    occurrences: [],
    spark: new Array(60).fill(0),
    sparkEnd: 1_795_572_935,
    targets: ["71:1"],
    ...part,
  };
}

export const EMPTY_GRAPH: PropagationGraph = { nodes: [], edges: [], rootCauses: [] };

export function state(part: Partial<State> = {}): State {
  return {
    targets: [],
    groups: [],
    graph: EMPTY_GRAPH,
    events: [],
    counters: { hits: 0, shown: 0, sampled: 0, lost: 0, passed: 0, mismatched: 0 },
    ...part,
  };
}
