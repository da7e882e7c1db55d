"use client";
import type { ReactNode } from "react";
import { useActions, useKeys } from "../actions/index.ts";
import { ConnectionMark, LostConnection } from "../connection/index.ts";
import { FilterBox } from "../filter/index.ts";
import { formatCompact, formatCount, isOwnCode } from "../format/index.ts";
import { HelpSheet } from "../help-sheet/index.ts";
import { Ledger } from "../ledger/index.ts";
import { useLive, useShown } from "../live/index.ts";
import { Targets } from "../targets/index.ts";
import { useTheme } from "../theme/index.ts";
import { ActionButton } from "../ui/index.ts";
import { useView, type View } from "../view-state/index.ts";
import { Logo } from "./logo.tsx";
import styles from "./shell.module.css";

const TABS: {
  view: View;
  title: string;
  key: string;
  action: "view.groups" | "view.flame" | "view.graph";
}[] = [
  { view: "groups", title: "Groups", key: "1", action: "view.groups" },
  { view: "flame", title: "Flame graph", key: "2", action: "view.flame" },
  { view: "graph", title: "Propagation", key: "3", action: "view.graph" },
];

/** Everything around the views: where one is, what is traced, what was counted. */
export function Shell({ children }: { children: ReactNode }) {
  const { model } = useShown();
  const { view, group, init, own, go, adjust } = useView();
  const paused = useLive((s) => s.paused);
  const behind = useLive((s) => s.behind);
  const setPaused = useLive((s) => s.setPaused);
  const { theme, next: nextTheme } = useTheme();
  useKeys();
  useActions({
    "view.groups": () => go({ view: "groups", occurrence: null }),
    // Here for the whole: a group's own flame graph is asked for at the group.
    "view.flame": () => go({ view: "flame", group: null }),
    "view.graph": () => go({ view: "graph", group, occurrence: null }),
    pause: () => setPaused(!paused),
    init: () => adjust({ init: !init }),
    own: () => adjust({ own: !own }),
    theme: nextTheme,
  });
  const modules = model.targets.flatMap((target) => target.module ?? []);
  const groups = [...model.groups.values()].filter(
    (g) => (init || !g.init) && (!own || g.kind !== "error" || isOwnCode(g.site.package, modules)),
  ).length;
  const current = view === "occurrence" ? "groups" : view;
  // An occurrence has a heading of its own.
  const Brand = view === "occurrence" ? "span" : "h1";

  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Brand className={styles.brand}>
          <Logo />
          errscope
        </Brand>
        <nav className={styles.tabs} aria-label="Views">
          {TABS.map((tab) => (
            <Tab
              key={tab.view}
              tab={tab}
              current={current === tab.view}
              count={tab.view === "groups" ? groups : null}
            />
          ))}
        </nav>
        <div className={styles.targets}>
          <Targets />
        </div>
        <FilterBox />
        <div className={styles.buttons}>
          <ActionButton action="pause" icon={paused ? "play" : "pause"} pressed={paused}>
            {paused ? (behind > 0 ? `${formatCompact(behind)} new` : "Paused") : undefined}
          </ActionButton>
          <ActionButton
            action="theme"
            icon={theme === "dark" ? "moon" : theme === "light" ? "sun" : "system"}
          />
          <ActionButton action="help" icon="help" />
        </div>
      </header>
      <main className={styles.main}>{children}</main>
      <footer className={styles.status}>
        <ConnectionMark />
        <Ledger />
        <span className={styles.spacer} />
        <OwnToggle />
        <InitToggle />
        <span className={styles.memory} title="The page keeps the newest 20,000 events">
          {formatCount(model.events.length)} events in memory
        </span>
      </footer>
      <LostConnection />
      <HelpSheet />
    </div>
  );
}

function Tab({
  tab,
  current,
  count,
}: {
  tab: (typeof TABS)[number];
  current: boolean;
  count: number | null;
}) {
  const { go, group } = useView();
  const change = tab.view === "graph" ? { group } : tab.view === "flame" ? { group: null } : {};
  return (
    <button
      type="button"
      className={styles.tab}
      aria-current={current ? "page" : undefined}
      title={`${tab.title} (${tab.key})`}
      onClick={() => go({ ...change, view: tab.view, occurrence: null })}
    >
      {tab.title}
      {count !== null && <span className={styles.count}>{formatCount(count)}</span>}
    </button>
  );
}

function OwnToggle() {
  const { model } = useShown();
  const { own } = useView();
  const modules = model.targets.flatMap((target) => target.module ?? []);
  const others = [...model.groups.values()].filter(
    (g) => g.kind === "error" && !g.init && !isOwnCode(g.site.package, modules),
  ).length;
  if (others === 0) return null;
  return (
    <ActionButton action="own" pressed={own}>
      {formatCount(others)} of the standard library {own ? "hidden" : "shown"}
    </ActionButton>
  );
}

function InitToggle() {
  const { model } = useShown();
  const { init } = useView();
  const hidden = [...model.groups.values()].filter((g) => g.init).length;
  if (hidden === 0) return null;
  return (
    <ActionButton action="init" pressed={init}>
      {formatCount(hidden)} of init {init ? "shown" : "hidden"}
    </ActionButton>
  );
}
