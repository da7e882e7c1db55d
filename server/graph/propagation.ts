/** The propagation graph: which groups came from which, kept free of cycles while it grows. */
import type { ErrorValue, GraphEdge, GraphNode, Group, Handover, KernelFact } from "../events/index.ts";
import { OTHER_MESSAGES } from "./groups.ts";
import { hashOf, templateOf } from "./template.ts";

type Via = GraphEdge["via"];
const ERRNO = "syscall.Errno";

/** Where a value stands in the graph, and what it came from in the end. */
interface Origin {
  node: string;
  /** Nodes without a cause that the value came from; the value's own node if it has no cause. */
  roots: readonly string[];
  /** A panic that the value came into the world with. */
  panic?: true;
}

/** The event that is being taken in. */
interface Taking {
  occurrences: number;
  /** False while the program's packages are being initialised. */
  live: boolean;
  /** The goroutine that it happened on, where known. */
  goroutine: number | null;
  /** The failed system call behind a syscall.Errno in the event's tree. */
  kernel: KernelFact | null;
  /** Values that came from another goroutine, with the ns that this took. */
  handed: ReadonlyMap<string, number>;
  /** Values met in the event's tree, by id. */
  origins: Map<string, Origin>;
  /** Nodes of values that the event was counted at: a value that it holds twice counts once. */
  counted: Set<string>;
}

interface Node {
  id: string;
  kind: GraphNode["kind"];
  /** Null for a value that was never seen being made, and for a fact of the kernel. */
  group: Group | null;
  type: string;
  label: string;
  /** Of a value: occurrences that contain it. */
  contained: number;
  /** Something after initialisation has to do with it. */
  live: boolean;
}

/** What has been learnt so far: made afresh at each call, so that it may be kept. */
export interface Picture {
  nodes: GraphNode[];
  edges: GraphEdge[];
  /** Of nodes that stand for one, by the node's id. */
  groups: ReadonlyMap<string, Group>;
  /** Occurrences that came from a node without a cause, its own included. */
  explained: ReadonlyMap<string, number>;
  /** Nodes without a cause that an occurrence elsewhere came from. */
  led: ReadonlySet<string>;
  /** Occurrences of all groups, without those of initialisation. */
  total: number;
}

/** Values whose origin is remembered; the longest unused are forgotten first. */
const MAX_VALUES = 200_000;
const MAX_VALUE_NODES = 5_000;
const MAX_KERNEL_NODES = 1_000;
const OTHER_PLACES = "<other places>";
/** Of one value: a join of thousands of errors is told to come from the first of them. */
const MAX_ROOTS = 64;

export class Propagation {
  readonly #nodes = new Map<string, Node>();
  readonly #edges = new Map<string, GraphEdge>();
  /** Nodes that a node leads to. */
  readonly #targets = new Map<string, Set<string>>();
  /** Error values that were seen being made, by their id. */
  readonly #made = new Map<string, Origin>();
  /** Where a goroutine used a sentinel last, or panicked with it: what it wraps next came from there, whoever else uses it
   * too. */
  readonly #used = new Map<string, Origin>();
  readonly #valueNodes = new Map<string, Node>();
  #kernelNodes = 0;
  readonly #explained = new Map<string, number>();
  readonly #led = new Set<string>();
  #total = 0;
  /** Edges left out because they would have closed a cycle. */
  dropped = 0;

