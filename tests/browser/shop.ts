/** A deterministic stream of well-formed messages, made from the flows: what the fake hub sends. Test data only. */
import type {
  ErrorValue,
  Event,
  Frame,
  GraphNode,
  Group,
  OccurrenceEvent,
  ServerMessage,
  State,
  Target,
} from "../../server/events/index.ts";
import { FLOWS, type Flow, INIT_STEPS, type Step } from "./shop-flows.ts";
import { CERTIFICATE } from "./shop-target.ts";

const PROCESS: Event["process"] = {
  pid: 4021,
  name: "shop",
  exe: "/srv/shop/bin/shop",
  buildId: "Q2x9vQ/8dJ",
  host: "web-3",
  container: null,
};
export const TARGET: Target = {
  id: "4021:881220",
  pid: 4021,
  name: "shop",
  exe: "/srv/shop/bin/shop",
  buildId: "Q2x9vQ/8dJ",
  goVersion: "go1.26.8",
  module: "example.com/shop",
  state: "attached",
  reason: null,
  certificate: CERTIFICATE,
};

const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ulid = (n: number) => {
  let text = "";
  for (let rest = n, i = 0; i < 16; i++, rest = Math.floor(rest / 32)) text = DIGITS[rest % 32] + text;
  return `01KAWQ2M4T${text}`;
};

/** `net/http.(*conn).serve:2102` → a frame; the file is made up from the package. */
function frame(place: string, inlined = false): Frame {
  const colon = place.lastIndexOf(":");
  const name = place.slice(0, colon);
  const slash = name.lastIndexOf("/");
  const pkg = name.slice(0, name.indexOf(".", slash + 1));
  const own = pkg.startsWith("example.com/shop");
  const dir = own ? pkg.replace("example.com/shop", "/build/shop") : `/usr/local/go/src/${pkg}`;
  return {
    function: name,
    file: `${dir}/${pkg.slice(pkg.lastIndexOf("/") + 1)}.go`,
    line: Number(place.slice(colon + 1)),
    inlined,
  };
}
const packageOf = (f: Frame) => f.function.slice(0, f.function.indexOf(".", f.function.lastIndexOf("/") + 1));

export class Shop {
  #seed = 12345;
  #count = 0;
  #errors = 0;
  #groups = new Map<string, Group>();
  #nodes = new Map<string, GraphNode>();
  #edges = new Map<string, State["graph"]["edges"][number]>();
  #changed = new Set<string>();
  #events: Event[] = [];
  #seq = 0;
  #lost = 0;
  #flows: Flow[];
  /** Unix ms of the imagined clock. */
  now: number;

