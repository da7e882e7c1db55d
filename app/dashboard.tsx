"use client";
import { useEffect, useState } from "react";
import { createLiveStore, LiveProvider, type LiveStore, socketClient } from "../components/live/index.ts";
import { Shell } from "../components/shell/index.ts";
import { followSystemTheme } from "../components/theme/index.ts";
import { followAddress, useView } from "../components/view-state/index.ts";
import { socketUrl } from "./socket-url.ts";
import { VIEW_PAGES } from "./views.tsx";

/** The page: one store, fed by the live socket, and the view that the address names. */
export function Dashboard() {
  const [store] = useState<LiveStore>(makeStore);
  const View = VIEW_PAGES[useView((s) => s.view)];
  useEffect(() => store.start(), [store]);
  useEffect(followAddress, []);
  useEffect(followSystemTheme, []);
  return (
    <LiveProvider store={store}>
      <Shell>
        <View />
      </Shell>
    </LiveProvider>
  );
}

function makeStore(): LiveStore {
  // The page is also rendered once at build time, where there is no address.
  const url = typeof window === "undefined" ? "" : socketUrl(window.location.href);
  return createLiveStore(socketClient(url));
}
