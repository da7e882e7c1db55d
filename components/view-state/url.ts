/**
 * The page's state in its address, so that a link shows what its sender saw. One page with a query, since a static export
 * has no dynamic paths. Values that can't be read fall back to the default: an old or mistyped link still opens.
 */
export const VIEWS = ["groups", "occurrence", "flame", "graph"] as const;
export type View = (typeof VIEWS)[number];

export const SORT_KEYS = ["type", "message", "site", "count", "firstSeen", "lastSeen"] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface ViewState {
  view: View;
  /** Selected group; in the flame graph, the only one drawn. */
  group: string | null;
  occurrence: string | null;
  /** Selected node of the propagation graph, where it is no group. */
  node: string | null;
  filter: string;
  /** Show errors that package initialisation made. */
  init: boolean;
  /** Only errors that the program's own module and its libraries make. */
  own: boolean;
  /** Flame graph: only errors seen for the first time. */
  made: boolean;
  sort: SortKey;
  descending: boolean;
  /** Show the table that says the same as the picture (flame graph, propagation graph). */
  table: boolean;
}

export const DEFAULT_VIEW_STATE: ViewState = {
  view: "groups",
  group: null,
  occurrence: null,
  node: null,
  filter: "",
  init: false,
  own: false,
  made: true,
  sort: "count",
  descending: true,
  table: false,
};

/** Our own parameters, so that others (`ws`, `token`) stay in the address. */
const OURS = ["view", "group", "occurrence", "node", "q", "init", "own", "made", "sort", "table"];

export function parseViewState(search: string): ViewState {
  const params = new URLSearchParams(search);
  const d = DEFAULT_VIEW_STATE;
  const sort = params.get("sort") ?? "";
  const sortKey = SORT_KEYS.find((k) => k === sort.replace(/^-/, ""));
  return {
    view: VIEWS.find((v) => v === params.get("view")) ?? d.view,
    group: params.get("group") || null,
    occurrence: params.get("occurrence") || null,
    node: params.get("node") || null,
    filter: params.get("q") ?? "",
    init: flag(params.get("init"), d.init),
    own: flag(params.get("own"), d.own),
    made: flag(params.get("made"), d.made),
    sort: sortKey ?? d.sort,
    descending: sortKey ? sort.startsWith("-") : d.descending,
    table: flag(params.get("table"), d.table),
  };
}

/** @param search the present query, whose other parameters are kept
 *  @returns a query with its `?`, or nothing when every part is the default */
export function formatViewState(state: ViewState, search = ""): string {
  const d = DEFAULT_VIEW_STATE;
  const params = new URLSearchParams(search);
  for (const name of OURS) params.delete(name);
  const put = (name: string, value: string | null, fallback: string | null) => {
    if (value !== null && value !== fallback) params.set(name, value);
  };
  put("view", state.view, d.view);
  put("group", state.group, null);
  put("occurrence", state.occurrence, null);
  put("node", state.node, null);
  put("q", state.filter, "");
  put("init", state.init ? "1" : "0", d.init ? "1" : "0");
  put("own", state.own ? "1" : "0", d.own ? "1" : "0");
  put("made", state.made ? "1" : "0", d.made ? "1" : "0");
  put("sort", sortText(state), sortText(d));
  put("table", state.table ? "1" : "0", d.table ? "1" : "0");
  const text = params.toString();
  return text && `?${text}`;
}

const sortText = (s: ViewState) => (s.descending ? `-${s.sort}` : s.sort);

function flag(text: string | null, fallback: boolean): boolean {
  if (text === "1") return true;
  if (text === "0") return false;
  return fallback;
}
