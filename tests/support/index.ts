export * from "./events.ts";
export * from "./go.ts";
export * from "./program.ts";
