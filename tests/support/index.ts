export * from "./cgroup.ts";
export * from "./events.ts";
export * from "./fetch.ts";
export * from "./go.ts";
export * from "./printed-errors.ts";
export * from "./probes.ts";
export * from "./program.ts";
export * from "./story.ts";
