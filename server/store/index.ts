export { type EventStore, SqliteStore } from "./store.ts";
