export * from "./event.ts";
export * from "./graph.ts";
export * from "./origin.ts";
export * from "./socket.ts";
