/**
 * Every action a key can start: one table that binds the keys, fills the help sheet and labels the buttons. A view says
 * what an action does while it is on the screen (use-actions.ts).
 */
export interface Action {
  id: string;
  /** What it does, as a user would say it. */
  title: string;
  /** As `keyName` (keys.ts) writes them; any of them starts the action. */
  keys: readonly string[];
  section: Section;
}
export const SECTIONS = ["Everywhere", "Lists and occurrences", "Flame graph", "Propagation graph"] as const;
export type Section = (typeof SECTIONS)[number];

const table = [
  { id: "view.groups", title: "Error groups", keys: ["1"], section: "Everywhere" },
  { id: "view.flame", title: "Flame graph of error stacks", keys: ["2"], section: "Everywhere" },
  { id: "view.graph", title: "Propagation graph", keys: ["3"], section: "Everywhere" },
  { id: "filter", title: "Filter", keys: ["/"], section: "Everywhere" },
  {
    id: "pause",
    title: "Pause or resume the view (the capture goes on)",
    keys: ["Space"],
    section: "Everywhere",
  },
  {
    id: "init",
    title: "Show or hide errors made by package initialisation",
    keys: ["i"],
    section: "Everywhere",
  },
  {
    id: "own",
    title: "Only errors of the program's own code and its libraries, or all",
    keys: ["w"],
    section: "Everywhere",
  },
  { id: "theme", title: "Light, dark or the system's colours", keys: ["Shift+T"], section: "Everywhere" },
  { id: "help", title: "This sheet", keys: ["?"], section: "Everywhere" },
  { id: "back", title: "Close, or one step back", keys: ["Escape"], section: "Everywhere" },

  { id: "list.down", title: "Next group", keys: ["j", "ArrowDown"], section: "Lists and occurrences" },
  { id: "list.up", title: "Previous group", keys: ["k", "ArrowUp"], section: "Lists and occurrences" },
  { id: "list.first", title: "First group", keys: ["g", "Home"], section: "Lists and occurrences" },
  { id: "list.last", title: "Last group", keys: ["Shift+G", "End"], section: "Lists and occurrences" },
  {
    id: "list.open",
    title: "Open the group's newest occurrence",
    keys: ["Enter"],
    section: "Lists and occurrences",
  },
  {
    id: "occurrence.older",
    title: "Older occurrence of the group",
    keys: ["n"],
    section: "Lists and occurrences",
  },
  {
    id: "occurrence.newer",
    title: "Newer occurrence of the group",
    keys: ["p"],
    section: "Lists and occurrences",
  },
  {
    id: "occurrence.graph",
    title: "Its place in the propagation graph",
    keys: ["Shift+3"],
    section: "Lists and occurrences",
  },
  {
    id: "occurrence.flame",
    title: "The group's flame graph",
    keys: ["Shift+2"],
    section: "Lists and occurrences",
  },
  {
    id: "occurrence.markdown",
    title: "Copy the occurrence as Markdown",
    keys: ["c"],
    section: "Lists and occurrences",
  },
  {
    id: "occurrence.json",
    title: "Copy the occurrence as JSON",
    keys: ["Shift+C"],
    section: "Lists and occurrences",
  },

  { id: "flame.out", title: "Zoom out one step", keys: ["Backspace"], section: "Flame graph" },
  { id: "flame.reset", title: "Zoom out to all stacks", keys: ["0"], section: "Flame graph" },
  {
    id: "flame.made",
    title: "Only errors seen for the first time, or all events",
    keys: ["m"],
    section: "Flame graph",
  },
  { id: "flame.table", title: "Picture or table", keys: ["t"], section: "Flame graph" },

  { id: "graph.fit", title: "Show the whole graph", keys: ["0"], section: "Propagation graph" },
  { id: "graph.in", title: "Zoom in", keys: ["+", "="], section: "Propagation graph" },
  { id: "graph.out", title: "Zoom out", keys: ["-"], section: "Propagation graph" },
  { id: "graph.next", title: "Next root cause", keys: ["n"], section: "Propagation graph" },
  { id: "graph.previous", title: "Previous root cause", keys: ["p"], section: "Propagation graph" },
  { id: "graph.table", title: "Picture or table", keys: ["t"], section: "Propagation graph" },
  { id: "graph.open", title: "Open the selected group", keys: ["o"], section: "Propagation graph" },
] as const satisfies readonly Action[];

export type ActionId = (typeof table)[number]["id"];
export const ACTIONS: readonly (Action & { id: ActionId })[] = table;

const byId = new Map(ACTIONS.map((a) => [a.id, a]));

export function actionOf(id: ActionId): Action {
  return byId.get(id)!;
}

/** A button's tooltip: what it does and its first key, `Filter (/)`. */
export function tooltip(id: ActionId): string {
  const { title, keys } = actionOf(id);
  return `${title} (${keys[0]})`;
}
