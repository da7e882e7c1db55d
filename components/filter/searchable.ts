import { type Event, type GraphNode, type Group, originOf } from "../../server/events/index.ts";
import type { Searchable } from "./query.ts";

/** A target's id is `pid:starttime`. */
const pidOf = (target: string) => target.slice(0, target.indexOf(":"));

/** @param modules module paths of the traced programs */
export function searchableGroup(group: Group, modules: readonly string[]): Searchable {
  return {
    type: group.chain.join(" "),
    message: `${group.template} ${group.message}`,
    function: group.site.function,
    file: `${group.site.file}:${group.site.line}`,
    package: group.site.package,
    op: group.site.op,
    kind: group.kind,
    pid: group.targets.map(pidOf).join(" "),
    origin: originOf(group.site.package, modules),
    trap: (group.traps ?? []).join(" "),
  };
}

/** The error or panic of an event with where it happened; null for events that are no occurrence of a group.
 *  @param modules module paths of the traced programs */
export function searchableEvent(event: Event, modules: readonly string[]): Searchable | null {
  if (event.kind !== "error" && event.kind !== "panic" && event.kind !== "fatal") return null;
  const { type, message } = headOf(event);
  const { site } = event;
  return {
    type,
    message,
    function: site.function,
    file: `${site.file}:${site.line}`,
    package: site.package,
    op: site.op,
    kind: event.kind,
    pid: [event.process.pid, event.process.nsPid ?? []].flat().join(" "),
    origin: originOf(site.package, modules),
    trap: (event.traps ?? []).join(" "),
  };
}

/** Type and message that stand for an event in a list. */
export function headOf(event: Extract<Event, { kind: "error" | "panic" | "fatal" }>): {
  type: string;
  message: string;
} {
  if (event.kind === "fatal") return { type: "fatal error", message: event.text };
  if (event.kind === "error") return event.error;
  return "error" in event.value ? event.value.error : { type: event.value.type, message: event.value.text };
}

export function searchableNode(
  node: GraphNode,
  group: Group | undefined,
  modules: readonly string[],
): Partial<Searchable> {
  return group
    ? searchableGroup(group, modules)
    : { type: node.type, message: node.label, function: node.where, kind: node.kind };
}
