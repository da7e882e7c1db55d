import { create } from "zustand";
import { DEFAULT_VIEW_STATE, formatViewState, parseViewState, type ViewState } from "./url.ts";

interface ViewStore extends ViewState {
  /** Goes somewhere else: a new entry in the browser's history. */
  go(change: Partial<ViewState>): void;
  /** Changes how the same place is shown: the entry is replaced. */
  adjust(change: Partial<ViewState>): void;
}

export const useView = create<ViewStore>()((set, get) => {
  const write = (change: Partial<ViewState>, method: "pushState" | "replaceState") => {
    set(change);
    const query = formatViewState(get(), window.location.search);
    if (query === window.location.search) return;
    window.history[method](null, "", query || window.location.pathname);
  };
  return {
    ...DEFAULT_VIEW_STATE,
    go: (change) => write(change, "pushState"),
    adjust: (change) => write(change, "replaceState"),
  };
});

/** Takes the state from the address, now and whenever the user goes back or forward. Returns the end of it. */
export function followAddress(): () => void {
  const read = () => useView.setState(parseViewState(window.location.search));
  read();
  window.addEventListener("popstate", read);
  return () => window.removeEventListener("popstate", read);
}
