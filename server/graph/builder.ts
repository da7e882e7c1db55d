/** Events in, groups and propagation graph out. Pure and deterministic. */
import type { ErrorEvent, Event, Group, PropagationGraph } from "../events/index.ts";
import { errorOf, Groups, isOccurrence } from "./groups.ts";
import { Propagation } from "./propagation.ts";
import { rootCauses } from "./root-cause.ts";

/** Methods that package fmt asks for a text: what is formatted in one is part of that text, and was not written as it is. */
const isTextMethod = (name: string): boolean => /\.(Error|String|GoString|Format)$/.test(name);

export class GraphBuilder {
  readonly #groups = new Groups();
  readonly #propagation = new Propagation();
  #changed = true;

  /**
   * Takes the next event, in the order in which they happened.
   * @param target id of the event's target (socket.ts).
   * @returns id of the group that it is an occurrence of, else null. Initialisation's errors are grouped, but are no part
   *   of the graph until something comes from them.
   */
  add(event: Event, target = String(event.process.pid)): string | null {
    if (event.kind === "recover") this.#groups.recovered(event);
    if (event.kind === "error" && event.site.op === "mention" && !isTextMethod(event.site.function)) {
      const made = this.#propagation.groupOf(event.error.id);
      if (made) this.#groups.wrote(made, event.sampled);
    }
    if (event.kind === "error" && !event.made && event.site.op !== "sentinel") this.#trappedLater(event);
    if (!isOccurrence(event)) return null;
    const group = this.#groups.add(event, target);
    const value = errorOf(event);
    const goroutine = event.goroutine?.id ?? null;
    if (event.kind === "error" && value && event.made) {
      const { kernel = null, handovers } = event;
      this.#propagation.made(group, value, event.sampled, goroutine, kernel, handovers);
    } else if (event.kind === "error" && value) {
      this.#propagation.used(group, value, event.sampled, goroutine);
    } else {
      const again = event.kind === "panic" && event.again !== undefined;
      const handovers = event.kind === "panic" ? event.handovers : undefined;
      this.#propagation.raised(group, value, event.sampled, goroutine, again, handovers);
    }
    this.#changed = true;
    return group.id;
  }

  /** What happens to a value after it was made is told of the group that made it: that is what a list shows. */
  #trappedLater({ error, goroutine, traps }: ErrorEvent): void {
    const made = this.#propagation.groupOf(error.id, goroutine?.id ?? null);
    if (made) this.#groups.trapped(made, traps);
  }

  groups(): Group[] {
    return this.#groups.all();
  }

  /** Groups that changed since the last call. */
  takeChangedGroups(): Group[] {
    return this.#groups.takeChanged();
  }

  graph(): PropagationGraph {
    const picture = this.#propagation.picture();
    return {
      nodes: picture.nodes,
      edges: picture.edges,
      rootCauses: rootCauses(picture, (group) => this.#groups.isOutside(group)),
    };
  }

  get changed(): boolean {
    return this.#changed;
  }

  /** The graph, if it changed since the last call; else null. */
  takeChangedGraph(): PropagationGraph | null {
    if (!this.#changed) return null;
    this.#changed = false;
    return this.graph();
  }

  /** Edges left out because they would have closed a cycle. */
  get droppedEdges(): number {
    return this.#propagation.dropped;
  }
}
