"use client";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { useStore } from "zustand";
import type { LiveState, LiveStore, Shown } from "./store.ts";

const Context = createContext<LiveStore | null>(null);

export function LiveProvider({ store, children }: { store: LiveStore; children: ReactNode }) {
  return <Context value={store}>{children}</Context>;
}

function useLiveStore(): LiveStore {
  const store = useContext(Context);
  if (!store) throw new Error("a live view is used outside of LiveProvider");
  return store;
}

export function useLive<T>(select: (state: LiveState) => T): T {
  return useStore(useLiveStore(), select);
}

/** What to draw now. The wrapper is a new object whenever the model changed, so it serves as a memo's dependency. */
export function useShown(): Shown {
  return useLive((s) => s.shown);
}

export function useClient() {
  return useLiveStore().client;
}

/** The collector's clock in Unix ms, going on once a second between messages; it stands still while paused. */
export function useNow(): number {
  const { model } = useShown();
  const paused = useLive((s) => s.paused);
  const [local, setLocal] = useState(0);
  useEffect(() => {
    if (paused) return;
    const timer = setInterval(() => setLocal(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [paused]);
  const since = paused ? 0 : Math.max(0, local - model.arrived);
  return model.collectorTime + since;
}
