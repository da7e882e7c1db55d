export type { ClientReport, ConnectionStatus, LiveClient } from "./client.ts";
export { LiveProvider, useClient, useLive, useNow, useShown } from "./context.tsx";
export { type Ending, LiveModel, type Origin, type ReadModel } from "./model.ts";
export { EventRing } from "./ring.ts";
export { socketClient } from "./socket.ts";
export { createLiveStore, type LiveState, type LiveStore, type Shown } from "./store.ts";
export { useSlow } from "./use-slow.ts";
export { errorOf, valuesBelow } from "./values.ts";
