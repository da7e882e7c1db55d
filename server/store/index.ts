export { type EventStore, SqliteStore, StoreError, type StoreLimits } from "./store.ts";
