/** The propagation graph: which groups came from which, kept free of cycles while it grows. */
import type { Cause, ErrorValue, GraphEdge, GraphNode, Group } from "../events/index.ts";
import { hashOf, templateOf } from "./template.ts";

type Via = GraphEdge["via"];

/** Values whose group is remembered; the oldest are forgotten first. */
const MAX_VALUES = 200_000;

export class Propagation {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #edges = new Map<string, GraphEdge>();
  /** Nodes that a node leads to. */
  readonly #targets = new Map<string, Set<string>>();
  /** Node of the group in which an error value was made, by the value's id. */
  readonly #madeIn = new Map<string, string>();
  /** Edges left out because they would have closed a circle. */
  dropped = 0;

  nodes(): GraphNode[] {
    return [...this.#nodes.values()];
  }

  edges(): GraphEdge[] {
    return [...this.#edges.values()];
  }

  /** An error was made: its causes lead to it. */
  made(group: Group, value: ErrorValue, count: number): void {
    const node = this.#groupNode(group, count);
    this.#madeIn.delete(value.id);
    this.#madeIn.set(value.id, node);
    if (this.#madeIn.size > MAX_VALUES) {
      for (const oldest of this.#madeIn.keys()) {
        this.#madeIn.delete(oldest);
        break;
      }
    }
    for (const cause of value.causes) this.#cause(cause, node, count, new Set([value.id]));
  }

  /** A panic or fatal error: what it was raised with leads to it. */
  raised(group: Group, value: ErrorValue | null, count: number): void {
    const node = this.#groupNode(group, count);
    if (value) this.#connect(this.#nodeOf(value, count, new Set()), node, "panic", count);
  }

  #groupNode(group: Group, count: number): string {
    const id = `g:${group.id}`;
    const node = this.#nodes.get(id);
    if (node) {
      node.count += count;
      node.label = group.template;
    } else {
      const where = `${group.site.function} ${baseName(group.site.file)}:${group.site.line}`;
      this.#nodes.set(id, {
        id,
        kind: "group",
        groupId: group.id,
        type: group.type,
        label: group.template,
        where,
        count,
      });
    }
    return id;
  }

  #cause({ via, error }: Cause, target: string, count: number, above: Set<string>): void {
    if (above.has(error.id)) return;
    this.#connect(this.#nodeOf(error, count, above), target, via, count);
  }

  /** The node of a value: of the group it was made in, else one of its own, with its causes before it. */
  #nodeOf(value: ErrorValue, count: number, above: Set<string>): string {
    const made = this.#madeIn.get(value.id);
    if (made) return made;
    const template = templateOf(value.message);
    const id = `v:${hashOf(`${value.type}\n${template}`)}`;
    const node = this.#nodes.get(id);
    if (node) node.count += count;
    else {
      const where = "not seen being made";
      this.#nodes.set(id, {
        id,
        kind: "value",
        groupId: null,
        type: value.type,
        label: template,
        where,
        count,
      });
    }
    const inside = new Set(above).add(value.id);
    for (const cause of value.causes) this.#cause(cause, id, count, inside);
    return id;
  }

  #connect(source: string, target: string, via: Via, count: number): void {
    const id = `${source}>${target}:${via}`;
    const edge = this.#edges.get(id);
    if (edge) {
      edge.count += count;
      return;
    }
    if (source === target || this.#leadsTo(target, source)) {
      this.dropped++;
      return;
    }
    this.#edges.set(id, { id, source, target, via, count });
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
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}
