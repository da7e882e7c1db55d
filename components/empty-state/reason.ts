import type { Target } from "../../server/events/index.ts";
import type { ConnectionStatus } from "../live/index.ts";

/** What an empty view says: why it is empty and what to do about it. */
export interface EmptyReason {
  kind:
    | "not-connected"
    | "no-target"
    | "attaching"
    | "refused"
    | "ended"
    | "no-errors"
    | "only-init"
    | "only-others"
    | "filter";
  title: string;
  body: string;
  /** Lines to paste into a terminal. */
  commands: string[];
  /** One line a target, where that helps. */
  details: string[];
}

export interface EmptyFacts {
  status: ConnectionStatus;
  /** False before the collector's first greeting. */
  greeted: boolean;
  targets: readonly Target[];
  filter: string;
  hiddenByFilter: number;
  hiddenInit: number;
  hiddenOther: number;
}

const RUN = "npm run -s errscope --";
const START = [`${RUN} demo`, `${RUN} serve`];
const ATTACH = [`${RUN} run -- ./your-program`, `${RUN} attach --pid PID`, `${RUN} attach --all-go`];

/** The first cause that fits, from the connection inwards. Only asked when there is nothing to show. */
export function emptyReason(facts: EmptyFacts): EmptyReason {
  const { status, greeted, targets, filter } = facts;
  const plain = { commands: [], details: [] };
  if (!greeted) {
    const connecting = status.state === "connecting" || status.state === "open";
    return {
      kind: "not-connected",
      title: connecting ? "Connecting to the collector" : "No collector answers",
      body: connecting
        ? "The groups appear as soon as it has said hello."
        : "This page shows what a collector sends it. Start the bundled demo, or a collector to attach to programs of your own:",
      commands: connecting ? [] : START,
      details: [],
    };
  }
  if (facts.hiddenByFilter > 0) {
    const n = facts.hiddenByFilter;
    const title = n === 1 ? "The filter hides the only group" : `The filter hides all ${n} groups`;
    return { ...plain, kind: "filter", title, body: `Nothing here matches “${filter.trim()}”.` };
  }
  if (facts.hiddenOther > 0) {
    const n = facts.hiddenOther;
    const title = "No errors of the program’s own code so far";
    const groups = n === 1 ? "One group" : `${n} groups`;
    return {
      ...plain,
      kind: "only-others",
      title,
      body: `${groups} of the standard library’s and the runtime’s are hidden.`,
    };
  }
  if (facts.hiddenInit > 0) {
    return {
      ...plain,
      kind: "only-init",
      title: "No errors since the program started",
      body: `Package initialisation made ${facts.hiddenInit === 1 ? "one error value" : `${facts.hiddenInit} error values`}, such as sentinels; they are hidden.`,
    };
  }
  return emptyByTargets(targets);
}

function emptyByTargets(targets: readonly Target[]): EmptyReason {
  const those = (...states: Target["state"][]) => targets.filter((t) => states.includes(t.state));
  const names = (list: readonly Target[]) => list.map((t) => `${t.name} (${t.pid})`).join(", ");
  if (targets.length === 0) {
    return {
      kind: "no-target",
      title: "Nothing is traced yet",
      body: "Start a Go program under errscope, or attach to programs that run already:",
      commands: ATTACH,
      details: [],
    };
  }
  const attached = those("attached");
  if (attached.length > 0) {
    const probes = attached.reduce((sum, t) => sum + (t.certificate?.probes.total ?? 0), 0);
    return {
      kind: "no-errors",
      title: "No errors so far",
      body:
        `${names(attached)} ${attached.length === 1 ? "is" : "are"} traced${probes > 0 ? ` at ${probes.toLocaleString("en-US")} sites` : ""}. ` +
        "The next error value shows up here. To see one now, make the program fail: ask it for a page or a file that isn’t " +
        "there, or stop something it connects to.",
      commands: [],
      details: those("refused").map(refusal),
    };
  }
  const attaching = those("attaching");
  if (attaching.length > 0) {
    return {
      kind: "attaching",
      title: `Attaching to ${names(attaching)}`,
      body: "The binary is read and checked before the first probe is placed. A large one takes a few seconds.",
      commands: [],
      details: those("refused").map(refusal),
    };
  }
  const refused = those("refused");
  if (refused.length > 0) {
    return {
      kind: "refused",
      title: "No probe was placed",
      body: "What errscope could prove about the program was not enough to trace it safely. It runs on untouched.",
      commands: [],
      details: refused.map(refusal),
    };
  }
  return {
    kind: "ended",
    title: "The traced programs have ended",
    body: "They made no error that was seen. Start one again, or attach to another:",
    commands: ATTACH,
    details: targets.flatMap((t) => (t.reason ? [`${t.name} (${t.pid}): ${t.reason}`] : [])),
  };
}

const refusal = (t: Target) =>
  `${t.name} (${t.pid}) was refused: ${t.reason ?? t.certificate?.reason ?? "no reason given"}`;
