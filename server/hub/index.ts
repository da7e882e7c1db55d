export { Hub, HubError, type HubOptions } from "./hub.ts";
export type { Change, HubSource } from "./source.ts";
