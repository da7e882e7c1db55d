export type { Inflate } from "./sections.ts";
export { type ErrorSignatures, errorSignatures } from "./signatures.ts";
