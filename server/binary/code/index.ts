export * from "./calls.ts";
export * from "./graph.ts";
export * from "./machine.ts";
export * from "./probeable.ts";
export * from "./registers.ts";
export * from "./scan.ts";
export * from "./values.ts";
export * from "./x86.ts";
