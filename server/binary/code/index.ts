export * from "./registers.ts";
export * from "./x86.ts";
