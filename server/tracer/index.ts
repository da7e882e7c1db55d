export { FrameSplitter, ProtocolError } from "./frames.ts";
export * from "./plan.ts";
export * from "./replies.ts";
export { Tracer, type TracerHandlers, type TracerOptions, tracerPath } from "./tracer.ts";
export * from "./wire.gen.ts";
