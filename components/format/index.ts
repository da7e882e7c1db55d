export { type Origin, originOf } from "../../server/events/index.ts";
export { endWords } from "./ending.ts";
export * from "./names.ts";
export * from "./number.ts";
export { isOwnCode } from "./origin.ts";
export * from "./time.ts";