  /** An error was made: its causes lead to it. */
  made(
    group: Group,
    value: ErrorValue,
    occurrences: number,
    goroutine: number | null,
    kernel: KernelFact | null,
    handovers: readonly Handover[] = [],
  ): void {
    const taking = { ...start(group, occurrences, goroutine, handovers), kernel };
    const origin = this.#comeFrom(this.#groupNode(group, taking), value, taking);
    if (kernel && value.type === ERRNO) this.#callLedTo(origin, kernel, taking);
    this.#count(origin, taking);
    remember(this.#made, value.id, origin);
  }

  /** A sentinel was used: for its goroutine it comes from there. */
  used(group: Group, value: ErrorValue, occurrences: number, goroutine: number | null): void {
    const taking = start(group, occurrences, goroutine);
    const origin = this.#comeFrom(this.#groupNode(group, taking), value, taking);
    this.#count(origin, taking);
    if (goroutine !== null) remember(this.#used, keyOfUse(goroutine, value.id), origin);
  }

  /**
   * The group of an error value that was seen being made.
   * @param goroutine where it is seen now: if a package-level error was used there, the group of that use.
   */
  groupOf(value: string, goroutine: number | null = null): Group | null {
    const used = goroutine === null ? undefined : this.#used.get(keyOfUse(goroutine, value));
    const origin = used ?? this.#made.get(value);
    return (origin && this.#nodes.get(origin.node)?.group) ?? null;
  }

  /** A panic or fatal error: the error that it was raised with, if it was one and was known before, leads to it. */
  raised(
    group: Group,
    value: ErrorValue | null,
    occurrences: number,
    goroutine: number | null,
    again: boolean,
    handovers: readonly Handover[] = [],
  ): void {
    const taking = start(group, occurrences, goroutine, handovers);
    const node = this.#groupNode(group, taking).id;
    if (!value) return this.#count({ node, roots: [node] }, taking);
    // panic(&T{…}) makes the value as it raises it: what comes after on this goroutine came from the panic.
    if (!this.#isKnown(value, goroutine, again)) {
      const origin: Origin = this.#comeFrom(this.#groupNode(group, taking), value, taking);
      origin.panic = true;
      this.#count(origin, taking);
      if (goroutine !== null) remember(this.#used, keyOfUse(goroutine, value.id), origin);
      return;
    }
    const cause = this.#originOf(value, taking);
    this.#connect(cause.node, node, "panic", occurrences, taking.handed.get(value.id));
    this.#count({ node, roots: cause.roots }, taking);
  }

  /** Nodes that only initialisation has to do with are left out, unless something later came from them. */
  picture(): Picture {
    const shown = this.#shown();
    const edges = [...this.#edges.values()].filter((e) => shown.has(e.source) && shown.has(e.target));
    return {
      nodes: [...this.#nodes.values()].filter((node) => shown.has(node.id)).map(graphNode),
      edges: edges.map((edge) => ({ ...edge })),
      groups: new Map([...this.#nodes.values()].flatMap(({ id, group }) => (group ? [[id, group]] : []))),
      explained: new Map(this.#explained),
      led: new Set(this.#led),
      total: this.#total,
    };
  }

  #count({ node, roots }: Origin, { occurrences, live }: Taking): void {
    if (!live) return;
    this.#total += occurrences;
    for (const root of roots) {
      this.#explained.set(root, (this.#explained.get(root) ?? 0) + occurrences);
      if (root !== node) this.#led.add(root);
    }
  }

  #groupNode(group: Group, { live }: Taking): Node {
    const id = `g:${group.id}`;
    let node = this.#nodes.get(id);
    if (!node) {
      node = { id, kind: "group", group, type: group.type, label: group.template, contained: 0, live };
      this.#nodes.set(id, node);
    }
    node.live ||= live;
    return node;
  }

  /** Connects a value's node with those of its causes. */
  #comeFrom(node: Node, value: ErrorValue, taking: Taking): Origin {
    const origin: Origin = { node: node.id, roots: [] };
    // Known before its causes are: a chain that runs in a circle meets itself here.
    taking.origins.set(value.id, origin);
    const roots = new Set<string>();
    const linked = new Set<string>();
    for (const { via, error } of value.causes) {
      const cause = this.#originOf(error, taking);
      const link = `${cause.node} ${via}`;
      const handed = taking.handed.get(error.id);
      if (!linked.has(link)) this.#connect(cause.node, node.id, via, taking.occurrences, handed);
      linked.add(link);
      for (const root of cause.roots) if (roots.size < MAX_ROOTS) roots.add(root);
    }
    origin.roots = roots.size > 0 ? [...roots] : [node.id];
    return origin;
  }

  /** A new syscall.Errno came from the failed call. */
  #callLedTo(origin: Origin, kernel: KernelFact, taking: Taking): void {
    const call = this.#kernelNode(kernel, taking);
    this.#connect(call, origin.node, "kernel", taking.occurrences);
    origin.roots = [call];
  }

  #kernelNode(fact: KernelFact, taking: Taking): string {
    const { live, occurrences } = taking;
    const type = [fact.syscall, fact.errno].filter(Boolean).join(" ");
    const label = templateOf(fact.path ?? fact.address ?? fact.file ?? "");
    const id = `k:${hashOf(`${type}\n${label}`)}`;
    let node = this.#nodes.get(id);
    if (!node) {
      if (label !== OTHER_PLACES && this.#kernelNodes >= MAX_KERNEL_NODES)
        return this.#kernelNode({ ...fact, path: OTHER_PLACES }, taking);
      this.#kernelNodes++;
      node = { id, kind: "kernel", group: null, type, label, contained: 0, live };
      this.#nodes.set(id, node);
    }
    node.live ||= live;
    node.contained += occurrences;
    return id;
  }

  /** Another panic with the same static value has nothing to do with the one before, unless it was thrown `again`. */
  #isKnown({ id }: ErrorValue, goroutine: number | null, again: boolean): boolean {
    if (this.#made.has(id)) return true;
    const used = goroutine === null ? undefined : this.#used.get(keyOfUse(goroutine, id));
    return used !== undefined && (!used.panic || again);
  }

  #originOf(value: ErrorValue, taking: Taking): Origin {
    const met = taking.origins.get(value.id);
    if (met) return met;
    const used = taking.goroutine === null ? undefined : this.#used.get(keyOfUse(taking.goroutine, value.id));
    if (used) return used;
    const made = this.#made.get(value.id);
    if (made) {
      remember(this.#made, value.id, made);
      return made;
    }
    if (taking.kernel && value.type === ERRNO) {
      const call = this.#kernelNode(taking.kernel, taking);
      const origin = { node: call, roots: [call] };
      taking.origins.set(value.id, origin);
      return origin;
    }
    const node = this.#valueNode(value);
    node.live ||= taking.live;
    if (!taking.counted.has(node.id)) node.contained += taking.occurrences;
    taking.counted.add(node.id);
    return this.#comeFrom(node, value, taking);
  }

  #valueNode({ type, message }: ErrorValue): Node {
    const template = templateOf(message);
    let key = `${type}\n${template}`;
    let label = template;
    if (!this.#valueNodes.has(key) && this.#valueNodes.size >= MAX_VALUE_NODES) {
      label = OTHER_MESSAGES;
      key = `${type}\n${label}`;
    }
    const known = this.#valueNodes.get(key);
    if (known) return known;
    const id = `v:${hashOf(key)}`;
    const node: Node = { id, kind: "value", group: null, type, label, contained: 0, live: false };
    this.#valueNodes.set(key, node);
    this.#nodes.set(node.id, node);
    return node;
  }

  /** @param handedNs of a source that came from another goroutine: how long that took. */
  #connect(source: string, target: string, via: Via, occurrences: number, handedNs?: number): void {
    const id = `${source}>${target}:${via}`;
    const edge = this.#edges.get(id);
    if (edge) {
      edge.count += occurrences;
      handOver(edge, occurrences, handedNs);
      return;
    }
    if (this.#leadsTo(target, source)) {
      this.dropped++;
      return;
    }
    const made: GraphEdge = { id, source, target, via, count: occurrences };
    handOver(made, occurrences, handedNs);
    this.#edges.set(id, made);
    const targets = this.#targets.get(source);
    if (targets) targets.add(target);
    else this.#targets.set(source, new Set([target]));
  }

  #leadsTo(from: string, to: string): boolean {
    const seen = new Set([from]);
    const open = [from];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (node === to) return true;
      for (const next of this.#targets.get(node) ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        open.push(next);
      }
    }
    return false;
  }

  #shown(): Set<string> {
    const sources = new Map<string, string[]>();
    for (const { source, target } of this.#edges.values()) {
      const list = sources.get(target);
      if (list) list.push(source);
      else sources.set(target, [source]);
    }
    const shown = new Set<string>();
    const open = [...this.#nodes.values()].filter((node) => node.live).map((node) => node.id);
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (shown.has(id)) continue;
      shown.add(id);
      open.push(...(sources.get(id) ?? []));
    }
    return shown;
  }
}

function start(
  group: Group,
  occurrences: number,
  goroutine: number | null,
  handovers: readonly Handover[] = [],
): Taking {
  const handed = new Map(handovers.map(({ error, waitNs }) => [error, waitNs]));
  const live = !group.init;
  return { occurrences, live, goroutine, kernel: null, handed, origins: new Map(), counted: new Set() };
}

function handOver(edge: GraphEdge, occurrences: number, ns: number | undefined): void {
  if (ns === undefined) return;
  const { count = 0, longestNs = 0 } = edge.handovers ?? {};
  edge.handovers = { count: count + occurrences, longestNs: Math.max(longestNs, ns) };
}

const keyOfUse = (goroutine: number, value: string): string => `${goroutine} ${value}`;

/** Sets the newest entry; beyond the limit the one unused for longest is forgotten. */
function remember(map: Map<string, Origin>, key: string, origin: Origin): void {
  map.delete(key);
  map.set(key, origin);
  if (map.size <= MAX_VALUES) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}

function graphNode({ id, kind, group, type, label, contained }: Node): GraphNode {
  if (!group) {
    const where = kind === "kernel" ? "a system call that failed" : "not seen being made";
    return { id, kind, groupId: null, type, label, where, count: contained };
  }
  const { site } = group;
  const where = `${site.function} ${site.file.slice(site.file.lastIndexOf("/") + 1)}:${site.line}`;
  return { id, kind: "group", groupId: group.id, type, label, where, count: group.count };
}
