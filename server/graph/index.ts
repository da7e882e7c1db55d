export { GraphBuilder } from "./builder.ts";
export { templateOf } from "./template.ts";
