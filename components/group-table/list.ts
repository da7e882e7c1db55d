import type { Group } from "../../server/events/index.ts";
import { compileFilter, searchableGroup } from "../filter/index.ts";
import { isOwnCode } from "../format/index.ts";
import type { SortKey } from "../view-state/index.ts";

export interface ListOptions {
  filter: string;
  /** Show groups that package initialisation made. */
  init: boolean;
  /** Only what the program's own module and its libraries make, and all panics and fatal errors. */
  own: boolean;
  /** Module paths of the traced programs. */
  modules: readonly string[];
  sort: SortKey;
  descending: boolean;
}
export interface GroupList {
  rows: Group[];
  /** Groups left out because they are of package initialisation. */
  hiddenInit: number;
  /** Groups left out because the standard library or the runtime made them. */
  hiddenOther: number;
  /** Groups left out by the filter's words. */
  hiddenByFilter: number;
}

const KEYS: Record<SortKey, (g: Group) => string | number> = {
  type: (g) => g.type.toLowerCase(),
  message: (g) => g.template.toLowerCase(),
  site: (g) => `${g.site.function}:${String(g.site.line).padStart(7, "0")}`,
  count: (g) => g.count,
  firstSeen: (g) => g.firstSeen,
  lastSeen: (g) => g.lastSeen,
};

/** The groups to show, in order. Equal ones go by their id, so that the order is the same every time. */
export function listGroups(groups: Iterable<Group>, options: ListOptions): GroupList {
  const matches = compileFilter(options.filter);
  const keyOf = KEYS[options.sort];
  const sign = options.descending ? -1 : 1;
  const list: GroupList = { rows: [], hiddenInit: 0, hiddenOther: 0, hiddenByFilter: 0 };
  for (const group of groups) {
    if (group.init && !options.init) list.hiddenInit++;
    else if (options.own && group.kind === "error" && !isOwnCode(group.site.package, options.modules))
      list.hiddenOther++;
    else if (matches && !matches(searchableGroup(group, options.modules))) list.hiddenByFilter++;
    else list.rows.push(group);
  }
  list.rows.sort((a, b) => {
    const [x, y] = [keyOf(a), keyOf(b)];
    if (x !== y) return x < y ? -sign : sign;
    return a.id < b.id ? -1 : 1;
  });
  return list;
}

/** The rows in the order they had, with those that are new at the end: rows must not move under a hand that is about to
 * click. */
export function holdOrder(rows: readonly Group[], order: readonly string[]): Group[] {
  const place = new Map(order.map((id, i) => [id, i]));
  const rank = (g: Group) => place.get(g.id) ?? Number.POSITIVE_INFINITY;
  return rows
    .map((group, i) => ({ group, i }))
    .sort((a, b) => {
      const [x, y] = [rank(a.group), rank(b.group)];
      return x === y ? a.i - b.i : x - y;
    })
    .map(({ group }) => group);
}

/** Cuts a message template at its placeholders, `open <…>: no` → three pieces, so that they can be dimmed. */
export function splitTemplate(template: string): { text: string; placeholder: boolean }[] {
  return template
    .split(/(<[^<>\s]{1,16}(?: [^<>\s]{1,16})?>)/)
    .map((text, i) => ({ text, placeholder: i % 2 === 1 }))
    .filter(({ text }) => text !== "");
}
