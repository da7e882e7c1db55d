"use client";
import { create } from "zustand";

const STORAGE_KEY = "errscope.theme";
const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

interface ThemeStore {
  theme: Theme;
  /** Goes up when colours changed, the system's own change included: canvases draw again. */
  rev: number;
  next(): void;
}

export const useTheme = create<ThemeStore>()((set, get) => ({
  theme: "system",
  rev: 0,
  next() {
    const theme = THEMES[(THEMES.indexOf(get().theme) + 1) % THEMES.length]!;
    apply(theme);
    set({ theme, rev: get().rev + 1 });
  },
}));

function apply(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(STORAGE_KEY, theme);
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
}

/** Takes over what public/theme.js set before the first paint, and follows the system. Returns the end of it. */
export function followSystemTheme(): () => void {
  const { theme } = document.documentElement.dataset;
  useTheme.setState({ theme: theme === "light" || theme === "dark" ? theme : "system" });
  const query = window.matchMedia("(prefers-color-scheme: dark)");
  const changed = () => useTheme.setState({ rev: useTheme.getState().rev + 1 });
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
}

/** Token names → colours as the browser computes them now (`rgb(…)`), for drawing on a canvas. */
export function readColours(names: readonly string[]): Map<string, string> {
  const probe = document.createElement("span");
  document.body.append(probe);
  const colours = new Map<string, string>();
  for (const name of names) {
    probe.style.color = `var(--${name})`;
    colours.set(name, getComputedStyle(probe).color);
  }
  probe.remove();
  return colours;
}
