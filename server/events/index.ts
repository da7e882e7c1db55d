export * from "./event.ts";
export * from "./graph.ts";
export * from "./socket.ts";
