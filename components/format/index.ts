export * from "./names.ts";
export * from "./number.ts";
export * from "./origin.ts";
export * from "./time.ts";