  /** @param extra this many more groups in chains of five, to see how the page bears them */
  constructor(now: number, extra = 0) {
    this.now = now;
    this.#flows = [...FLOWS, ...extraFlows(extra)];
    for (const step of INIT_STEPS)
      this.#run({
        name: "init",
        weight: 0,
        createdBy: "runtime.main",
        callers: ["runtime.doInit1:7291"],
        steps: [step],
      });
    for (const flow of this.#flows) this.#run(flow);
  }

  #random(): number {
    this.#seed = (Math.imul(this.#seed, 1664525) + 1013904223) >>> 0;
    return this.#seed / 2 ** 32;
  }

  #pick(): Flow {
    let at = this.#random() * this.#flows.reduce((sum, f) => sum + f.weight, 0);
    for (const flow of this.#flows) {
      at -= flow.weight;
      if (at < 0) return flow;
    }
    return this.#flows[0]!;
  }

  /** Lets `ms` pass with about `perSecond` flows a second. */
  pass(ms: number, perSecond: number): void {
    const wanted = (ms / 1000) * perSecond;
    const runs = Math.floor(wanted) + (this.#random() < wanted % 1 ? 1 : 0);
    for (let i = 0; i < runs; i++) {
      this.now += ms / runs;
      this.#run(this.#pick());
    }
    if (runs === 0) this.now += ms;
  }

  hello(): ServerMessage {
    const serverTime = new Date(this.now).toISOString();
    return { type: "hello", v: 1, version: "0.1.0-fake", serverTime, seq: this.#seq, state: this.state() };
  }

  /** What is new since the last batch. */
  batch(): ServerMessage {
    const events = this.#events;
    const groups = [...this.#changed].map((id) => this.#groups.get(id)!);
    this.#kept = [...this.#kept, ...events].slice(-2000);
    this.#events = [];
    this.#changed.clear();
    return {
      type: "batch",
      seq: ++this.#seq,
      now: this.now,
      events,
      groups,
      graph: events.length > 0 ? this.#graph() : null,
      targets: [],
      counters: this.#counters(),
    };
  }
  #kept: Event[] = [];

  state(): State {
    const graph = this.#graph();
    return {
      targets: [TARGET],
      groups: [...this.#groups.values()],
      graph,
      events: [...this.#kept, ...this.#events].slice(-2000),
      counters: this.#counters(),
    };
  }

  #counters(): State["counters"] {
    const sampled = Math.floor(this.#count / 9);
    const shown = this.#count;
    const made = shown + sampled + this.#lost;
    return { hits: made + 40, shown, sampled, lost: this.#lost, passed: 40, mismatched: 0 };
  }

  #run(flow: Flow): void {
    const goroutine = { id: 20 + Math.floor(this.#random() * 400), parent: 1, createdBy: flow.createdBy };
    const number = String(1000 + Math.floor(this.#random() * 9000));
    const made: { value: ErrorValue; step: Step }[] = [];
    for (const step of flow.steps) {
      const causes = (step.causes ?? []).map((c) => ({
        via: c.via,
        ...(c.field ? { field: c.field } : {}),
        error: made[c.step]!.value,
      }));
      const fill = (text: string, digits: string) =>
        text.replaceAll("#", digits).replace(/\{(\d)\}/g, (_, n) => made[Number(n)]!.value.message);
      const message = fill(step.message, number);
      const value: ErrorValue = {
        id: step.made === false ? `s-${step.key}` : `e${++this.#errors}`,
        type: step.type,
        message,
        messageFrom: "field",
        fields: step.fields ?? {},
        typedNil: false,
        truncated: false,
        messageLength: new TextEncoder().encode(message).length,
        causes,
        ...step.value,
      };
      made.push({ value, step });
      if (step.unseen) this.#see(step, value, null);
      else this.#emit(flow, step, value, goroutine, made);
    }
    if (flow.name === "panic") this.#recover(flow, goroutine);
    if (this.#random() < 0.01) this.#lose();
  }

  #base(): Pick<Event, "v" | "id" | "time" | "mono" | "process"> {
    const n = ++this.#count;
    const time = new Date(this.now)
      .toISOString()
      .replace("Z", `${String((n * 7919) % 1_000_000).padStart(6, "0")}Z`);
    return { v: 1, id: ulid(n), time, mono: n * 1_000_000, process: PROCESS };
  }

  #emit(
    flow: Flow,
    step: Step,
    value: ErrorValue,
    goroutine: OccurrenceEvent["goroutine"],
    made: { step: Step }[],
  ) {
    const at = frame(step.site);
    const callers = flow.callers.map((c, i) =>
      frame(c, i === flow.callers.length - 2 && flow.name === "image"),
    );
    // The deepest steps run below all callers, later ones nearer to the top of the flow.
    const keep = Math.max(1, callers.length - (made.length - 1));
    const maker =
      step.op === "wrap"
        ? [frame("fmt.Errorf:26")]
        : step.op === "join"
          ? [frame("errors.Join:25", true)]
          : [];
    const stack = [...maker, at, ...callers.slice(0, keep).reverse(), frame("runtime.goexit:1700")];
    const occurrence = {
      ...this.#base(),
      thread: 4030 + (goroutine!.id % 6),
      goroutine,
      site: {
        op: step.op,
        function: at.function,
        file: at.file,
        line: at.line,
        package: packageOf(at),
        inlined: false,
      },
      stack,
      sampled: 1,
      group: step.key,
      ...(step.kernel ? { kernel: step.kernel } : {}),
      ...(step.init ? { init: true } : {}),
    };
    const event: Event =
      step.kind === "panic"
        ? { ...occurrence, kind: "panic", value: { error: value } }
        : { ...occurrence, kind: "error", error: value, made: step.made !== false };
    this.#events.push(event);
    this.#see(step, value, event as OccurrenceEvent);
  }

  #recover(flow: Flow, goroutine: OccurrenceEvent["goroutine"]) {
    const panic = this.#events.at(-1)!.id;
    const at = frame("example.com/shop/web.(*Server).recoverPanics.func1.1:52");
    this.#events.push({
      ...this.#base(),
      kind: "recover",
      thread: 4031,
      goroutine,
      site: {
        op: "panic",
        function: at.function,
        file: at.file,
        line: at.line,
        package: packageOf(at),
        inlined: false,
      },
      stack: [at, ...flow.callers.map((c) => frame(c)).reverse()],
      sampled: 1,
      panic,
    });
  }

  #lose() {
    this.#lost += 3;
    this.#events.push({
      ...this.#base(),
      kind: "lost",
      count: 3,
      where: "os.openFileNolog os/os.go:296",
      why: "rate limit at the site",
    });
  }

  /** Counts a value into its group and its place in the graph. */
  #see(step: Step, value: ErrorValue, event: OccurrenceEvent | null) {
    if (event) this.#tally(step, value, event);
    const at = frame(step.site);
    const node = this.#nodes.get(step.key);
    if (node) node.count++;
    else
      this.#nodes.set(step.key, {
        id: step.key,
        kind: event ? "group" : "value",
        groupId: event ? step.key : null,
        type: value.type,
        label: template(step, this.#flows),
        where: `${at.function} ${at.file.slice(at.file.lastIndexOf("/") + 1)}:${at.line}`,
        count: 1,
      });
    const flow = this.#flows.find((f) => f.steps.includes(step));
    for (const c of step.causes ?? []) this.#edge(flow!.steps[c.step]!.key, step.key, c.via);
    if (step.kernel) {
      const id = `kernel ${step.kernel.syscall} ${step.kernel.errno}`;
      const fact = this.#nodes.get(id);
      if (fact) fact.count++;
      else
        this.#nodes.set(id, {
          id,
          kind: "kernel",
          groupId: null,
          type: step.kernel.errno!,
          label: `${step.kernel.syscall} failed`,
          where: "kernel",
          count: 1,
        });
      this.#edge(id, step.key, "unwrap");
    }
  }

  #edge(source: string, target: string, via: State["graph"]["edges"][number]["via"]) {
    const id = `${source}>${target}`;
    const edge = this.#edges.get(id);
    if (edge) edge.count++;
    else this.#edges.set(id, { id, source, target, via, count: 1 });
  }

  #tally(step: Step, value: ErrorValue, event: OccurrenceEvent) {
    const second = Math.floor(this.now / 1000);
    const group = this.#groups.get(step.key) ?? {
      id: step.key,
      kind: step.kind ?? "error",
      type: value.type,
      chain: chainOf(value),
      template: template(step, this.#flows),
      message: value.message,
      site: event.site,
      init: step.init ?? false,
      count: 0,
      firstSeen: event.time,
      lastSeen: event.time,
      occurrences: [],
      spark: new Array(60).fill(0),
      sparkEnd: second,
      targets: [TARGET.id],
    };
    const ahead = Math.min(60, second - group.sparkEnd);
    const spark = ahead > 0 ? [...group.spark.slice(ahead), ...new Array(ahead).fill(0)] : [...group.spark];
    spark[59]++;
    this.#groups.set(step.key, {
      ...group,
      spark,
      sparkEnd: Math.max(second, group.sparkEnd),
      message: value.message,
      count: group.count + 1,
      lastSeen: event.time,
      occurrences: [event.id, ...group.occurrences].slice(0, 20),
    });
    this.#changed.add(step.key);
  }

  #graph(): State["graph"] {
    const edges = [...this.#edges.values()].map((e) => ({ ...e }));
    const nodes = [...this.#nodes.values()].map((n) => ({ ...n }));
    const incoming = new Set(edges.map((e) => e.target));
    const total = nodes.reduce((sum, n) => sum + (n.kind === "group" ? n.count : 0), 0);
    const rootCauses = nodes
      .filter((n) => !incoming.has(n.id) && edges.some((e) => e.source === n.id))
      .map((n) => {
        const explains = downstream(n.id, edges).reduce((sum, id) => sum + this.#nodes.get(id)!.count, 0);
        const reason =
          n.kind === "kernel"
            ? `The kernel refused ${n.count} calls before any error of the program.`
            : `Nothing earlier is known, and ${explains} occurrences contain it.`;
        return { node: n.id, explains, share: explains / total, reason };
      })
      .sort((a, b) => b.explains - a.explains)
      .slice(0, 5);
    return { nodes, edges, rootCauses };
  }
}

function downstream(from: string, edges: { source: string; target: string }[]): string[] {
  const found = new Set<string>();
  const work = [from];
  while (work.length > 0) {
    const id = work.pop()!;
    for (const e of edges) {
      if (e.source !== id || found.has(e.target)) continue;
      found.add(e.target);
      work.push(e.target);
    }
  }
  return [...found];
}

function chainOf(value: ErrorValue): string[] {
  return [value.type, ...value.causes.flatMap((c) => chainOf(c.error))];
}

function template(step: Step, flows: Flow[]): string {
  const steps = flows.find((f) => f.steps.includes(step))?.steps ?? [];
  return step.message
    .replaceAll("#", "<n>")
    .replace(/"[^"]*"/g, "<…>")
    .replace(/\{(\d)\}/g, (_, n) => template(steps[Number(n)]!, flows));
}

function extraFlows(count: number): Flow[] {
  return Array.from({ length: Math.ceil(count / 5) }, (_, f) => ({
    name: `extra ${f}`,
    weight: 0.2,
    createdBy: "example.com/shop/worker.(*Pool).Start",
    callers: ["example.com/shop/worker.(*Pool).run:77", `example.com/shop/extra${f % 12}.Run:${f}`],
    steps: Array.from({ length: 5 }, (_, s) => ({
      key: `x${f}-${s}`,
      op: s === 0 ? ("new" as const) : ("wrap" as const),
      type: s === 0 ? "*errors.errorString" : "*fmt.wrapError",
      message: s === 0 ? `part ${f} is missing` : `stage ${s} of part ${f}: {${s - 1}}`,
      site: `example.com/shop/extra${f % 12}.stage${s}:${f * 10 + s}`,
      ...(s > 0 ? { causes: [{ step: s - 1, via: "unwrap" as const, field: "err" }] } : {}),
    })),
  }));
}
