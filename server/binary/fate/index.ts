export { type CallFate, CallFates } from "./call-fates.ts";
export { howOf, type Swallowed, surelyReturns, swallower } from "./swallower.ts";
export type { Fate } from "./value-fate.ts";
