export { followAddress, useView } from "./store.ts";
export type { SortKey, View, ViewState } from "./url.ts";
