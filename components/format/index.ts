export { type Origin, originOf } from "../../server/events/index.ts";
export { endWords, faultWords } from "./ending.ts";
export { ancestryWords, goroutineWords } from "./goroutine.ts";
export * from "./names.ts";
export * from "./number.ts";
export { isOwnCode } from "./origin.ts";
export * from "./time.ts";
